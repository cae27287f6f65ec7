"use client";
import { useEffect, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { DiffBlock } from "@/components/ui/diff-block.tsx";
import { Choice, TextField } from "@/components/ui/field.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { type Action, problemAt, useAction } from "@/components/ui/use-action.ts";
import type { VerbInput } from "@/server/contract/daemon.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { TakeOverPlan } from "@/server/contract/take-over.ts";

const QUIET_MS = 250;

type Wish = { target?: string; sysvipc: "keep" | "new" };

/** What would be written, what can't be translated, what stands in the way; and the button. */
export function TakeOverPlanView({
  plan,
  busy,
  run,
  replan,
  onDone,
}: {
  plan: TakeOverPlan;
  busy: boolean;
  run: Action<VerbInput<"take-over.run">, JobRef>;
  replan: (wish: Wish) => Promise<void>;
  onDone: () => void;
}) {
  const [first] = useState(plan.target);
  const [target, setTarget] = useState(plan.target);
  const [sysvipc, setSysvipc] = useState<"keep" | "new">("keep");
  const [job, setJob] = useState<string | null>(null);
  const [ended, setEnded] = useState<"done" | "failed" | null>(null);
  const action = useAction(run);
  const wish = (): Wish => ({ sysvipc, ...(target === first ? {} : { target }) });
  const shares = sysvipc === "new" || plan.notes.some((note) => note.startsWith("allow.sysvipc"));
  const problems = plan.problems.filter((one) => one.field !== "target");
  const key = JSON.stringify(wish());
  const [asked, setAsked] = useState(key);
  const stale = key !== asked;
  // Asked again when nobody has typed for a moment; what is said while an answer is under way is asked after it.
  useEffect(() => {
    if (busy || !stale) return;
    const timer = setTimeout(() => {
      setAsked(key);
      void replan(JSON.parse(key) as Wish);
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [key, busy, stale, replan]);
  const title = plan.jid === null ? `${plan.name} is stopped.` : `${plan.name} runs as jid ${plan.jid} and runs on.`;
  if (job && ended !== "failed")
    return (
      <section aria-label={`Taking over ${plan.name}`} className="space-y-4">
        <JobProgress
          key={job}
          job={job}
          label={`Steps of taking over ${plan.name}`}
          onEnd={(state) => {
            setEnded(state);
            if (state === "done") onDone();
          }}
        />
        {ended === "done" ? (
          <ButtonLink kind="primary" href={`/jails/${plan.target}`}>
            Go to {plan.target}
          </ButtonLink>
        ) : null}
      </section>
    );
  return (
    <section aria-label={`Plan for ${plan.name}`} className="space-y-4">
      <h2 className="text-16 font-semibold">{title}</h2>
      {problems.map((one) => (
        <Notice key={one.message} tone="bad" title={one.message} quiet />
      ))}
      {plan.untranslated.length > 0 ? (
        <Notice tone="warn" title="What has no place in the new config is left out:" quiet>
          <ul className="space-y-1">
            {plan.untranslated.map((line) => (
              <li key={line} className="font-mono text-13 break-words">
                {line}
              </li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {plan.notes.map((note) => (
        <Notice key={note} title={note} quiet />
      ))}
      <form className="grid max-w-prose gap-3" onSubmit={(event) => event.preventDefault()}>
        <TextField
          label="Name of the jail here"
          mono
          autoComplete="off"
          value={target}
          onChange={setTarget}
          error={stale ? null : problemAt(plan, "target")}
          hint={plan.jid === null ? "Its directory keeps its name." : "A running jail keeps its name."}
        />
        {shares ? (
          <Choice
            legend="SysV IPC (postgresql and others use it)"
            name="sysvipc"
            value={sysvipc}
            onChange={(value) => setSysvipc(value as "keep" | "new")}
            options={[
              {
                value: "keep",
                label: "The host's, as before",
                detail: "Jails that share it can reach each other's memory.",
              },
              { value: "new", label: "Its own", detail: "From its next start on." },
            ]}
          />
        ) : null}
      </form>
      {plan.changes.map((one) => (
        <DiffBlock key={one.path} {...one} />
      ))}
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      <Button
        kind="primary"
        disabled={plan.problems.length > 0 || stale || busy}
        busy={action.pending && "Beginning …"}
        onClick={() => {
          setEnded(null);
          const { scheme, name, digest } = plan;
          void action.run({ scheme, name, digest, ...wish() }).then((result) => {
            if (result.ok) setJob(result.value.job);
            else void replan(wish());
          });
        }}
      >
        Take over {plan.name}
      </Button>
    </section>
  );
}
