"use client";
import { useState } from "react";
import { Button, LONG_LABEL } from "@/components/ui/button.tsx";
import { useAction, type Action } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import { FailureNotice } from "./failure-notice.tsx";
import { JobProgress } from "./job-progress.tsx";

/** For who builds ports in the jail: empties what that has left. */
export function RoomPorts({ name, clean }: { name: string; clean: Action<{ name: string }, JobRef> }) {
  const [job, setJob] = useState<string | null>(null);
  const action = useAction(clean);
  const begin = async () => {
    const result = await action.run({ name });
    if (result.ok) setJob(result.value.job);
  };
  return (
    <section aria-label="Ports" className="mt-6 space-y-3">
      <h2 className="text-16 font-semibold">Ports</h2>
      <p className="max-w-prose text-ink-2">
        Builds go below <code>/var/ports</code> and stay there. Emptying it removes work directories, distfiles and
        packages; what is installed stays, a build that runs meanwhile fails.
      </p>
      <Button className={LONG_LABEL} busy={action.pending && "Beginning …"} onClick={() => void begin()}>
        Empty /var/ports of {name}
      </Button>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      {job ? <JobProgress key={job} job={job} label={`Steps of emptying /var/ports of ${name}`} /> : null}
    </section>
  );
}
