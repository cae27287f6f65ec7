"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { NewPasskeyAnswer } from "@/server/contract/second-factor.ts";
import { askForPasskey, type NewOptions } from "./ask-authenticator.ts";

export type PasskeyActions = {
  passkeyBegin: Action<Record<string, never>, NewOptions>;
  passkeyAdd: Action<{ name: string; answer: NewPasskeyAnswer }, { codes: string[] }>;
};

/** A name, then the browser asks its authenticator; what can't be here says why. */
export function AddPasskey({
  actions,
  noPasskeys,
  onDone,
}: {
  actions: PasskeyActions;
  noPasskeys: string | null;
  onDone: (codes: string[]) => void;
}) {
  const [name, setName] = useState("");
  const begin = useAction(actions.passkeyBegin);
  const add = useAction(async (given: { name: string }) => {
    const options = await begin.run({});
    if (!options.ok) return options;
    const answer = await askForPasskey(options.value);
    return answer.ok ? actions.passkeyAdd({ name: given.name, answer: answer.value }) : answer;
  });
  const form = useRef<HTMLFormElement>(null);
  if (noPasskeys) return <p className="text-13 text-ink-3">{noPasskeys}</p>;
  return (
    <form
      ref={form}
      aria-label="New passkey"
      noValidate
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void add.run({ name: name.trim() || "passkey" }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          setName("");
          onDone(result.value.codes);
        });
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <div className="w-64 max-w-full">
          <TextField
            label="Name of the passkey"
            placeholder="the laptop's finger"
            value={name}
            onChange={setName}
            error={add.problem("name")}
          />
        </div>
        <Button type="submit" busy={add.pending && "Waiting for the authenticator …"}>
          Add a passkey
        </Button>
      </div>
      {add.failure && !add.problem("name") ? <FailureNotice failure={add.failure} /> : null}
    </form>
  );
}
