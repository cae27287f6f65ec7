import { Readable } from "node:stream";
import type { Archive } from "../../contract/archive.ts";
import { download } from "../audit/asked-from.ts";
import type { Ctx } from "../context.ts";
import { getArchive } from "../daemon.ts";
import { guardedFile } from "../guarded-file.ts";
import { Places } from "../places.ts";
import { archiveFor } from "./find-archive.ts";

const PASSED = ["content-length", "content-range", "accept-ranges", "etag"];

/** The daemon streams to 256 readers; one person whose downloads stand still must not have all of them. */
const places = new Places(6);

export type Download = { status: number; headers: Record<string, string>; body: ReadableStream };

type Wanted = { archive: string; range: string | null; ifRange: string | null; signal: AbortSignal };

/**
 * The bytes of an archive, for its jail's owners and the admin; knastd records each request. Cut off within seconds when the session or the
 * right has ended. @throws KnastError not_found, too_many
 */
export async function downloadArchive(ctx: Ctx, form: Wanted): Promise<Download> {
  const found = await archiveFor(ctx, form.archive);
  return guardedFile(
    ctx,
    form,
    (signal) => open(ctx, found, { ...form, signal }),
    (now) => archiveFor(now, found.archive),
  );
}

async function open(ctx: Ctx, { archive, manifest }: Archive, form: Wanted): Promise<Download> {
  const leave = places.take(ctx.actor.id);
  const what = { what: "archive.download", ...(manifest ? { jail: manifest.name } : {}) };
  const response = await download(ctx, what, () =>
    getArchive({ ...form, archive }, { actor: ctx.actor.name, signal: form.signal }),
  ).catch((error: unknown) => {
    leave();
    throw error;
  });
  response.once("close", leave);
  const headers = PASSED.flatMap((name) => {
    const value = response.headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  const body = Readable.toWeb(response) as ReadableStream;
  const file = { "content-type": "application/x-tar", "content-disposition": `attachment; filename="${archive}"` };
  return { status: response.statusCode ?? 200, headers: { ...file, ...Object.fromEntries(headers) }, body };
}
