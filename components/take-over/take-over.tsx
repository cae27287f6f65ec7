"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { StateMark } from "@/components/ui/state-mark.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { VerbInput } from "@/server/contract/daemon.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { TakeOverCandidate, TakeOverPlan } from "@/server/contract/take-over.ts";
import { TakeOverPlanView } from "./take-over-plan.tsx";

const SCHEMES: Record<TakeOverCandidate["scheme"], string> = {
  "jail.conf": "jail.conf, by hand",
  "rc.conf": "rc.conf",
  "etc-jails": "files in /etc/jails",
  ezjail: "ezjail",
  bastille: "Bastille",
  iocage: "iocage",
};

/** Every jail of another tool, and of the chosen one what would be written. */
export function TakeOver({
  candidates,
  plan,
  run,
}: {
  candidates: TakeOverCandidate[];
  plan: Action<VerbInput<"take-over.plan">, TakeOverPlan>;
  run: Action<VerbInput<"take-over.run">, JobRef>;
}) {
  const router = useRouter();
  const planning = useAction(plan);
  const [chosen, setChosen] = useState<TakeOverCandidate | null>(null);
  const [shown, setShown] = useState<TakeOverPlan | null>(null);
  const look = (candidate: TakeOverCandidate, more: { target?: string; sysvipc?: "keep" | "new" } = {}) => {
    setChosen(candidate);
    if (chosen !== candidate) setShown(null);
    const { scheme, name } = candidate;
    return planning.run({ scheme, name, ...more }).then((result) => {
      if (result.ok) setShown(result.value);
    });
  };
  if (candidates.length === 0 && !chosen)
    return (
      <p className="rounded border border-dashed border-line-2 px-4 py-10 text-ink-2">
        No jail of another tool was found: nothing in rc.conf, /etc/jails and jail.conf, nothing of ezjail, Bastille or
        iocage. A new jail is made under <span className="font-medium">New jail</span>.
      </p>
    );
  return (
    <div className="space-y-6">
      <ul aria-label="Jails of other tools" className="rows rounded border bg-raised">
        {candidates.map((one) => (
          <li key={`${one.scheme} ${one.name}`}>
            <button
              type="button"
              aria-pressed={chosen?.scheme === one.scheme && chosen.name === one.name}
              onClick={() => void look(one)}
              className="grid w-full grid-cols-[1.25rem_minmax(0,1fr)_auto] items-center gap-x-3 px-3 py-1.5 text-left -outline-offset-2 hover:bg-sunken aria-pressed:bg-sunken max-md:min-h-12"
            >
              <StateMark
                tone={one.refused ? "warn" : one.jid === null ? "idle" : "ok"}
                word={one.refused ? "can't be taken over" : one.jid === null ? "stopped" : "running"}
                short
              />
              <span className="min-w-0">
                <span className="block truncate font-mono text-13">
                  {one.name}
                  {one.target === one.name ? null : <span className="text-ink-3"> → {one.target}</span>}
                </span>
                <span className="block truncate text-13 text-ink-3">
                  {[one.hostname, ...one.addresses].filter(Boolean).join(" · ") || one.path}
                </span>
              </span>
              <span className="text-13 text-ink-2">{SCHEMES[one.scheme]}</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen === null ? (
        <p className="text-ink-2">Choose one, and everything that would be written is shown before it is done.</p>
      ) : null}
      {planning.failure && !shown ? <FailureNotice failure={planning.failure} /> : null}
      {chosen && !shown && planning.pending ? <Notice title="Reading its files …" quiet /> : null}
      {chosen && shown ? (
        <TakeOverPlanView
          key={`${shown.scheme} ${shown.name}`}
          plan={shown}
          busy={planning.pending}
          run={run}
          replan={(more) => look(chosen, more)}
          onDone={() => router.refresh()}
        />
      ) : null}
    </div>
  );
}
