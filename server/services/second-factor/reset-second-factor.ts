import { assertAdmin } from "../accounts/assert-admin.ts";
import { findAccount } from "../accounts/find-account.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { tellChanged } from "./tell-changed.ts";

/** Takes everything off that stands beside an account's password, and what waits for it. */
export async function clearSecondFactor(account: string): Promise<void> {
  const data = { totpSecret: null, totpConfirmedAt: null, totpLastStep: null };
  await db().$transaction([
    db().account.update({ where: { id: account }, data }),
    db().passkey.deleteMany({ where: { accountId: account } }),
    db().recoveryCode.deleteMany({ where: { accountId: account } }),
    db().pendingSignIn.deleteMany({ where: { accountId: account } }),
  ]);
}

/** For a person who has lost phone, passkeys and codes. Admin only. @throws KnastError prove_first, not_found */
export function resetSecondFactor(ctx: Ctx, form: { account: string }): Promise<void> {
  return audited(ctx, "account.reset-second-factor", { account: form.account }, async () => {
    assertAdmin(ctx);
    await assertProved(ctx);
    const { id } = await findAccount(form.account);
    await clearSecondFactor(id);
    await tellChanged(id, `${ctx.actor.name} took it off`);
  });
}
