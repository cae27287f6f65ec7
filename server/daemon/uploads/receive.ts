import type { IncomingMessage } from "node:http";
import { KnastError } from "../../contract/errors.ts";
import { type Upload, UPLOAD_PIECE } from "../../contract/upload.ts";
import type { Daemon } from "../daemon.ts";
import { openPieceFile } from "../host/piece-file.ts";
import { holdUpload, showUpload, uploadPath } from "./store.ts";

const invalid = (field: string, message: string) =>
  new KnastError("invalid", { message, problems: [{ field, code: "invalid", message }] });

/**
 * One piece of an upload, straight from the request to the disk. What of a broken one has arrived stays, and the sender goes on
 * from upload.show's `received`. @throws KnastError not_found, busy, invalid (another offset, no length), too_large, disk_full
 */
export async function receivePiece(
  daemon: Daemon,
  request: IncomingMessage,
  { upload, offset }: { upload: string; offset: number },
): Promise<Upload> {
  const length = request.headers["content-length"];
  if (length === undefined || !/^[0-9]{1,15}$/.test(length))
    throw invalid("content-length", "Say how long the piece is.");
  if (Number(length) > UPLOAD_PIECE) throw new KnastError("too_large");
  const release = holdUpload(daemon, "upload", upload);
  try {
    const { bytes, received } = await showUpload(daemon, { upload });
    if (offset !== received) throw invalid("offset", `${received} bytes have arrived: go on from there.`);
    if (offset + Number(length) > bytes) throw new KnastError("too_large");
    const file = await openPieceFile(uploadPath(daemon, upload));
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) await file.append(chunk);
    } catch (error) {
      throw error instanceof KnastError ? error : new KnastError("cancelled", { message: "The piece broke off." });
    } finally {
      await file.close();
    }
    return { upload, bytes, received: file.size };
  } finally {
    release();
  }
}
