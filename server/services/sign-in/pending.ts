import { createHash, randomBytes } from "node:crypto";
import { assertUnchanged, type Checked, mayAct } from "../accounts/sessions.ts";
import { type AccountRecord, db } from "../db.ts";

/** How long the second step may take, and how often it may fail. */
export const PENDING_MS = 5 * 60_000;
export const PENDING_TRIES = 5;

export const pendingHash = (token: string): string => createHash("sha256").update(token).digest("hex");

/**
 * Notes that an account's password was right and its second factor is awaited.
 * @returns the token for the browser's cookie @throws KnastError unauthenticated if the account changed since it was checked
 */
export async function makePending(account: Checked, now = Date.now()): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(now + PENDING_MS);
  await db().$transaction(async (on) => {
    await assertUnchanged(on, account);
    await on.pendingSignIn.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
    await on.pendingSignIn.create({ data: { tokenHash: pendingHash(token), accountId: account.id, expiresAt } });
  });
  return token;
}

/** @returns the account that waits for its second step, null when there is none such (any more) */
export async function lookAtPending(token: string | null, now = Date.now()): Promise<AccountRecord | null> {
  if (!token || token.length > 100) return null;
  const where = { tokenHash: pendingHash(token) };
  const pending = await db().pendingSignIn.findUnique({ where, include: { account: true } });
  if (!pending || pending.expiresAt.getTime() <= now || pending.failures >= PENDING_TRIES) return null;
  return mayAct(pending.account, now) ? pending.account : null;
}

/** Counts one try, before it is looked at: false when there is none left, so that many at once get no more than their number. */
export async function countTry(token: string): Promise<boolean> {
  const where = { tokenHash: pendingHash(token), failures: { lt: PENDING_TRIES } };
  return (await db().pendingSignIn.updateMany({ where, data: { failures: { increment: 1 } } })).count === 1;
}

/** Ends it: true for exactly one of those who come with it. */
export async function endPending(token: string): Promise<boolean> {
  return (await db().pendingSignIn.deleteMany({ where: { tokenHash: pendingHash(token) } })).count === 1;
}
