import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { changeGrant } from "../grants/change-grant.ts";
import { assertAdmin } from "./assert-admin.ts";
import { disableAccount } from "./disable-account.ts";

/**
 * Deletes an account with its grants, what came to others through it, and its sessions; his jails stay and are the admin's. Its shells
 * are closed first: they carry the account's name, which somebody else may get.
 * @throws KnastError forbidden for the last admin; unavailable when the shells can't be closed (the account is disabled then)
 */
export function deleteAccount(ctx: Ctx, form: { account: string }): Promise<void> {
  return audited(ctx, "account.delete", { account: form.account }, async () => {
    assertAdmin(ctx);
    await disableAccount(ctx, form);
    for (const { jailId, jailName } of await db().grant.findMany({ where: { accountId: form.account } }))
      await changeGrant(ctx, { id: jailId, name: jailName }, form.account, null, () => {});
    await db().account.deleteMany({ where: { id: form.account } });
  });
}
