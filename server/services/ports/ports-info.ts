import type { PortsInfo } from "../../contract/ports.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Admin only. */
export async function portsInfo(ctx: Ctx): Promise<PortsInfo> {
  assertAdmin(ctx);
  return call("ports.info", {}, { actor: ctx.actor.name });
}
