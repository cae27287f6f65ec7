import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { hashPassword } from "./password-hash.ts";
import { assertProved } from "./prove.ts";

/** No account's session version: it begins with 1. */
const ENDED = 0;

/**
 * Gives the actor a new password and ends his other sessions, tokens, links and known devices; this session goes on.
 * @throws KnastError prove_first
 */
export function changePassword(ctx: Ctx, form: { password: string }): Promise<void> {
  return audited(ctx, "account.change-password", {}, async () => {
    await assertProved(ctx);
    const { id: accountId, session } = ctx.actor;
    const passwordHash = await hashPassword(form.password);
    await db().$transaction([
      db().account.update({ where: { id: accountId }, data: { passwordHash } }),
      db().session.deleteMany({ where: { accountId, id: { not: session } } }),
      db().apiToken.updateMany({ where: { accountId }, data: { version: ENDED } }),
      db().link.deleteMany({ where: { accountId } }),
      db().pendingSignIn.deleteMany({ where: { accountId } }),
      db().knownDevice.deleteMany({ where: { accountId } }),
    ]);
  });
}
