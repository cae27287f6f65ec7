"use client";
import { useCallback, useEffect, useState } from "react";
import { type ArchiveActions, ArchiveList } from "@/components/archives/archive-list.tsx";
import { ArrivalForm } from "@/components/archives/arrival-form.tsx";
import { Button } from "@/components/ui/button.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { Archive, Arrival } from "@/server/contract/archive.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { Cancel } from "./cancel-job.tsx";
import { ArchivePlanSection, type PlanActions } from "./archive-plan.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { JobProgress } from "./job-progress.tsx";

export type RoomArchiveActions = ArchiveActions & {
  list: Action<{ name: string }, Archive[]>;
  create: Action<{ name: string }, JobRef>;
  clone: Action<{ name: string; as: Arrival }, JobRef>;
  cancel: Cancel;
} & PlanActions;

/** The jail as a file to take along, and for the admin a second jail like it. */
export function RoomArchives({
  name,
  hostname,
  running,
  admin,
  actions,
}: {
  name: string;
  hostname: string;
  running: boolean;
  admin: boolean;
  actions: RoomArchiveActions;
}) {
  const list = useAction(actions.list);
  const create = useAction(actions.create);
  const clone = useAction(actions.clone);
  const [archives, setArchives] = useState<Archive[] | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const { run } = list;
  const refresh = useCallback(
    () => void run({ name }).then((result) => result.ok && setArchives(result.value)),
    [name, run],
  );
  useEffect(refresh, [refresh]);
  const failure = list.failure ?? create.failure;
  return (
    <div className="space-y-6">
      <section aria-label="Archives" className="space-y-3">
        <p className="max-w-prose text-ink-2">
          An archive is the whole jail as one file: download it, keep it, restore it here or on another FreeBSD.
          {running ? " This jail runs: stop it first if its files must belong together, as a database's must." : ""}
        </p>
        {failure ? <FailureNotice failure={failure} /> : null}
        <Button
          kind="primary"
          busy={create.pending && "Beginning …"}
          onClick={() => void create.run({ name }).then((result) => result.ok && setJob(result.value.job))}
        >
          Archive it now
        </Button>
        {job ? (
          <JobProgress key={job} job={job} label="Steps of the last job" cancel={actions.cancel} onEnd={refresh} />
        ) : null}
        {archives === null ? null : archives.length > 0 ? (
          <ArchiveList archives={archives} actions={actions} onJob={setJob} onChange={refresh} />
        ) : (
          <p className="text-ink-2">There are none yet.</p>
        )}
      </section>
      <ArchivePlanSection name={name} actions={actions} />
      {admin ? (
        <section aria-label="Clone" className="max-w-xl space-y-3">
          <h2 className="text-16 font-semibold">Clone</h2>
          <p className="text-13 text-ink-2">
            A second jail with the same files, accounts and passwords, but ssh host keys of its own.
          </p>
          <ArrivalForm
            was={{ name: "", hostname: hostname === "" ? "" : `copy.${hostname}`, addresses: "" }}
            action={clone}
            input={(as) => ({ name, as })}
            label="Clone it"
            pending="Beginning …"
            onJob={setJob}
          />
        </section>
      ) : null}
    </div>
  );
}
