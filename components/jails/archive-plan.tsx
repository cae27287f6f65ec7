"use client";
import { useEffect, useState, type FormEvent } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Select, TextField } from "@/components/ui/field.tsx";
import { Switch } from "@/components/ui/switch.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { ArchivePlan, ArchivePlanForm } from "@/server/contract/archive-plan.ts";
import { DAYS } from "@/server/contract/schedule.ts";
import { FailureNotice } from "./failure-notice.tsx";

type Planned = { plan: ArchivePlan | null };
export type PlanActions = { plan: Action<{ name: string }, Planned>; setPlan: Action<ArchivePlanForm, Planned> };

/** When the jail is archived by itself, and how many of those archives are kept. */
export function ArchivePlanSection({ name, actions }: { name: string; actions: PlanActions }) {
  const [known, setKnown] = useState<Planned | null>(null);
  const { run, failure } = useAction(actions.plan);
  useEffect(() => {
    void run({ name }).then((result) => result.ok && setKnown(result.value));
  }, [name, run]);
  return (
    <section aria-label="By itself" className="max-w-xl space-y-3">
      <h2 className="text-16 font-semibold">By itself</h2>
      {failure ? <FailureNotice failure={failure} /> : null}
      {known ? <PlanForm name={name} plan={known.plan} save={actions.setPlan} /> : null}
    </section>
  );
}

function PlanForm({ name, plan, save }: { name: string; plan: ArchivePlan | null; save: PlanActions["setPlan"] }) {
  const [on, setOn] = useState(plan !== null);
  const [day, setDay] = useState<(typeof DAYS)[number]>(plan?.schedule.day ?? "every");
  const [at, setAt] = useState(plan?.schedule.at ?? "04:15");
  const [keep, setKeep] = useState(String(plan?.keep ?? 7));
  const [saved, setSaved] = useState(false);
  const { run, pending, failure, problem } = useAction(save);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setSaved(false);
    const wish = on ? { schedule: { at, day }, keep: Number(keep) } : null;
    setSaved((await run({ name, plan: wish })).ok);
  };
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setSaved(false);
      set(value);
    };
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="space-y-4">
      <div className="rounded border bg-raised">
        <Switch
          label="Archive it by itself"
          detail="In the host's own time zone. A time that the host slept through is made up for within six hours."
          checked={on}
          onChange={change(setOn)}
        />
      </div>
      {on ? (
        <div className="grid gap-4 sm:grid-cols-3">
          <Select
            label="Day"
            value={day}
            onChange={change((value) => setDay(value as typeof day))}
            options={DAYS.map((value) => ({ value, label: value === "every" ? "every day" : `every ${value}` }))}
          />
          <TextField
            label="At"
            mono
            type="time"
            value={at}
            onChange={change(setAt)}
            error={problem("plan.schedule.at")}
          />
          <TextField
            label="Keep"
            mono
            type="number"
            value={keep}
            onChange={change(setKeep)}
            error={problem("plan.keep")}
            hint="of these; those made by hand stay"
          />
        </div>
      ) : null}
      {failure && failure.problems.length === 0 ? <FailureNotice failure={failure} /> : null}
      <div className="flex items-center gap-3">
        <Button type="submit" busy={pending && "Saving …"}>
          Save the schedule
        </Button>
        {saved ? (
          <span role="status" className="text-13 text-ok">
            ● saved
          </span>
        ) : null}
      </div>
    </form>
  );
}
