import type { MountSources } from "../../contract/mounts.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** @returns the directories of the host that its root has approved, with their users. Admin only. */
export async function mountSources(ctx: Ctx): Promise<MountSources> {
  assertAdmin(ctx);
  return call("mounts.sources", {}, { actor: ctx.actor.name });
}
