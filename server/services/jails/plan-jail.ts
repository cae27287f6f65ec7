import type { JailPlan, JailSpec } from "../../contract/jail.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** @returns what jail.create would write and run; nothing is done. Admin only. */
export async function planJail(ctx: Ctx, spec: JailSpec): Promise<JailPlan> {
  assertAdmin(ctx);
  return call("jail.plan", spec, { actor: ctx.actor.name });
}
