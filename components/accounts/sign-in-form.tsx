"use client";
import { useEffect, useRef, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { PasskeyAnswer, SignInOutcome } from "@/server/contract/second-factor.ts";
import { askAuthenticator, type SignInOptions } from "./ask-authenticator.ts";

type Passkey = {
  challenge: Action<Record<string, never>, SignInOptions>;
  signIn: Action<{ passkey: PasskeyAnswer }, SignInOutcome>;
};

/** Name and password, or a passkey alone. What is wrong is one sentence that never says which of the two it was. */
export function SignInForm({
  signIn,
  passkey,
}: {
  signIn: Action<{ name: string; password: string }, SignInOutcome>;
  /** null where the panel's address allows none */
  passkey: Passkey | null;
}) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [away, setAway] = useState(false);
  const { run, pending, failure } = useAction(signIn);
  const secret = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (failure) secret.current?.querySelector<HTMLInputElement>("input[type=password]")?.select();
  }, [failure]);
  return (
    <div className="space-y-6">
      <form
        ref={secret}
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void run({ name: name.trim().toLowerCase(), password }).then((result) => {
            if (!result.ok) return setPassword("");
            setAway(true);
            location.assign(result.value.second ? "/sign-in/second" : "/");
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
      {passkey ? <PasskeyButton passkey={passkey} /> : null}
    </div>
  );
}

function PasskeyButton({ passkey }: { passkey: Passkey }) {
  const [away, setAway] = useState(false);
  const { run, pending, failure } = useAction(async () => {
    const options = await passkey.challenge({});
    if (!options.ok) return options;
    const answer = await askAuthenticator(options.value);
    return answer.ok ? passkey.signIn({ passkey: answer.value }) : answer;
  });
  return (
    <div className="space-y-4">
      <Button
        className="w-full"
        busy={(pending || away) && "Waiting for the passkey …"}
        onClick={() =>
          void run({}).then((result) => {
            if (!result.ok) return;
            setAway(true);
            location.assign("/");
          })
        }
      >
        Use a passkey, without a password
      </Button>
      {failure ? <FailureNotice failure={failure} /> : null}
    </div>
  );
}
