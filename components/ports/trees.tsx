"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { formatMoment } from "@/components/ui/format.ts";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { PortsInfo } from "@/server/contract/ports.ts";

/** Each base's tree: where it lies, which commit, how old. */
export function Trees({
  info,
  update,
  onEnd,
}: {
  info: PortsInfo;
  update: Action<{ base?: string }, JobRef>;
  onEnd: () => void;
}) {
  const [job, setJob] = useState<string | null>(null);
  const action = useAction(update);
  if (info.trees.length === 0)
    return (
      <p className="text-ink-2">There is no base yet. Install one on the host&apos;s page; its ports come then.</p>
    );
  const begin = async (base: string) => {
    const result = await action.run({ base });
    if (result.ok) setJob(result.value.job);
  };
  return (
    <div className="space-y-3">
      <ul className="rows rounded border bg-raised">
        {info.trees.map((tree) => (
          <li key={tree.base} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2">
            <div className="min-w-0 flex-1">
              <code className="break-all">{tree.path}</code>
              <p className="text-13 text-ink-3">
                {tree.revision ? (
                  <>
                    at <code>{tree.revision}</code>, fetched {formatMoment(tree.updatedAt)} UTC
                  </>
                ) : (
                  "not fetched yet"
                )}
              </p>
            </div>
            <Button
              busy={action.pending && "Beginning …"}
              aria-label={`Update the ports of ${tree.base}`}
              onClick={() => void begin(tree.base)}
            >
              Update now
            </Button>
          </li>
        ))}
      </ul>
      <p className="text-13 text-ink-3">
        The tree changes in place while jails have it mounted: a build that runs meanwhile may see half of each. The
        first time takes minutes and some 2 GB.
      </p>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      {job ? <JobProgress key={job} job={job} label="Steps of updating the ports" onEnd={onEnd} /> : null}
    </div>
  );
}
