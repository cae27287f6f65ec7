"use client";
import { useEffect, useRef } from "react";
import { Notice } from "@/components/ui/notice.tsx";
import { Steps } from "@/components/ui/steps.tsx";
import { type Cancel, CancelJob } from "./cancel-job.tsx";
import { FailureNotice } from "./failure-notice.tsx";
import { useJob } from "./use-job.ts";

const NONE: { title: string; command: string | null }[] = [];

/** The steps of a job as they happen; what went wrong stands above them. `onEnd` is called once. */
export function JobProgress({
  job,
  label,
  planned = NONE,
  cancel,
  onEnd,
}: {
  job: string;
  label: string;
  planned?: { title: string; command: string | null }[];
  /** only for a verb whose jobs can be taken back */
  cancel?: Cancel;
  onEnd?: (state: "done" | "failed") => void;
}) {
  const view = useJob(job, planned);
  const told = useRef<string | null>(null);
  const state = view?.state ?? "running";
  useEffect(() => {
    if (state === "running" || told.current === job) return;
    told.current = job;
    onEnd?.(state);
  }, [state, job, onEnd]);
  if (!view) return null;
  return (
    <div className="space-y-3" data-testid="job" data-state={view.state}>
      {view.failure ? <FailureNotice failure={view.failure} /> : null}
      {view.lost && view.state === "running" ? (
        <Notice tone="warn" title="The connection to the panel is interrupted.">
          <p>The job goes on without it. This page takes up its steps again by itself.</p>
        </Notice>
      ) : null}
      {view.steps.length > 0 ? (
        <Steps label={label} steps={view.steps} />
      ) : (
        <p role="status" className="text-ink-2">
          Waiting for the first step …
        </p>
      )}
      {cancel && view.state === "running" ? <CancelJob job={job} cancel={cancel} /> : null}
    </div>
  );
}
