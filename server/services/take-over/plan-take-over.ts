import type { VerbInput } from "../../contract/daemon.ts";
import type { TakeOverPlan } from "../../contract/take-over.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** What would be written if this jail were taken over. Admin only. */
export async function planTakeOver(ctx: Ctx, wish: VerbInput<"take-over.plan">): Promise<TakeOverPlan> {
  assertAdmin(ctx);
  return call("take-over.plan", wish, { actor: ctx.actor.name });
}
