"use client";
import { useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { SignInOutcome } from "@/server/contract/second-factor.ts";

type Given = { token: string; name: string; password: string };

/** A first password by a one-time link; with `askName` also the account's name, for the first admin. */
export function PasswordForm({
  token,
  askName = false,
  submit,
  word,
}: {
  token: string;
  askName?: boolean;
  submit: Action<Given, SignInOutcome> | Action<Omit<Given, "name">, SignInOutcome>;
  word: string;
}) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [seen, setSeen] = useState(false);
  const [away, setAway] = useState(false);
  const { run, pending, failure, problem, setFailure } = useAction(submit as Action<object, SignInOutcome>);
  const form = useRef<HTMLFormElement>(null);
  const bits = failure?.problems.some((one) => one.field === "name" || one.field === "password");
  return (
    <form
      ref={form}
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        void run({ token, password, ...(askName ? { name: name.trim() } : {}) }).then((result) => {
          if (!result.ok) return focusFirstInvalid(form.current);
          setAway(true);
          location.assign(result.value.second ? "/sign-in/second" : "/");
        });
      }}
    >
      {askName ? (
        <TextField
          label="Name"
          mono
          autoFocus
          autoComplete="username"
          value={name}
          onChange={(typed) => {
            setName(typed.toLowerCase());
            setFailure(null);
          }}
          error={problem("name")}
          hint="For signing in: a-z, 0-9, dot, hyphen, _."
        />
      ) : null}
      <TextField
        label="Password"
        type={seen ? "text" : "password"}
        mono={seen}
        autoFocus={!askName}
        autoComplete="new-password"
        value={password}
        onChange={(typed) => {
          setPassword(typed);
          setFailure(null);
        }}
        error={problem("password")}
        hint="8 characters at least; a sentence of your own is better than a riddle."
      />
      <label className="flex w-fit cursor-pointer items-center gap-2 text-ink-2 max-md:min-h-11">
        <input
          type="checkbox"
          className="accent-accent"
          checked={seen}
          onChange={(event) => setSeen(event.target.checked)}
        />
        Show what I type
      </label>
      {failure && !bits ? <FailureNotice failure={failure} /> : null}
      <Button type="submit" kind="primary" busy={(pending || away) && "One moment …"} className="w-full">
        {word}
      </Button>
    </form>
  );
}
