"use client";
import { useCallback, useEffect, useRef, useState, type FormEvent } from "react";
import { Button, LONG_LABEL } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Notice } from "@/components/ui/notice.tsx";
import { focusFirstInvalid, useAction, type Action } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { JailMounts, MountsForm, MountSources } from "@/server/contract/mounts.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { JobProgress } from "./job-progress.tsx";
import { MountRows } from "./mount-rows.tsx";

type Shown = { mounts: JailMounts; sources: MountSources };
export type MountActions = { show: Action<{ name: string }, Shown>; set: Action<MountsForm, JobRef> };

/** For the admin: which directories of the host the jail sees, and the file that says so. */
export function RoomMounts({ name, running, actions }: { name: string; running: boolean; actions: MountActions }) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const { show } = actions;
  const look = useCallback(async () => {
    const result = await show({ name }).catch(() => null);
    if (result?.ok) setShown(result.value);
    setFailure(result && !result.ok ? result.failure : null);
  }, [name, show]);
  useEffect(() => void look(), [look]);
  const onEnd = useCallback(() => void look(), [look]);
  if (!shown)
    return failure ? (
      <FailureNotice failure={failure} />
    ) : (
      <p role="status" className="text-ink-2">
        Reading the fstab …
      </p>
    );
  return (
    <div className="grid grid-cols-1 gap-6 lg:grid-cols-[2fr_3fr]">
      <div className="min-w-0 space-y-4">
        {failure ? <FailureNotice failure={failure} /> : null}
        <MountForm
          key={shown.mounts.digest}
          name={name}
          running={running}
          shown={shown}
          set={actions.set}
          onJob={setJob}
        />
        {job ? (
          <JobProgress key={job} job={job} label={`Steps of changing the mounts of ${name}`} onEnd={onEnd} />
        ) : null}
      </div>
      <div className="min-w-0">
        <CodeBlock path={shown.mounts.file} text={shown.mounts.text} />
      </div>
    </div>
  );
}

function MountForm({
  name,
  running,
  shown,
  set,
  onJob,
}: {
  name: string;
  running: boolean;
  shown: Shown;
  set: MountActions["set"];
  onJob: (job: string) => void;
}) {
  const [mounts, setMounts] = useState<{ source: string; target: string; readOnly?: boolean | undefined }[]>(
    shown.mounts.mounts,
  );
  const action = useAction(set);
  const form = useRef<HTMLFormElement>(null);
  const changed = JSON.stringify(mounts) !== JSON.stringify(shown.mounts.mounts);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const sent = mounts.map(({ source, target, readOnly = true }) => ({
      source: source.trim(),
      target: target.trim(),
      readOnly,
    }));
    const result = await action.run({ name, mounts: sent, digest: shown.mounts.digest });
    if (result.ok) onJob(result.value.job);
    else focusFirstInvalid(form.current);
  };
  return (
    <form ref={form} noValidate aria-label="Mounts" className="space-y-4" onSubmit={(event) => void submit(event)}>
      <p className="text-ink-2">
        Directories of the host that this jail sees, by nullfs. What one jail writes to, no other one sees.
      </p>
      {mounts.length === 0 ? <p className="text-ink-2">It sees none beside the base.</p> : null}
      <MountRows
        mounts={mounts}
        sources={shown.sources}
        problem={action.problem}
        onChange={(next) => {
          setMounts(next);
          action.setFailure(null);
        }}
      />
      {action.failure && action.failure.problems.length === 0 ? <FailureNotice failure={action.failure} /> : null}
      {action.failure && action.failure.problems.length > 0 ? (
        <Notice tone="bad" title={action.failure.message}>
          <p>Nothing was changed. The field says what is wrong.</p>
        </Notice>
      ) : null}
      {running ? (
        <p className="text-13 text-warn">
          {name} runs: saving restarts it, and a directory that is missing is made inside it first.
        </p>
      ) : null}
      <Button className={LONG_LABEL} type="submit" disabled={!changed} busy={action.pending && "Saving …"}>
        {running ? `Save and restart ${name}` : `Save the mounts of ${name}`}
      </Button>
    </form>
  );
}
