"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { Cancel } from "@/components/jails/cancel-job.tsx";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Section } from "@/components/panel/page.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { count } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { HostSet } from "@/server/contract/host-archive.ts";
import type { JobRef } from "@/server/contract/job.ts";

type Set = HostSet & { missing: string[] };
type Actions = {
  archiveAll: Action<Record<string, never>, JobRef>;
  restoreAll: Action<{ set: string }, JobRef>;
  forgetSet: Action<{ set: string }, unknown>;
  cancel: Cancel;
};

/** Moving the whole host: every jail and the panel's people in one go, and back again elsewhere. */
export function WholeHost({ sets, actions }: { sets: Set[]; actions: Actions }) {
  const router = useRouter();
  const archive = useAction(actions.archiveAll);
  const restore = useAction(actions.restoreAll);
  const forget = useAction(actions.forgetSet);
  const [job, setJob] = useState<string | null>(null);
  const [chosen, setChosen] = useState<Set | null>(null);
  const failure = archive.failure ?? restore.failure ?? forget.failure;
  return (
    <Section title="The whole host">
      <p className="max-w-prose text-ink-2">
        Archives every jail, one after the other, and the panel&apos;s accounts and grants with them. Jails that run are
        taken as they are: stop what must be consistent.
      </p>
      {failure ? <FailureNotice failure={failure} /> : null}
      <Button
        busy={archive.pending && "Beginning …"}
        onClick={() => void archive.run({}).then((result) => result.ok && setJob(result.value.job))}
      >
        Archive the whole host
      </Button>
      {job ? (
        <JobProgress
          key={job}
          job={job}
          label="Steps for the whole host"
          cancel={actions.cancel}
          onEnd={() => router.refresh()}
        />
      ) : null}
      {sets.length > 0 ? (
        <ul aria-label="Sets of archives" className="rows rounded border bg-raised">
          {sets.map((one) => (
            <li key={one.set} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-3">
              <span className="font-mono text-13">{one.set}</span>
              <span className="text-13 text-ink-2">
                {one.hostname} · {count(one.jails.length, "jail", "jails")}
                {one.panel ? " · accounts and grants" : ""}
              </span>
              {one.missing.length > 0 ? (
                <span className="text-13 text-warn">
                  ◐ {count(one.missing.length, "archive", "archives")} of it removed
                </span>
              ) : null}
              <span className="ml-auto flex gap-2">
                <Button small onClick={() => setChosen(one)}>
                  Restore … <span className="sr-only">{one.set}</span>
                </Button>
                <Button
                  small
                  busy={forget.pending && "Forgetting …"}
                  onClick={() => void forget.run({ set: one.set }).then((result) => result.ok && router.refresh())}
                >
                  Forget <span className="sr-only">{one.set}</span>
                </Button>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      <details>
        <summary className="cursor-pointer text-13 text-ink-2">Move all of it to another host</summary>
        <div className="mt-2 space-y-2">
          <CodeBlock
            path="on the old host"
            text={"tar -C /usr/jails -cf - .archives | ssh root@NEW tar -C /usr/jails -xpf -\n"}
          />
          <p className="text-13 text-ink-2">
            On the new one: install the panel and a base, restore the set here, then stop the panel and run{" "}
            <code>npm run knast -- database restore /usr/jails/.archives/host-SET.knast.db</code>, be the panel&apos;s
            database SQLite or PostgreSQL. The jails keep their ids, so that everybody has his own again.
          </p>
        </div>
      </details>
      <Dialog open={chosen !== null} onClose={() => setChosen(null)} title={`Restore the set ${chosen?.set ?? ""}?`}>
        <p className="mb-4 text-ink-2">
          Makes each of its {count(chosen?.jails.length ?? 0, "jail", "jails")} that is not on this host. Those that are
          here stay as they are.
        </p>
        <div className="flex justify-end gap-2">
          <Button onClick={() => setChosen(null)}>Not now</Button>
          <Button
            kind="primary"
            busy={restore.pending && "Beginning …"}
            onClick={() =>
              void restore.run({ set: chosen!.set }).then((result) => {
                setChosen(null);
                if (result.ok) setJob(result.value.job);
              })
            }
          >
            Restore them
          </Button>
        </div>
      </Dialog>
    </Section>
  );
}
