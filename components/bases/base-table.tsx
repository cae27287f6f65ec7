"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { JobProgress } from "@/components/jails/job-progress.tsx";
import { Button, ButtonLink } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { formatBytes, formatMoment } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { JobRef } from "@/server/contract/job.ts";
import type { BaseView } from "@/server/contract/panel.ts";

/** Every base: what it is, where it comes from, what it takes, who stands on it. */
export function BaseTable({ bases, remove }: { bases: BaseView[]; remove: Action<{ name: string }, JobRef> }) {
  const router = useRouter();
  const [leaving, setLeaving] = useState<string | null>(null);
  const [job, setJob] = useState<string | null>(null);
  const action = useAction(remove);
  if (bases.length === 0) return <p className="text-warn">◐ There is none yet. Install the first one below.</p>;
  return (
    <div className="space-y-4">
      <ul aria-label="Bases" className="space-y-3">
        {bases.map((base) => (
          <li key={base.name} aria-label={base.name} className="rounded border bg-raised p-4">
            <div className="flex flex-wrap items-center gap-3">
              <h2 className="font-mono text-14 font-semibold">{base.name}</h2>
              <code className="text-ink-2">{base.release}</code>
              {base.name === "basejail" ? <span className="text-13 text-ink-3">what new jails get</span> : null}
              <span className="ml-auto flex flex-wrap gap-2">
                <ButtonLink small href={`/bases/${encodeURIComponent(base.name)}/update`}>
                  Update or move
                </ButtonLink>
                <Button
                  small
                  kind="danger"
                  disabled={base.users.length > 0}
                  title={base.users.length > 0 ? "Jails stand on it." : undefined}
                  aria-label={`Remove ${base.name} …`}
                  onClick={() => setLeaving(base.name)}
                >
                  Remove …
                </Button>
              </span>
            </div>
            <dl className="mt-3 grid gap-x-6 gap-y-1 text-13 sm:grid-cols-[auto_1fr]">
              <dt className="text-ink-3">From</dt>
              <dd className="font-mono wrap-anywhere">
                {base.source}, {formatMoment(base.installedAt)} UTC
              </dd>
              <dt className="text-ink-3">SHA-256</dt>
              <dd className="font-mono break-all">{base.sha256 ?? "–"}</dd>
              <dt className="text-ink-3">Size</dt>
              <dd>
                {formatBytes(base.bytes)} shared, {formatBytes(base.newjailBytes)} for each jail to begin with (8 M at
                most)
              </dd>
              <dt className="text-ink-3">Jails</dt>
              <dd className="font-mono break-words">{base.users.map((user) => user.name).join(" ") || "none"}</dd>
            </dl>
          </li>
        ))}
      </ul>
      {action.failure ? <FailureNotice failure={action.failure} /> : null}
      {job ? (
        <JobProgress key={job} job={job} label="Steps of removing the base" onEnd={() => router.refresh()} />
      ) : null}
      <Dialog open={leaving !== null} onClose={() => setLeaving(null)} title={`Remove ${leaving ?? ""}?`}>
        <p className="text-ink-2">
          Both its trees are deleted. No jail stands on it; to have it again it is installed again.
        </p>
        <p className="mt-2 text-13 text-ink-3">
          By hand:{" "}
          <code className="break-all">
            chflags -R 0 {leaving}; rm -rf {leaving} {leaving?.replace(/^base/, "new")}
          </code>
        </p>
        <div className="mt-4 flex justify-end gap-2">
          <Button onClick={() => setLeaving(null)}>Keep it</Button>
          <Button
            kind="danger"
            onClick={() => {
              const name = leaving!;
              setLeaving(null);
              void action.run({ name }).then((result) => result.ok && setJob(result.value.job));
            }}
          >
            Remove it
          </Button>
        </div>
      </Dialog>
    </div>
  );
}
