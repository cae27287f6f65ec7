import type { HostInfo } from "../../contract/jail.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Admin only. */
export async function hostInfo(ctx: Ctx): Promise<HostInfo> {
  assertAdmin(ctx);
  return call("host.info", {}, { actor: ctx.actor.name });
}
