import Link from "next/link";
import { Page } from "@/components/panel/page.tsx";
import { formatBytes, formatMoment } from "@/components/ui/format.ts";
import type { Recording } from "@/server/contract/recording.ts";
import { Player } from "./player.tsx";
import { formatLength } from "./length.ts";

/** One recording: whose shell it was, the player, the file. */
export function RecordingPage({ recording }: { recording: Recording }) {
  const url = `/api/recordings/${recording.recording}`;
  return (
    <Page
      title={`Recording of ${recording.jail}`}
      lead={
        <>
          A shell of <span className="font-mono">{recording.by}</span>, {formatMoment(recording.since)} UTC,{" "}
          {formatLength(recording.seconds)}, {formatBytes(recording.bytes)}. It holds what was printed, not what was
          typed.
        </>
      }
    >
      {recording.live ? <p className="text-warn">It is still being recorded; what you see is how far it is.</p> : null}
      <Player url={url} />
      <p className="flex flex-wrap gap-4">
        <a href={url} download className="link">
          Download .cast
        </a>
        <Link href={`/jails/${encodeURIComponent(recording.jail)}?tab=shell`} className="link">
          Back to {recording.jail}
        </Link>
      </p>
    </Page>
  );
}
