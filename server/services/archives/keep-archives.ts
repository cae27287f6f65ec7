import type { Arrival } from "../../contract/archive.ts";
import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { archiveFor } from "./find-archive.ts";

/** Has a jail archived. Its owners may. @throws KnastError not_found, busy, too_many, disk_full */
export function createArchive(ctx: Ctx, { name }: { name: string }): Promise<JobRef> {
  return audited(ctx, "archive.create", { jail: name }, async () => {
    const jail = await getJailFor(ctx, name, "archive");
    const owners = jail.owners.map((one) => one.name);
    return call("archive.create", { name, ...(jail.id ? { id: jail.id } : {}), owners }, askedBy(ctx));
  });
}

/** Has an archive read and its checksums compared. @throws KnastError not_found, busy */
export function verifyArchive(ctx: Ctx, form: { archive: string }): Promise<JobRef> {
  return audited(ctx, "archive.verify", {}, async () => {
    const { archive } = await archiveFor(ctx, form.archive);
    return call("archive.verify", { archive }, askedBy(ctx));
  });
}

/** @throws KnastError not_found, busy */
export function removeArchive(ctx: Ctx, form: { archive: string }): Promise<object> {
  return audited(ctx, "archive.remove", {}, async () => {
    const { archive } = await archiveFor(ctx, form.archive);
    return call("archive.remove", { archive }, { actor: ctx.actor.name });
  });
}

/** Makes a jail of an archive. Admin only. @throws KnastError prove_first, not_found, archive_invalid, problems at the fields of `as` */
export function restoreArchive(ctx: Ctx, form: { archive: string; as: Arrival }): Promise<JobRef> {
  return audited(ctx, "archive.restore", form.as.name ? { jail: form.as.name } : {}, async () => {
    assertAdmin(ctx);
    await assertProved(ctx);
    return call("archive.restore", form, askedBy(ctx));
  });
}

/** Keeps an uploaded archive. Admin only. @throws KnastError archive_invalid, disk_full */
export function importArchive(ctx: Ctx, form: { upload: string }): Promise<JobRef> {
  return audited(ctx, "archive.import", {}, async () => {
    assertAdmin(ctx);
    return call("archive.import", form, askedBy(ctx));
  });
}

/** Makes another jail with the same files. Admin only. @throws KnastError not_found, busy, problems at the fields of `as` */
export function cloneJail(ctx: Ctx, form: { name: string; as: Arrival }): Promise<JobRef> {
  return audited(ctx, "jail.clone", { jail: form.name }, async () => {
    assertAdmin(ctx);
    const jail = await getJailFor(ctx, form.name, "archive");
    return call("jail.clone", { name: jail.name, ...(jail.id ? { id: jail.id } : {}), as: form.as }, askedBy(ctx));
  });
}
