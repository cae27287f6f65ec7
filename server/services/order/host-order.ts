import type { HostOrder } from "../../contract/order.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** In which order jails start and stop. Admin only. */
export async function hostOrder(ctx: Ctx): Promise<HostOrder> {
  assertAdmin(ctx);
  return call("host.order", {}, { actor: ctx.actor.name });
}
