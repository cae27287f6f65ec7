import type { FlavourSummary } from "../../contract/flavour.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** @returns the built-in ones and the admin's own, by name. Admin only. */
export async function listFlavours(ctx: Ctx): Promise<FlavourSummary[]> {
  assertAdmin(ctx);
  return (await call("flavour.list", {}, { actor: ctx.actor.name })).flavours;
}
