"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Choice, TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { SecondFactorPolicy, SessionLimits } from "@/server/contract/second-factor.ts";

export type RuleActions = {
  policy: Action<{ policy: SecondFactorPolicy }, unknown>;
  sessionLimits: Action<SessionLimits, unknown>;
};

const POLICIES = [
  { value: "off", label: "Nobody must", detail: "Everybody may have one." },
  { value: "admins", label: "Admins must", detail: "An admin's account controls root of this host." },
  {
    value: "all",
    label: "Everybody must",
    detail: "Who has none sets one up at his next step and can do nothing before.",
  },
];

/** Who must have a second factor, and how long sessions last. */
export function SignInRules({
  policy,
  limits,
  actions,
}: {
  policy: SecondFactorPolicy;
  limits: SessionLimits;
  actions: RuleActions;
}) {
  return (
    <div className="grid gap-6 md:grid-cols-2">
      <PolicyForm policy={policy} set={actions.policy} />
      <LimitsForm limits={limits} set={actions.sessionLimits} />
    </div>
  );
}

function PolicyForm({ policy, set }: { policy: SecondFactorPolicy; set: RuleActions["policy"] }) {
  const router = useRouter();
  const [chosen, setChosen] = useState(policy);
  const action = useAction(set);
  return (
    <form
      aria-label="Second factor"
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ policy: chosen }).then((result) => result.ok && router.refresh());
      }}
    >
      <Choice
        legend="Who must have a second factor?"
        name="policy"
        value={chosen}
        onChange={(value) => setChosen(value as SecondFactorPolicy)}
        options={POLICIES}
      />
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <Button type="submit" disabled={chosen === policy} busy={action.pending && "Setting …"}>
        Set who must
      </Button>
    </form>
  );
}

function LimitsForm({ limits, set }: { limits: SessionLimits; set: RuleActions["sessionLimits"] }) {
  const router = useRouter();
  const [idle, setIdle] = useState(String(limits.idleMinutes));
  const [longest, setLongest] = useState(String(limits.longestHours));
  const [done, setDone] = useState(false);
  const action = useAction(set);
  const typed = (put: (value: string) => void) => (value: string) => {
    put(value);
    setDone(false);
    action.setFailure(null);
  };
  return (
    <form
      aria-label="Sessions"
      noValidate
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        void action.run({ idleMinutes: Number(idle), longestHours: Number(longest) }).then((result) => {
          setDone(result.ok);
          if (result.ok) router.refresh();
        });
      }}
    >
      <TextField
        label="A session ends after so many minutes without a use"
        mono
        inputMode="numeric"
        value={idle}
        onChange={typed(setIdle)}
        error={action.problem("idleMinutes")}
        hint="5 to 240. Typing in a shell is a use."
      />
      <TextField
        label="and after so many hours anyhow"
        mono
        inputMode="numeric"
        value={longest}
        onChange={typed(setLongest)}
        error={action.problem("longestHours")}
        hint="1 to 24"
      />
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      {done ? <Notice tone="ok" title="Open sessions are held to it from now on." /> : null}
      <Button type="submit" busy={action.pending && "Setting …"}>
        Set the limits
      </Button>
    </form>
  );
}
