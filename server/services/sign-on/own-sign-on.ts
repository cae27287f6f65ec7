import { KnastError } from "../../contract/errors.ts";
import type { SignOnView } from "../../contract/sign-on.ts";
import { findAccount } from "../accounts/find-account.ts";
import { NOBODY } from "../accounts/password-hash.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { env } from "../env.ts";
import { notify } from "../notices/notify.ts";

/** What the button on the sign-in page is called; null: there is no single sign-on. */
export const signOnName = (): string | null => env().signOn?.name ?? null;

/** @returns who the actor is at the configured provider; null without one */
export async function showSignOn({ actor }: Ctx): Promise<SignOnView | null> {
  const { signOn } = env();
  if (!signOn) return null;
  const where = { accountId: actor.id, issuer: signOn.issuer };
  const rows = await db().identity.findMany({ where, orderBy: { createdAt: "asc" } });
  const { passwordHash } = await findAccount(actor.id);
  return {
    name: signOn.name,
    linked: rows.map(({ subject, createdAt }) => ({ subject, createdAt: createdAt.toISOString() })),
    mayUnlink: passwordHash !== NOBODY || rows.length > 1,
  };
}

/** Ends a link of the actor's own. @throws KnastError not_found; forbidden for his only way in */
export function unlinkSignOn(ctx: Ctx, form: { subject: string }): Promise<void> {
  return audited(ctx, "sign-on.unlink", {}, async () => {
    const { signOn } = env();
    const accountId = ctx.actor.id;
    if (!signOn) throw new KnastError("not_found");
    await db().$transaction(async (transaction) => {
      const account = await transaction.account.findUniqueOrThrow({ where: { id: accountId } });
      const { count } = await transaction.identity.deleteMany({
        where: { accountId, issuer: signOn.issuer, subject: form.subject },
      });
      if (count === 0) throw new KnastError("not_found");
      const left = await transaction.identity.count({ where: { accountId, issuer: signOn.issuer } });
      if (account.passwordHash === NOBODY && left === 0)
        throw new KnastError("forbidden", {
          message: "This is your only way in. Ask the admin for a link and choose a password first.",
        });
      const facts = { what: "a single sign-on was taken away" };
      await notify({ accounts: [accountId], kind: "second-factor-changed", facts }, transaction);
    });
  });
}
