"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { HostOrder } from "@/server/contract/order.ts";

/** Starts or stops all jails, with a step for each. */
export function AllJails({
  order,
  startEach,
  stopEach,
}: {
  order: HostOrder;
  startEach: Action<Record<never, never>, JobRef>;
  stopEach: Action<Record<never, never>, JobRef>;
}) {
  const router = useRouter();
  const start = useAction(startEach);
  const stop = useAction(stopEach);
  const [job, setJob] = useState<{ id: string; word: string } | null>(null);
  const [working, setWorking] = useState(false);
  const [asking, setAsking] = useState(false);
  const running = order.jails.filter((one) => one.running).length;
  const wanted = order.rows.flat();
  const down = order.jails.filter((one) => !one.running && wanted.includes(one.name)).length;
  const failure = start.failure ?? stop.failure;
  const begin = async (which: typeof start, word: string) => {
    start.setFailure(null);
    stop.setFailure(null);
    const result = await which.run({});
    if (!result.ok) return;
    setJob({ id: result.value.job, word });
    setWorking(true);
  };
  return (
    <div className="space-y-4">
      <p className="text-ink-2">
        {running} of {order.jails.length} {order.jails.length === 1 ? "jail runs" : "jails run"}.{" "}
        {wanted.length === 0
          ? "None starts at boot: switch it on in a jail's settings."
          : down === 0
            ? "All that start at boot are up."
            : `${down} that ${down === 1 ? "starts" : "start"} at boot ${down === 1 ? "is" : "are"} down.`}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          disabled={working || down === 0}
          busy={start.pending && "Beginning …"}
          onClick={() => void begin(start, "starting")}
        >
          Start all
        </Button>
        <Button
          disabled={working || running === 0}
          busy={stop.pending && "Beginning …"}
          onClick={() => setAsking(true)}
        >
          Stop all
        </Button>
      </div>
      {failure ? <FailureNotice failure={failure} /> : null}
      <Dialog open={asking} onClose={() => setAsking(false)} title="Stop all jails?">
        <p className="text-ink-2">
          Every service of {running} {running === 1 ? "jail" : "jails"} ends, and all shells in them. They start again
          at boot or from here.
        </p>
        <p className="mt-2 text-13 text-ink-3">
          By hand: <code>service jail stop</code>
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setAsking(false)}>Leave them running</Button>
          <Button
            kind="danger"
            onClick={() => {
              setAsking(false);
              void begin(stop, "stopping");
            }}
          >
            Stop {running} {running === 1 ? "jail" : "jails"}
          </Button>
        </div>
      </Dialog>
      {job ? (
        <JobProgress
          key={job.id}
          job={job.id}
          label={`Steps of ${job.word} all jails`}
          onEnd={() => {
            setWorking(false);
            router.refresh();
          }}
        />
      ) : null}
    </div>
  );
}
