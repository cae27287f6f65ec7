import { randomBytes } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HostSet } from "../../contract/host-archive.ts";
import type { JobRef } from "../../contract/job.ts";
import { UPLOAD_PIECE } from "../../contract/upload.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call, putPiece } from "../daemon.ts";
import { backUp } from "../database/copies.ts";
import { env } from "../env.ts";
import { lookAtJails, ownersOf } from "../jails/look-at-jails.ts";

/** The sets that there are, newest first. Admin only. */
export async function listSets(ctx: Ctx): Promise<(HostSet & { missing: string[] })[]> {
  assertAdmin(ctx);
  return (await call("host.sets", {}, { actor: ctx.actor.name })).sets;
}

/** Has every jail archived, and the people and grants with them. Admin only. @throws KnastError busy, disk_full, too_many */
export function archiveHost(ctx: Ctx): Promise<JobRef> {
  return audited(ctx, "host.archive", {}, async () => {
    assertAdmin(ctx);
    const { jails, holders } = await lookAtJails(ctx.actor.name);
    const named = jails.flatMap((jail) =>
      jail.id === null ? [] : [[jail.name, ownersOf(holders, jail.id).map((one) => one.name)] as const],
    );
    const panel = await sendDatabase(ctx.actor.name);
    return call("host.archive", { owners: Object.fromEntries(named), panel }, askedBy(ctx));
  });
}

/** Makes every jail of a set that is not here. Admin only. @throws KnastError prove_first, not_found, archive_invalid, busy */
export function restoreHost(ctx: Ctx, form: { set: string }): Promise<JobRef> {
  return audited(ctx, "host.restore", {}, async () => {
    assertAdmin(ctx);
    await assertProved(ctx);
    return call("host.restore", form, askedBy(ctx));
  });
}

/** Admin only. @throws KnastError not_found, busy */
export function forgetSet(ctx: Ctx, form: { set: string }): Promise<object> {
  return audited(ctx, "host.forget-set", {}, async () => {
    assertAdmin(ctx);
    return call("host.forget-set", form, { actor: ctx.actor.name });
  });
}

/** A copy of the database while it is in use, as `knast database backup` makes it. @returns its upload */
async function sendDatabase(actor: string): Promise<string> {
  const path = join(env().dir, `copy-${randomBytes(8).toString("hex")}.db`);
  try {
    await backUp(env().database, createWriteStream(path, { flags: "wx", mode: 0o600 }));
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const { upload } = await call("upload.open", { bytes: size }, { actor });
      const piece = Buffer.alloc(Math.min(size, UPLOAD_PIECE));
      for (let offset = 0; offset < size;) {
        const { bytesRead } = await file.read(piece, 0, piece.length, offset);
        await putPiece({ upload, offset, piece: piece.subarray(0, bytesRead) }, { actor });
        offset += bytesRead;
      }
      return upload;
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
