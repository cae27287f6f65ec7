import { UPLOAD_PIECE, type Upload } from "../../contract/upload.ts";
import { KnastError } from "../../contract/errors.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { putPiece } from "../daemon.ts";

/**
 * Passes one piece of an upload on to the daemon. It is taken in whole first: the daemon does not wait for a slow line.
 * Admin only. @throws KnastError too_large and what the daemon says
 */
export async function sendPiece(
  ctx: Ctx,
  { upload, offset, body }: { upload: string; offset: number; body: AsyncIterable<Uint8Array> },
): Promise<Upload> {
  assertAdmin(ctx);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > UPLOAD_PIECE) throw new KnastError("too_large");
    chunks.push(chunk);
  }
  return putPiece({ upload, offset, piece: Buffer.concat(chunks) }, { actor: ctx.actor.name });
}
