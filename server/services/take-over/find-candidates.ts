import type { TakeOverCandidate } from "../../contract/take-over.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Jails of other tools on this host. Admin only. */
export async function findCandidates(ctx: Ctx): Promise<TakeOverCandidate[]> {
  assertAdmin(ctx);
  return (await call("take-over.find", {}, { actor: ctx.actor.name })).candidates;
}
