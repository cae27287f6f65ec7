"use client";
import { useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { CodeBlock } from "@/components/ui/code-block.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { formatBytes, formatMoment } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { Archive } from "@/server/contract/archive.ts";
import type { JobRef } from "@/server/contract/job.ts";
import { stepsElsewhere } from "./steps-elsewhere.ts";

export type ArchiveActions = {
  verify: Action<{ archive: string }, JobRef>;
  remove: Action<{ archive: string }, unknown>;
};

type Props = {
  archives: Archive[];
  actions: ArchiveActions;
  /** what is done with the job that was begun */
  onJob: (job: string) => void;
  onChange: () => void;
  /** only for who may make jails */
  onRestore?: (archive: Archive) => void;
};

/** Archives, newest first, each with what one can do with it. */
export function ArchiveList({ archives, actions, onJob, onChange, onRestore }: Props) {
  const verify = useAction(actions.verify);
  const remove = useAction(actions.remove);
  const [gone, setGone] = useState<Archive | null>(null);
  const failure = verify.failure ?? remove.failure;
  return (
    <div className="space-y-3">
      {failure ? <FailureNotice failure={failure} /> : null}
      <ul className="rows rounded border bg-raised" aria-label="Archives">
        {archives.map((one) => (
          <li key={one.archive} className="space-y-2 p-3">
            <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <span className="font-mono text-13 break-all">{one.archive}</span>
              <span className="text-13 text-ink-2 tabular-nums">{formatBytes(one.bytes)}</span>
            </p>
            <Facts archive={one} />
            <div className="flex flex-wrap gap-2">
              <a
                className="inline-flex h-7 items-center rounded border border-line-2 bg-raised px-2 text-13 font-medium hover:bg-sunken max-md:h-10 max-md:px-3"
                href={`/api/archives/${one.archive}`}
                download={one.archive}
                aria-label={`Download ${one.archive}`}
              >
                Download
              </a>
              <Button
                small
                busy={verify.pending && "Beginning …"}
                onClick={() =>
                  void verify.run({ archive: one.archive }).then((result) => result.ok && onJob(result.value.job))
                }
              >
                Verify
              </Button>
              {onRestore && one.manifest ? (
                <Button small onClick={() => onRestore(one)}>
                  Restore …
                </Button>
              ) : null}
              <Button small kind="danger" onClick={() => setGone(one)}>
                Remove …
              </Button>
            </div>
            {one.manifest ? (
              <details>
                <summary className="cursor-pointer text-13 text-ink-2">Restore it on a host without this panel</summary>
                <div className="mt-2">
                  <CodeBlock path="as root on the other host" text={stepsElsewhere(one.archive, one.manifest)} />
                </div>
              </details>
            ) : null}
          </li>
        ))}
      </ul>
      <Dialog open={gone !== null} onClose={() => setGone(null)} title="Remove this archive?">
        <p className="mb-4">
          <span className="font-mono break-all">{gone?.archive}</span> is deleted from this host for good. The jail
          itself is not touched.
        </p>
        <div className="flex flex-wrap gap-2">
          <Button
            kind="danger"
            busy={remove.pending && "Removing …"}
            onClick={() =>
              void remove.run({ archive: gone!.archive }).then((result) => {
                setGone(null);
                if (result.ok) onChange();
              })
            }
          >
            Remove it
          </Button>
          <Button onClick={() => setGone(null)}>Keep it</Button>
        </div>
      </Dialog>
    </div>
  );
}

function Facts({ archive: { manifest } }: { archive: Archive }) {
  if (!manifest) return <p className="text-13 text-bad">✕ This is no whole archive: it can only be removed.</p>;
  const { running, untranslated, warnings } = manifest;
  return (
    <div className="space-y-1 text-13 text-ink-2">
      <p>
        {formatMoment(manifest.createdAt)} UTC · {manifest.entries} files, {formatBytes(manifest.contentBytes)} ·
        FreeBSD {manifest.release || "unknown"}
        {manifest.settings ? ` · ${[...manifest.settings.ip4, ...manifest.settings.ip6].join(", ")}` : ""}
      </p>
      {running ? <p className="text-warn">◐ Taken while it ran: its files are as after a power cut.</p> : null}
      {warnings > 0 ? <p className="text-warn">◐ {warnings} files could not be read and are not in it.</p> : null}
      {untranslated.length > 0 ? (
        <p className="text-warn">
          ◐ Not taken along: <span className="font-mono break-all">{untranslated.join(", ")}</span>
        </p>
      ) : null}
    </div>
  );
}
