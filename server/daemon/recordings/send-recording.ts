import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Daemon } from "../daemon.ts";
import { openRecording, wholeLines } from "./store.ts";

/** GET of a recording: what there is of it, in whole lines. @throws KnastError not_found */
export async function sendRecording(daemon: Daemon, response: ServerResponse, recording: string): Promise<void> {
  const file = await openRecording(daemon, recording);
  try {
    const whole = await wholeLines(file);
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
