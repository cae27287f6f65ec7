import type { BaseView } from "../../contract/panel.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownersOf, readHolders } from "../jails/look-at-jails.ts";

/** @returns all bases, the jails that stand on each, and whose those are. Admin only. */
export async function listBases(ctx: Ctx): Promise<BaseView[]> {
  assertAdmin(ctx);
  const { bases } = await call("base.list", {}, { actor: ctx.actor.name });
  const holders = await readHolders();
  return bases.map((base) => ({
    ...base,
    users: base.users.map((user) => ({ ...user, owners: ownersOf(holders, user.id) })),
  }));
}
