import { KnastError } from "../../contract/errors.ts";
import type { Limits } from "../../contract/limits.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { assertAdmin } from "./assert-admin.ts";
import { budgetColumns } from "./budget-of.ts";
import { findAccount } from "./find-account.ts";

/**
 * Sets what all running jails of a friend may use together. It stops none: the next start, restart and raise of a limit is held
 * against it. Admin only. @throws KnastError not_found; forbidden for an admin's account, as every jail is his
 */
export function setBudget(ctx: Ctx, form: { account: string; budget: Limits }): Promise<void> {
  return audited(ctx, "account.budget", { account: form.account }, async () => {
    assertAdmin(ctx);
    const { id, role } = await findAccount(form.account);
    if (role === "admin") throw new KnastError("forbidden", { message: "An admin has no budget." });
    await db().account.update({ where: { id }, data: budgetColumns(form.budget) });
  });
}
