import type { JailLimits } from "../../contract/limits.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** What a jail may use and what it uses; its owners see it too. @throws KnastError not_found, foreign */
export async function showLimits(ctx: Ctx, form: { name: string }): Promise<JailLimits> {
  const jail = await getJailFor(ctx, form.name, "processes");
  const input = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
  return call("jail.limits", input, { actor: ctx.actor.name });
}
