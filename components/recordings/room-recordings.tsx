"use client";
import Link from "next/link";
import { useCallback, useEffect, useState } from "react";
import { FailureNotice } from "@/components/jails/failure-notice.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { formatBytes, formatMoment } from "@/components/ui/format.ts";
import { type Action, useAction } from "@/components/ui/use-action.ts";
import type { Recording } from "@/server/contract/recording.ts";
import { formatLength } from "./length.ts";

export type RecordingActions = {
  list: Action<{ name: string }, Recording[]>;
  remove: Action<{ recording: string }, unknown>;
};

/** What was recorded in this jail: to play, to download, to throw away. */
export function RoomRecordings({
  name,
  me,
  mayArchive,
  actions,
}: {
  name: string;
  me: string;
  mayArchive: boolean;
  actions: RecordingActions;
}) {
  const { run, failure } = useAction(actions.list);
  const remove = useAction(actions.remove);
  const [recordings, setRecordings] = useState<Recording[] | null>(null);
  const [asked, setAsked] = useState<Recording | null>(null);
  const refresh = useCallback(
    () => void run({ name }).then((result) => result.ok && setRecordings(result.value)),
    [name, run],
  );
  useEffect(refresh, [refresh]);
  return (
    <section aria-label="Recordings" className="space-y-3">
      <div className="flex items-center gap-3">
        <h2 className="text-16 font-semibold">Recordings</h2>
        <Button small kind="quiet" onClick={refresh}>
          Look again
        </Button>
      </div>
      <p className="max-w-prose text-13 text-ink-2">
        Whoever has a shell can record it; all who look at it see that. A recording holds what was printed, and whoever
        may open a shell in this jail can play it: he is root here anyway.
      </p>
      {(failure ?? remove.failure) ? <FailureNotice failure={(failure ?? remove.failure)!} /> : null}
      {recordings === null ? null : recordings.length === 0 ? (
        <p className="text-ink-2">There are none yet.</p>
      ) : (
        <ul aria-label={`Recordings in ${name}`} className="rows rounded border bg-raised">
          {recordings.map((one) => (
            <li key={one.recording} className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1">
              <Link href={`/recordings/${one.recording}`} className="link">
                {formatMoment(one.since)} UTC
              </Link>
              <span className="font-mono text-13">{one.by}</span>
              <span className="text-13 text-ink-3">
                {one.live ? "● recording" : formatLength(one.seconds)}, {formatBytes(one.bytes)}
              </span>
              <span className="ml-auto flex items-center gap-3">
                <a
                  href={`/api/recordings/${one.recording}`}
                  download
                  aria-label={`Download the recording of ${formatMoment(one.since)}`}
                  className="link text-13"
                >
                  Download
                </a>
                {!one.live && (one.by === me || mayArchive) ? (
                  <Button
                    small
                    aria-label={`Remove the recording of ${formatMoment(one.since)}`}
                    onClick={() => setAsked(one)}
                  >
                    Remove
                  </Button>
                ) : null}
              </span>
            </li>
          ))}
        </ul>
      )}
      <Dialog open={asked !== null} onClose={() => setAsked(null)} title="Remove this recording?">
        <div className="space-y-4">
          <p className="text-ink-2">It can&apos;t be brought back. Download it first if somebody may want it.</p>
          <p className="flex justify-end gap-2">
            <Button onClick={() => setAsked(null)}>Cancel</Button>
            <Button
              kind="danger"
              busy={remove.pending && "Removing …"}
              onClick={() =>
                void remove.run({ recording: asked!.recording }).then(() => {
                  setAsked(null);
                  refresh();
                })
              }
            >
              Remove
            </Button>
          </p>
        </div>
      </Dialog>
    </section>
  );
}
