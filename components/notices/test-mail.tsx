"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";

/** Tries the mail server while the admin looks on. */
export function TestMail({ isSetUp, send }: { isSetUp: boolean; send: Action<{ to: string }, unknown> }) {
  const [to, setTo] = useState("");
  const [sent, setSent] = useState<string | null>(null);
  const action = useAction(send);
  if (!isSetUp)
    return (
      <p className="max-w-prose text-ink-2">
        No mail server is set up, so links are shown to be copied and notices stay in the panel. Set{" "}
        <code>KNAST_SMTP_URL</code> and <code>KNAST_MAIL_FROM</code> and start the panel again.
      </p>
    );
  return (
    <form
      noValidate
      className="max-w-2xl space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        setSent(null);
        void action.run({ to: to.trim() }).then((result) => result.ok && setSent(to.trim()));
      }}
    >
      <TextField
        label="Send a test mail to"
        type="email"
        autoComplete="email"
        value={to}
        onChange={setTo}
        error={action.problem("to")}
      />
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      {sent ? <Notice tone="ok" title={`The mail server took the mail for ${sent}.`} /> : null}
      <Button type="submit" busy={action.pending && "Sending …"}>
        Send a test mail
      </Button>
    </form>
  );
}
