"use client";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";

/** A new password; all other sessions and all tokens end with it. */
export function ChangePassword({ name, change }: { name: string; change: Action<{ password: string }, unknown> }) {
  const router = useRouter();
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const action = useAction(change);
  const form = useRef<HTMLFormElement>(null);
  return (
    <form
      ref={form}
      aria-label="Change the password"
      noValidate
      className="max-w-sm space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ password }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          setPassword("");
          setDone(true);
          router.refresh();
        });
      }}
    >
      <input type="hidden" autoComplete="username" value={name} readOnly />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        value={password}
        onChange={(typed) => {
          setPassword(typed);
          setDone(false);
          action.setFailure(null);
        }}
        error={action.problem("password")}
        hint="8 characters at least. Your other sessions end with it."
      />
      {action.failure && !action.problem("password") ? <FailureNotice failure={action.failure} /> : null}
      {done ? <Notice tone="ok" title="The new password counts from now on." /> : null}
      <Button type="submit" busy={action.pending && "Changing …"}>
        Change the password
      </Button>
    </form>
  );
}
