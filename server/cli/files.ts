import { createWriteStream } from "node:fs";
import { open, rename, stat } from "node:fs/promises";
import { Writable } from "node:stream";
import { setTimeout as later } from "node:timers/promises";
import { requestOf } from "../contract/api/request.ts";
import { API } from "../contract/api/table.ts";
import { Upload, UPLOAD_PIECE } from "../contract/upload.ts";
import { type Client, refusal } from "./client.ts";
import { CliFailure } from "./failure.ts";

/** How often a download that broke off goes on. */
const TRIES = 20;

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

/** Sends a file in pieces; one that did not arrive is asked about and goes on. @returns the upload */
export async function putFile(client: Client, path: string): Promise<string> {
  const file = await open(path).catch((error: Error) => {
    throw new CliFailure(error.message);
  });
  try {
    const { size } = await file.stat();
    const { upload } = await client.call("uploads.open", { bytes: size });
    const piece = Buffer.alloc(Math.min(size, UPLOAD_PIECE));
    for (let offset = 0, left = TRIES; offset < size; ) {
      const { bytesRead } = await file.read(piece, 0, piece.length, offset);
      if (bytesRead === 0) throw new CliFailure(`${path} has become shorter.`);
      const wire = requestOf(API["uploads.send"], { upload, offset });
      try {
        const headers = { "content-type": "application/octet-stream" };
        const response = await client.send(wire.method, wire.path, { headers, body: piece.subarray(0, bytesRead) });
        offset = Upload.parse(await response.json()).received;
      } catch (error) {
        if (--left <= 0) throw error;
        await later(1000);
        offset = (await client.call("uploads.show", { upload })).received;
      }
    }
    return upload;
  } finally {
    await file.close();
  }
}
