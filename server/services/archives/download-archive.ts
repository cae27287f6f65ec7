import { Readable } from "node:stream";
import { record } from "../audit/record.ts";
import type { Ctx } from "../context.ts";
import { getArchive } from "../daemon.ts";
import { Places } from "../places.ts";
import { archiveFor } from "./find-archive.ts";

const PASSED = ["content-length", "content-range", "accept-ranges", "etag"];

/** The daemon streams to 256 readers; one person whose downloads stand still must not have all of them. */
const places = new Places(6);

export type Download = { status: number; headers: Record<string, string>; body: ReadableStream };

/** The bytes of an archive, for its jail's owners and the admin; each download is on record. @throws KnastError not_found, too_many */
export async function downloadArchive(
  ctx: Ctx,
  form: { archive: string; range: string | null; ifRange: string | null; signal: AbortSignal },
): Promise<Download> {
  const { archive, manifest } = await archiveFor(ctx, form.archive);
  const leave = places.take(ctx.actor.id);
  const response = await getArchive({ ...form, archive }, { actor: ctx.actor.name, signal: form.signal }).catch(
    (error: unknown) => {
      leave();
      throw error;
    },
  );
  response.once("close", leave);
  const { source, requestId } = ctx;
  const what = { what: "archive.download", who: ctx.actor.name, source, requestId, result: "ok" as const };
  const token = ctx.actor.scope ? { token: ctx.actor.scope.token } : {};
  await record({ ...what, ...token, ...(manifest ? { jail: manifest.name } : {}) });
  const headers = PASSED.flatMap((name) => {
    const value = response.headers[name];
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  const body = Readable.toWeb(response) as ReadableStream;
  const file = { "content-type": "application/x-tar", "content-disposition": `attachment; filename="${archive}"` };
  return { status: response.statusCode ?? 200, headers: { ...file, ...Object.fromEntries(headers) }, body };
}
