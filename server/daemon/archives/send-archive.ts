import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Note, partOf } from "../audit/of-reading.ts";
import type { Daemon } from "../daemon.ts";
import { describe, openArchive } from "./store.ts";

/** @returns the first and the last byte asked for, null for the whole file, "none" when the file has no such bytes: RFC 9110, 14.2, one range only */
export function rangeOf(header: string | undefined, size: number): { first: number; last: number } | "none" | null {
  const [, from, to] = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/.exec(header ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return null;
  if (from === "") return to === "0" ? "none" : { first: Math.max(0, size - Number(to)), last: size - 1 };
  const [first, last] = [Number(from), to === "" ? size - 1 : Math.min(Number(to), size - 1)];
  if (to !== "" && Number(to) < first) return null;
  return first >= size ? "none" : { first, last };
}

/** GET of an archive: all of it or one range, with an ETag by which a broken download goes on. @throws KnastError not_found, disk_full */
export async function sendArchive(
  daemon: Daemon,
  request: IncomingMessage,
  response: ServerResponse,
  { archive, note }: { archive: string; note: Note },
): Promise<void> {
  const file = await openArchive(daemon, archive);
  try {
    const etag = `"${file.stamp}"`;
    const same = request.headers["if-range"] === undefined || request.headers["if-range"] === etag;
    const range = same ? rangeOf(request.headers.range, file.size) : null;
    const common = { "accept-ranges": "bytes", etag, connection: "close" };
    if (range === "none") {
      response.writeHead(416, { ...common, "content-range": `bytes */${file.size}`, "content-length": 0 });
      return void response.end();
    }
    const manifest = (await describe(daemon, archive).catch(() => null))?.manifest;
    const whose = { jailId: manifest?.id ?? null, ...(manifest ? { jail: manifest.name } : {}) };
    await note({ what: "archive.download", ...whose, object: partOf(archive, range) });
    const { first, last } = range ?? { first: 0, last: file.size - 1 };
    response.writeHead(range ? 206 : 200, {
      ...common,
      "content-type": "application/x-tar",
      "content-length": last - first + 1,
      ...(range ? { "content-range": `bytes ${first}-${last}/${file.size}` } : {}),
    });
    // A reader that goes away is no failure of ours.
    await pipeline(Readable.from(file.pieces(first, last + 1), { objectMode: true }), response).catch(() => {});
  } finally {
    await file.close();
  }
}
