import type { IncomingMessage } from "node:http";
import { KnastError } from "../../contract/errors.ts";
import { SHELL_PIECE, type Transfer } from "../../contract/shell-file.ts";
import type { Daemon } from "../daemon.ts";

/**
 * One piece of a file for a jail. It is taken from the line at once, as the jail may be slow and the line's time is short.
 * @throws KnastError too_large, and what Receiver.piece() throws
 */
export async function receiveShellPiece(
  daemon: Daemon,
  request: IncomingMessage,
  ref: { terminal: string; transfer: string; offset: number },
): Promise<Transfer> {
  daemon.shellFiles.state(ref);
  const length = request.headers["content-length"] ?? "";
  if (!/^[0-9]{1,15}$/.test(length)) throw new KnastError("invalid", { message: "Say how long the piece is." });
  if (Number(length) > SHELL_PIECE) throw new KnastError("too_large");
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (cause) {
    throw new KnastError("cancelled", { message: "The piece broke off.", cause });
  }
  return daemon.shellFiles.piece(ref, Buffer.concat(chunks));
}
