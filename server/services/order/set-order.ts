import type { HostOrder, SetOrder } from "../../contract/order.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Puts jail_list into another order. Admin only. */
export function setOrder(ctx: Ctx, wish: SetOrder): Promise<HostOrder> {
  return audited(ctx, "host.set-order", {}, async () => {
    assertAdmin(ctx);
    return call("host.set-order", wish, { actor: ctx.actor.name });
  });
}
