import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { closeShellsOf } from "../terminals/close-shells-of.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";

/** Takes a jail away from an account and closes his shells in it. Admin only. @throws KnastError not_found */
export function unassignJail(ctx: Ctx, form: { name: string; account: string }): Promise<void> {
  return audited(ctx, "jail.unassign", { jail: form.name, account: form.account }, async () => {
    assertAdmin(ctx);
    const account = await findAccount(form.account);
    const jail = await getJailFor(ctx, form.name, "see");
    if (!jail.id) return;
    await db().grant.deleteMany({ where: { accountId: account.id, jailId: jail.id } });
    if (account.role !== "admin") await closeShellsOf(ctx, account.name, jail.name);
  });
}
