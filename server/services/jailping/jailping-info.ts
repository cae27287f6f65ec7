import type { JailpingInfo } from "../../contract/jailping.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Admin only. */
export async function jailpingInfo(ctx: Ctx): Promise<JailpingInfo> {
  assertAdmin(ctx);
  return call("jailping.info", {}, { actor: ctx.actor.name });
}
