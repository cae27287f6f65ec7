"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Select } from "@/components/ui/field.tsx";
import type { Action } from "@/components/ui/use-action.ts";
import type { Failure } from "@/server/contract/errors.ts";
import type { JobRef } from "@/server/contract/job.ts";

const HOST = "the host itself";
const ALL = "all jails";

/** Empties /var/ports of one jail, of all, of the host; each job says how many bytes it freed. */
export function CleanUp({
  jails,
  cleanHost,
  cleanJail,
}: {
  jails: string[];
  cleanHost: Action<Record<string, never>, JobRef>;
  cleanJail: Action<{ name: string }, JobRef>;
}) {
  const [what, setWhat] = useState(jails.length > 0 ? ALL : HOST);
  const [jobs, setJobs] = useState<{ of: string; job: string }[]>([]);
  const [failures, setFailures] = useState<{ of: string; failure: Failure }[]>([]);
  const [busy, setBusy] = useState(false);
  const clean = async () => {
    setBusy(true);
    setFailures([]);
    setJobs([]);
    for (const of of what === ALL ? jails : [what]) {
      const result = of === HOST ? await cleanHost({}) : await cleanJail({ name: of });
      if (result.ok) setJobs((now) => [...now, { of, job: result.value.job }]);
      else setFailures((now) => [...now, { of, failure: result.failure }]);
    }
    setBusy(false);
  };
  return (
    <div className="space-y-3">
      <p className="max-w-prose text-ink-2">
        Removes everything below <code>/var/ports</code>: work directories, distfiles and packages that were built
        there. What is installed stays. A build that runs meanwhile fails.
      </p>
      <div className="flex max-w-md items-end gap-2">
        <div className="flex-1">
          <Select
            label="Of"
            value={what}
            onChange={setWhat}
            options={[...(jails.length > 0 ? [ALL] : []), ...jails, HOST].map((value) => ({ value, label: value }))}
          />
        </div>
        <Button kind="danger" busy={busy && "Beginning …"} onClick={() => void clean()}>
          Empty /var/ports
        </Button>
      </div>
      {failures.map(({ of, failure }) => (
        <div key={of}>
          <p className="font-mono text-13">{of}</p>
          <FailureNotice failure={failure} />
        </div>
      ))}
      {jobs.map(({ of, job }) => (
        <div key={job}>
          <p className="mb-1 font-mono text-13">{of}</p>
          <JobProgress job={job} label={`Steps of emptying /var/ports of ${of}`} />
        </div>
      ))}
    </div>
  );
}
