import { KnastError } from "../../contract/errors.ts";
import type { Recording } from "../../contract/recording.ts";
import { assertAdmin, isAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";

type JailOf = { id: string | null; name: string };

const all = async (ctx: Ctx): Promise<Recording[]> =>
  (await call("recording.list", {}, { actor: ctx.actor.name })).recordings;

/** By the id, so that those of an earlier jail of that name are not among them; a jail without one is known by its name. */
const isOf = (one: Recording, jail: JailOf): boolean =>
  one.id === jail.id && (jail.id !== null || one.jail === jail.name);

/** Every recording on the host. Admin only. */
export async function listRecordings(ctx: Ctx): Promise<Recording[]> {
  assertAdmin(ctx);
  return all(ctx);
}

/** The recordings of one jail, for whoever may have a shell there: he is root in it, as the one who was recorded. @throws KnastError not_found, forbidden */
export async function listJailRecordings(ctx: Ctx, form: { name: string }): Promise<Recording[]> {
  const [jail, recordings] = await Promise.all([getJailFor(ctx, form.name, "shell"), all(ctx)]);
  return recordings.filter((one) => isOf(one, jail));
}

/**
 * The one door to a recording: for who may have a shell in its jail, and the admin. To take it away one must have made it, or also
 * be allowed to archive the jail.
 * @throws KnastError not_found; forbidden for a jail that he sees but may not do this in
 */
export async function recordingFor(ctx: Ctx, name: string, toRemove = false): Promise<Recording> {
  const [recordings, { jails, holders }] = await Promise.all([all(ctx), lookAtJails(ctx.actor.name)]);
  const recording = recordings.find((one) => one.recording === name);
  if (!recording) throw new KnastError("not_found");
  if (isAdmin(ctx.actor)) return recording;
  const rights = jails
    .filter((jail) => isOf(recording, jail))
    .flatMap((jail) => rowFor(ctx.actor, jail, holders)?.rights ?? []);
  if (rights.length === 0) throw new KnastError("not_found");
  const mayRemove = recording.by === ctx.actor.name || rights.includes("archive");
  if (!rights.includes("shell") || (toRemove && !mayRemove)) throw new KnastError("forbidden");
  return recording;
}
