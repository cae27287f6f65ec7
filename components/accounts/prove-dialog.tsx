"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { setProver } from "@/components/ui/prover.ts";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { Ways } from "@/server/contract/second-factor.ts";
import type { SignInOptions } from "./ask-authenticator.ts";
import { SecondStepFields, type Step } from "./second-step-fields.tsx";

export type WaysToProve = { password: boolean; ways: Ways; passkey: SignInOptions | null };
type Prove = Action<Step | { password: string }, unknown>;

/** Asks the person to prove again that it is him, for whatever action wants it; the action goes on by itself then. */
export function ProveDialog({ ways: look, prove }: { ways: Action<Record<string, never>, WaysToProve>; prove: Prove }) {
  const [ways, setWays] = useState<WaysToProve | null>(null);
  const answer = useRef<(proved: boolean) => void>(() => {});
  const ask = useCallback(async () => {
    answer.current(false);
    const result = await look({});
    if (!result.ok) return false;
    setWays(result.value);
    return new Promise<boolean>((resolve) => (answer.current = resolve));
  }, [look]);
  useEffect(() => setProver(ask), [ask]);
  const close = (proved: boolean) => {
    setWays(null);
    answer.current(proved);
    answer.current = () => {};
  };
  return (
    <Dialog open={ways !== null} onClose={() => close(false)} title="Prove that it is you">
      {ways ? (
        <div className="space-y-4">
          <p className="text-ink-2">
            This can&apos;t be undone, or decides who gets in. So the panel asks once more; the answer holds for five
            minutes.
          </p>
          {ways.password ? (
            <PasswordProof prove={prove} onDone={() => close(true)} />
          ) : (
            <SecondStepFields
              ways={ways.ways}
              step={prove}
              challenge={async () => {
                // A challenge works once, so a second try asks for another one.
                const fresh = await look({});
                if (!fresh.ok) return fresh;
                const { passkey } = fresh.value;
                return passkey
                  ? { ok: true, value: passkey }
                  : { ok: false, failure: { code: "invalid", message: "There is no passkey.", problems: [] } };
              }}
              word="Prove it"
              onDone={() => close(true)}
            />
          )}
        </div>
      ) : null}
    </Dialog>
  );
}

function PasswordProof({ prove, onDone }: { prove: Prove; onDone: () => void }) {
  const [password, setPassword] = useState("");
  const action = useAction(prove);
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ password }).then((result) => {
          setPassword("");
          if (result.ok) onDone();
        });
      }}
    >
      <TextField
        label="Your password"
        type="password"
        autoFocus
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <Button type="submit" kind="primary" busy={action.pending && "One moment …"} className="w-full">
        Prove it
      </Button>
    </form>
  );
}
