import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";

/** Lets a disabled account sign in again; its old sessions stay ended. Admin only. */
export function enableAccount(ctx: Ctx, form: { account: string }): Promise<void> {
  return audited(ctx, "account.enable", { account: form.account }, async () => {
    assertAdmin(ctx);
    const { id } = await findAccount(form.account);
    await db().account.update({ where: { id }, data: { disabledAt: null } });
  });
}
