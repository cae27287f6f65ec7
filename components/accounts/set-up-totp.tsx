"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";

export type TotpActions = {
  totpBegin: Action<Record<string, never>, { secret: string; svg: string }>;
  totpConfirm: Action<{ code: string }, { codes: string[] }>;
};

/** An authenticator on a phone: the QR code and the same as text, then the first code. */
export function SetUpTotp({ actions, onDone }: { actions: TotpActions; onDone: (codes: string[]) => void }) {
  const begin = useAction(actions.totpBegin);
  const confirm = useAction(actions.totpConfirm);
  const [made, setMade] = useState<{ secret: string; svg: string } | null>(null);
  const [code, setCode] = useState("");
  const form = useRef<HTMLFormElement>(null);
  if (!made)
    return (
      <div className="space-y-3">
        <Button
          busy={begin.pending && "One moment …"}
          onClick={() => void begin.run({}).then((result) => result.ok && setMade(result.value))}
        >
          Set up an authenticator
        </Button>
        {begin.failure ? <FailureNotice failure={begin.failure} /> : null}
      </div>
    );
  return (
    <form
      ref={form}
      aria-label="Authenticator"
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void confirm.run({ code }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          onDone(result.value.codes);
        });
      }}
    >
      <p className="text-ink-2">Read this with the authenticator on your phone, or type the text into it.</p>
      {/* White in the dark too: cameras read dark on light. */}
      {/* oxlint-disable-next-line next/no-img-element -- drawn here: there is nothing to fetch or to scale */}
      <img
        src={`data:image/svg+xml;charset=utf-8,${encodeURIComponent(made.svg)}`}
        alt="QR code of the secret"
        width={208}
        height={208}
        className="rounded border bg-white"
      />
      <p className="flex flex-wrap items-center gap-2">
        <code data-testid="totp-secret" className="break-all">
          {made.secret.match(/.{1,4}/g)?.join(" ")}
        </code>
        <CopyButton text={made.secret} label="Copy the secret" />
      </p>
      <div className="max-w-48">
        <TextField
          label="Code that it shows"
          mono
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(typed) => {
            setCode(typed);
            confirm.setFailure(null);
          }}
          error={confirm.problem("code")}
        />
      </div>
      {confirm.failure && !confirm.problem("code") ? <FailureNotice failure={confirm.failure} /> : null}
      <Button type="submit" kind="primary" busy={confirm.pending && "One moment …"}>
        Confirm the authenticator
      </Button>
    </form>
  );
}
