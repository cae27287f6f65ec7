import type { JailMounts, MountSources } from "../../contract/mounts.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** What a jail sees of the host, and what it could. Admin only. @throws KnastError not_found, foreign, broken */
export async function showMounts(
  ctx: Ctx,
  form: { name: string },
): Promise<{ mounts: JailMounts; sources: MountSources }> {
  assertAdmin(ctx);
  const jail = await getJailFor(ctx, form.name, "see");
  const ref = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
  const options = { actor: ctx.actor.name };
  const [mounts, sources] = await Promise.all([call("jail.mounts", ref, options), call("mounts.sources", {}, options)]);
  return { mounts, sources };
}
