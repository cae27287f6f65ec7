"use client";
import type { Action } from "@/components/ui/use-action.ts";
import type { SignInOutcome, Ways } from "@/server/contract/second-factor.ts";
import type { SignInOptions } from "./ask-authenticator.ts";
import { SecondStepFields, type Step } from "./second-step-fields.tsx";

/** The second page of a sign-in. */
export function SecondStepForm({
  ways,
  step,
  challenge,
}: {
  ways: Ways;
  step: Action<Step, SignInOutcome>;
  challenge: Action<Record<string, never>, SignInOptions>;
}) {
  return (
    <SecondStepFields
      ways={ways}
      step={step}
      challenge={() => challenge({})}
      word="Go on"
      onDone={() => location.assign("/")}
    />
  );
}
