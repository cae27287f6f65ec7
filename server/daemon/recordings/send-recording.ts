import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Note } from "../audit/of-reading.ts";
import type { Daemon } from "../daemon.ts";
import { describeRecording, openRecording, wholeLines } from "./store.ts";

/** GET of a recording: what there is of it, in whole lines. @throws KnastError not_found, disk_full */
export async function sendRecording(
  daemon: Daemon,
  response: ServerResponse,
  { recording, note }: { recording: string; note: Note },
): Promise<void> {
  const file = await openRecording(daemon, recording);
  try {
    const whole = await wholeLines(file);
    const made = await describeRecording(daemon, recording, false).catch(() => null);
    const whose = { jailId: made?.id ?? null, ...(made ? { jail: made.jail } : {}) };
    await note({ what: "recording.download", ...whose, object: recording });
    response.writeHead(200, {
      "content-type": "application/x-asciicast",
      "content-length": whole,
      connection: "close",
    });
    // A reader that goes away is no failure of ours.
    await pipeline(Readable.from(file.pieces(0, whole), { objectMode: true }), response).catch(() => {});
  } finally {
    await file.close();
  }
}
