import { KnastError } from "../../contract/errors.ts";
import type { RoleForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { assertAdmin } from "./assert-admin.ts";
import { findAccount } from "./find-account.ts";
import { assertProved } from "./prove.ts";

/**
 * Makes a friend an admin or an admin a friend; his grants stay what they are. Admin only.
 * @throws KnastError prove_first, not_found, forbidden for the last admin who can sign in
 */
export function setRole(ctx: Ctx, { account, role }: RoleForm): Promise<void> {
  return audited(ctx, "account.set-role", { account }, async () => {
    assertAdmin(ctx);
    await assertProved(ctx);
    const { id } = await findAccount(account);
    await db().$transaction(async (transaction) => {
      const where = { role: "admin", disabledAt: null, passwordHash: { not: null }, id: { not: id } } as const;
      if (role === "friend" && (await transaction.account.count({ where })) === 0)
        throw new KnastError("forbidden", { message: "The last admin stays one." });
      // An admin who has an end would be an admin who is gone one day.
      await transaction.account.update({
        where: { id },
        data: { role, ...(role === "admin" ? { endsAt: null } : {}) },
      });
    });
  });
}
