import { Secret, TOTP } from "otpauth";
import { db } from "../db.ts";
import { seal, unseal } from "../seal.ts";

const STEP_MS = 30_000;
const PURPOSE = "totp";

const generator = (secret: string, account = "", issuer = "") =>
  new TOTP({ issuer, label: account, secret: Secret.fromBase32(secret), algorithm: "SHA1", digits: 6, period: 30 });

/** @returns 160 random bits in base32, the size of RFC 4226's recommendation */
export const newTotpSecret = (): string => new Secret({ size: 20 }).base32;

/** What the QR code says: authenticators read it as otpauth:// */
export const totpUri = (secret: string, account: string, host: string): string =>
  generator(secret, `${account}@${host}`, "knasthorst").toString();

/**
 * @returns the 30-second step (RFC 6238) that a code belongs to: the present one, the one before or the one after, so that a
 * clock may be half a minute off; null for a wrong code
 */
export function stepOf(secret: string, code: string, now = Date.now()): number | null {
  const delta = generator(secret).validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? null : Math.floor(now / STEP_MS) + delta;
}

export const sealTotp = (account: string, secret: string): string => seal(PURPOSE, account, secret);
export const unsealTotp = (account: string, sealed: string): string | null => unseal(PURPOSE, account, sealed);

/** Uses a code up: true for exactly one of those who come with it, never for one of an earlier step. */
export async function useTotp(accountId: string, code: string, now = Date.now()): Promise<boolean> {
  const account = await db().account.findUnique({ where: { id: accountId } });
  if (!account?.totpSecret || !account.totpConfirmedAt) return false;
  const secret = unsealTotp(accountId, account.totpSecret);
  const step = secret === null ? null : stepOf(secret, code, now);
  if (step === null) return false;
  const unused = { OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] };
  const where = { id: accountId, totpSecret: account.totpSecret, ...unused };
  return (await db().account.updateMany({ where, data: { totpLastStep: step } })).count === 1;
}
