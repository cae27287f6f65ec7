import { KnastError } from "../../contract/errors.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { closeShellsOf } from "../terminals/close-shells-of.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";

/**
 * Ends an account's sessions, links and shells, and lets nobody sign in until it is enabled again. Admin only.
 * @throws KnastError forbidden for the last admin who can sign in
 */
export function disableAccount(ctx: Ctx, form: { account: string }): Promise<void> {
  return audited(ctx, "account.disable", { account: form.account }, async () => {
    assertAdmin(ctx);
    const account = await findAccount(form.account);
    await db().$transaction(async (transaction) => {
      const where = { role: "admin", disabledAt: null, passwordHash: { not: null }, id: { not: account.id } } as const;
      if (account.role === "admin" && (await transaction.account.count({ where })) === 0)
        throw new KnastError("forbidden", { message: "The last admin can't be disabled or deleted." });
      await transaction.account.update({
        where: { id: account.id },
        data: { disabledAt: new Date(), sessionVersion: { increment: 1 } },
      });
      await transaction.session.deleteMany({ where: { accountId: account.id } });
      await transaction.link.deleteMany({ where: { accountId: account.id } });
      await transaction.pendingSignIn.deleteMany({ where: { accountId: account.id } });
    });
    await closeShellsOf(ctx, account.name);
  });
}
