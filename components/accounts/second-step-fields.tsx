"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { TextField } from "@/components/ui/field.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { PasskeyAnswer, Ways } from "@/server/contract/second-factor.ts";
import type { ActionResult } from "@/server/contract/action.ts";
import { askAuthenticator, type SignInOptions } from "./ask-authenticator.ts";

export type Step = { code: string } | { recovery: string } | { passkey: PasskeyAnswer };
type How = keyof Ways;

const WORDS: Record<How, { label: string; other: string; hint?: string }> = {
  totp: {
    label: "Code",
    other: "Use the code of my authenticator",
    hint: "6 digits, as your authenticator shows them now.",
  },
  recovery: {
    label: "Recovery code",
    other: "Use a recovery code",
    hint: "One of the ten that you keep. Each works once.",
  },
  passkey: { label: "Passkey", other: "Use a passkey" },
};

/** One of the ways that a person has to show his second factor; a press leads to another one. */
export function SecondStepFields<T>({
  ways,
  step,
  challenge,
  word,
  onDone,
}: {
  ways: Ways;
  step: Action<Step, T>;
  /** what the authenticator is asked */
  challenge: () => Promise<ActionResult<SignInOptions>>;
  word: string;
  onDone: (value: T) => void;
}) {
  const open = (["passkey", "totp", "recovery"] as const).filter((way) => ways[way]);
  const [how, setHow] = useState<How | undefined>(open.find((way) => way === "totp") ?? open[0]);
  const [code, setCode] = useState("");
  const [done, setDone] = useState(false);
  const action = useAction(
    async (input: Exclude<Step, { passkey: PasskeyAnswer }> | null): Promise<ActionResult<T>> => {
      if (input !== null) return step(input);
      const options = await challenge();
      if (!options.ok) return options;
      const answer = await askAuthenticator(options.value);
      return answer.ok ? step({ passkey: answer.value }) : answer;
    },
  );
  const go = () =>
    void action.run(how === "passkey" ? null : how === "totp" ? { code } : { recovery: code }).then((result) => {
      setCode("");
      if (!result.ok) return;
      setDone(true);
      onDone(result.value);
    });
  if (!how)
    return (
      <p className="text-ink-2">
        There is no way left from here. The admin of this host can take your second factor off.
      </p>
    );
  return (
    <form
      noValidate
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
    >
      {how === "passkey" ? (
        <p className="text-ink-2">Your browser asks for the passkey: a touch, a finger or its PIN.</p>
      ) : (
        <TextField
          key={how}
          label={WORDS[how].label}
          mono
          autoFocus
          inputMode={how === "totp" ? "numeric" : "text"}
          autoComplete={how === "totp" ? "one-time-code" : "off"}
          value={code}
          onChange={setCode}
          hint={WORDS[how].hint}
        />
      )}
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <Button type="submit" kind="primary" busy={(action.pending || done) && "One moment …"} className="w-full">
        {word}
      </Button>
      <div className="flex flex-col items-start">
        {open
          .filter((way) => way !== how)
          .map((way) => (
            <Button
              key={way}
              small
              kind="quiet"
              onClick={() => {
                setHow(way);
                setCode("");
                action.setFailure(null);
              }}
            >
              {WORDS[way].other}
            </Button>
          ))}
      </div>
    </form>
  );
}
