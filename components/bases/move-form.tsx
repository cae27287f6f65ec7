"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/field.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { BaseView } from "@/server/contract/panel.ts";

type Move = { from: string; to: string; jails: string[]; restart: boolean };

/** Chooses jails and where they go; each is a step of its own, and one that does not start there goes back. */
export function MoveForm({ base, others, move }: { base: BaseView; others: string[]; move: Action<Move, JobRef> }) {
  const router = useRouter();
  const movable = base.users.filter((user) => user.problem === null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [wanted, setTo] = useState("");
  const [restart, setRestart] = useState(true);
  const [job, setJob] = useState<string | null>(null);
  const [working, setWorking] = useState(false);
  const action = useAction(move);
  const to = others.includes(wanted) ? wanted : (others[0] ?? "");
  const jails = movable.map((user) => user.name).filter((name) => chosen.has(name));
  const restarting = movable.filter((user) => chosen.has(user.name) && user.running).map((user) => user.name);
  const begin = () =>
    action.run({ from: base.name, to, jails, restart }).then((result) => {
      if (!result.ok) return;
      setJob(result.value.job);
      setWorking(true);
    });
  const toggle = (name: string, on: boolean) =>
    setChosen((now) => new Set(on ? [...now, name] : [...now].filter((one) => one !== name)));
  return (
    <div className="space-y-4">
      {movable.length === 0 ? (
        <p className="text-ink-2">There is no jail to move.</p>
      ) : others.length === 0 ? (
        <p className="text-ink-2">There is no other base yet. Make one by step 1, or install one on the page Bases.</p>
      ) : (
        <>
          <Select
            label="To which base"
            value={to}
            onChange={setTo}
            options={others.map((name) => ({ value: name, label: name }))}
          />
          <fieldset className="space-y-2">
            <legend className="mb-1 font-medium">Which jails</legend>
            {movable.map((user) => (
              <label key={user.name} className="flex min-h-8 items-center gap-2 max-md:min-h-12">
                <input
                  type="checkbox"
                  checked={chosen.has(user.name)}
                  onChange={(event) => toggle(user.name, event.target.checked)}
                />
                <span className="font-mono text-13">{user.name}</span>
                <span className="text-13 text-ink-3">
                  {user.owners.map((owner) => owner.name).join(", ")} {user.running ? "· running" : ""}
                </span>
              </label>
            ))}
          </fieldset>
          <label className="flex min-h-8 items-center gap-2 max-md:min-h-12">
            <input type="checkbox" checked={restart} onChange={(event) => setRestart(event.target.checked)} />
            Restart those that run
          </label>
          <p className="max-w-prose text-ink-2">
            {restarting.length === 0
              ? "None of the chosen ones runs: nothing restarts."
              : restart
                ? `Restarts, and ends the shells in: ${restarting.join(", ")}.`
                : `Still on ${base.name} until their next start: ${restarting.join(", ")}.`}{" "}
            Programs that a jail has of its own, below /usr/local, are not rebuilt, and its /etc stays as it is.
          </p>
          {action.failure ? <FailureNotice failure={action.failure} /> : null}
          <Button
            kind="primary"
            disabled={working || jails.length === 0}
            busy={action.pending && "Beginning …"}
            onClick={() => void begin()}
          >
            Move {jails.length === 1 ? jails[0] : `${jails.length} jails`}
          </Button>
        </>
      )}
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label="Steps of the move"
          onEnd={() => {
            setWorking(false);
            router.refresh();
          }}
        />
      ) : null}
    </div>
  );
}
