import { createWriteStream } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { Writable } from "node:stream";
import { setTimeout as later } from "node:timers/promises";
import { requestOf } from "../contract/api/request.ts";
import { API } from "../contract/api/table.ts";
import { Upload, UPLOAD_PIECE } from "../contract/upload.ts";
import { type Client, refusal } from "./client.ts";
import { CliFailure } from "./failure.ts";

/** How often a download that broke off goes on, and a piece that did not arrive is sent again. */
const TRIES = 20;
/** The first piece, the least, and how fast one has to be for the next to be larger: each has 30 s, and some lines are slow. */
const FIRST_PIECE = 1024 * 1024;
const LEAST_PIECE = 64 * 1024;
const QUICK_MS = 5000;

/**
 * Downloads to a file, or to standard output for `-`. It has its name when it is whole; before that it is FILE.part, with which
 * a later call goes on (RFC 9110 14).
 * @returns its size
 */
export async function getFile(client: Client, path: string, file: string): Promise<number> {
  if (file === "-") return pour(await client.send("GET", path), Writable.toWeb(process.stdout));
  const part = `${file}.part`;
  for (let left = TRIES; ; left--) {
    const have = (await stat(part).catch(() => null))?.size ?? 0;
    const response = await client.raw("GET", path, have > 0 ? { headers: { range: `bytes=${have}-` } } : {});
    // All of it is here already.
    if (response.status === 416 && have > 0 && response.headers.get("content-range") === `bytes */${have}`) break;
    if (!response.ok) throw await refusal(response);
    const flags = response.status === 206 ? "a" : "w";
    try {
      await pour(response, Writable.toWeb(createWriteStream(part, { flags, mode: 0o600 })));
      break;
    } catch (error) {
      if (left <= 1 || (error as NodeJS.ErrnoException).code === "ENOSPC") throw new CliFailure(String(error));
      await later(Math.min(250 * (TRIES - left + 1), 2000));
    }
  }
  await rename(part, file);
  return (await stat(file)).size;
}

async function pour(response: Response, sink: WritableStream): Promise<number> {
  await response.body!.pipeTo(sink);
  return Number(response.headers.get("content-length") ?? 0);
}

/**
 * Sends a file in pieces, small ones on a slow line; one that did not arrive is asked about and goes on.
 * @param pause before that, in milliseconds
 * @returns the upload
 */
export async function putFile(client: Client, path: string, pause = 1000): Promise<string> {
  const file = await open(path).catch((error: Error) => {
    throw new CliFailure(error.message);
  });
  try {
    const { size } = await file.stat();
    const { upload } = await client.call("uploads.open", { bytes: size });
    const buffer = Buffer.alloc(Math.min(size, UPLOAD_PIECE));
    let piece = FIRST_PIECE;
    for (let offset = 0, left = TRIES; offset < size;) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(piece, buffer.length), offset);
      if (bytesRead === 0) throw new CliFailure(`${path} has become shorter.`);
      const wire = requestOf(API["uploads.send"], { upload, offset });
      const begun = performance.now();
      try {
        const headers = { "content-type": "application/octet-stream" };
        const response = await client.send(wire.method, wire.path, { headers, body: buffer.subarray(0, bytesRead) });
        offset = Upload.parse(await response.json()).received;
        left = TRIES;
        if (performance.now() - begun < QUICK_MS) piece = Math.min(piece * 2, UPLOAD_PIECE);
      } catch (error) {
        if (--left <= 0) throw error;
        piece = Math.max(piece / 4, LEAST_PIECE);
        await later(pause);
        offset = (await client.call("uploads.show", { upload })).received;
      }
    }
    return upload;
  } finally {
    await file.close();
  }
}
