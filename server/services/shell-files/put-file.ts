import { KnastError } from "../../contract/errors.ts";
import { SHELL_PIECE, type Taken, type Transfer } from "../../contract/shell-file.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call, putShellPiece } from "../daemon.ts";
import { ownTerminal } from "../terminals/list-terminals.ts";

type TransferRef = { terminal: string; transfer: string };

/** Has the jail of one of his shells begin to take a file. @throws KnastError not_found, exists, forbidden, disk_full, too_many */
export function putFile(
  ctx: Ctx,
  form: { terminal: string; directory: string; file: string; bytes: number; taken: Taken },
): Promise<Transfer> {
  return audited(ctx, "shell.put", {}, async () => {
    await ownTerminal(ctx, form.terminal);
    return call("shell.put", form, { actor: ctx.actor.name });
  });
}

/** How far it has come. @throws KnastError not_found, and why it has failed */
export async function showTransfer(ctx: Ctx, form: TransferRef): Promise<Transfer> {
  await ownTerminal(ctx, form.terminal);
  return call("shell.put-state", form, { actor: ctx.actor.name });
}

/** Passes one piece on, taken in whole first: knastd does not wait for a slow line. @throws KnastError not_found, too_large, and what knastd says */
export async function sendShellPiece(
  ctx: Ctx,
  { body, ...ref }: TransferRef & { offset: number; body: AsyncIterable<Uint8Array> },
): Promise<Transfer> {
  await ownTerminal(ctx, ref.terminal);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > SHELL_PIECE) throw new KnastError("too_large");
    chunks.push(chunk);
  }
  return putShellPiece({ ...ref, piece: Buffer.concat(chunks) }, { actor: ctx.actor.name });
}

/** Gives it up; nothing of it stays in the jail. @throws KnastError not_found */
export function cancelTransfer(ctx: Ctx, form: TransferRef): Promise<void> {
  return audited(ctx, "shell.put-cancel", {}, async () => {
    await ownTerminal(ctx, form.terminal);
    await call("shell.put-cancel", form, { actor: ctx.actor.name });
  });
}
