import { Readable } from "node:stream";
import type { Recording } from "../../contract/recording.ts";
import type { Download } from "../archives/download-archive.ts";
import { download } from "../audit/asked-from.ts";
import type { Ctx } from "../context.ts";
import { getRecording } from "../daemon.ts";
import { guardedFile } from "../guarded-file.ts";
import { Places } from "../places.ts";
import { recordingFor } from "./find-recording.ts";

/** One person whose downloads stand still must not have all of the daemon's readers. */
const places = new Places(6);

/**
 * A recording as a file, to keep or to play; knastd records each time. Cut off within seconds when the session or the right has ended.
 * @throws KnastError not_found, forbidden, too_many
 */
export async function downloadRecording(ctx: Ctx, form: { recording: string; signal: AbortSignal }): Promise<Download> {
  const found = await recordingFor(ctx, form.recording);
  return guardedFile(
    ctx,
    form,
    (signal) => open(ctx, found, signal),
    (now) => recordingFor(now, found.recording),
  );
}

async function open(ctx: Ctx, { recording, jail }: Recording, signal: AbortSignal): Promise<Download> {
  const leave = places.take(ctx.actor.id);
  const response = await download(ctx, { what: "recording.download", jail }, () =>
    getRecording(recording, { actor: ctx.actor.name, signal }),
  ).catch((error: unknown) => {
    leave();
    throw error;
  });
  response.once("close", leave);
  const length = response.headers["content-length"];
  return {
    status: 200,
    headers: {
      "content-type": "application/x-asciicast",
      "content-disposition": `attachment; filename="${recording.replace(/\.knast\.cast$/, ".cast")}"`,
      ...(length === undefined ? {} : { "content-length": length }),
    },
    body: Readable.toWeb(response) as ReadableStream,
  };
}
