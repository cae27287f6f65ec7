"use client";
import { useEffect, useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";

/** Name and password. What is wrong is one sentence that never says which of the two it was. */
export function SignInForm({ signIn }: { signIn: Action<{ name: string; password: string }, unknown> }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [away, setAway] = useState(false);
  const { run, pending, failure } = useAction(signIn);
  const secret = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (failure) secret.current?.querySelector<HTMLInputElement>("input[type=password]")?.select();
  }, [failure]);
  return (
    <form
      ref={secret}
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run({ name: name.trim().toLowerCase(), password }).then((result) => {
          if (!result.ok) return setPassword("");
          setAway(true);
          location.assign("/");
        });
      }}
    >
      <TextField label="Name" mono autoFocus autoComplete="username" value={name} onChange={setName} />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      {failure ? <FailureNotice failure={failure} /> : null}
      <Button type="submit" kind="primary" busy={(pending || away) && "Signing in …"} className="w-full">
        Sign in
      </Button>
    </form>
  );
}
