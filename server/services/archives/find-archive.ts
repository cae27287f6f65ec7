import type { Archive } from "../../contract/archive.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";
import { assertAdmin, isAdmin } from "../accounts/assert-admin.ts";

const all = async (ctx: Ctx): Promise<Archive[]> =>
  (await call("archive.list", {}, { actor: ctx.actor.name })).archives;

/** Every archive on the host. Admin only. */
export async function listArchives(ctx: Ctx): Promise<Archive[]> {
  assertAdmin(ctx);
  return all(ctx);
}

/** The archives of one jail: by its id, so that those of an earlier jail of that name are not among them. @throws KnastError not_found, forbidden */
export async function listJailArchives(ctx: Ctx, form: { name: string }): Promise<Archive[]> {
  const [jail, archives] = await Promise.all([getJailFor(ctx, form.name, "archive"), all(ctx)]);
  return archives.filter((one) => one.manifest?.id === jail.id);
}

/**
 * The one door to an archive: the admin's are all, a friend's those of his jails. One that is not his and one that is not there are the same
 * answer after the same questions. Whose it is its manifest says by the id, also in one that the admin took in from another host.
 * @throws KnastError not_found
 */
export async function archiveFor(ctx: Ctx, name: string): Promise<Archive> {
  const [archives, { jails, holders }] = await Promise.all([all(ctx), lookAtJails(ctx.actor.name)]);
  const archive = archives.find((one) => one.archive === name);
  const his = jails.some(
    (jail) =>
      jail.id !== null &&
      jail.id === archive?.manifest?.id &&
      rowFor(ctx.actor, jail, holders)?.rights.includes("archive"),
  );
  if (!archive || (!isAdmin(ctx.actor) && !his)) throw new KnastError("not_found");
  return archive;
}
