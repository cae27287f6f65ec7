import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import { hashPassword, verifyHash } from "../accounts/password-hash.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { secondFactorOf } from "./second-factor-of.ts";
import { tellChanged } from "./tell-changed.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const COUNT = 10;

/** A code's first character is its number, so that a try costs one hash and not ten; the other eleven are 55 random bits. */
const draw = (number: number): string => `${number}${[...randomBytes(11)].map((byte) => ALPHABET[byte % 32]).join("")}`;
const rowOf = (account: string, code: string): string => `${account}-${code[0]}`;

/** Makes ten new codes; the old ones are worth nothing from then on. @returns them, to be shown once */
async function makeCodes(account: string): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, (_, i) => draw(i));
  const data = await Promise.all(
    codes.map(async (code) => ({ id: rowOf(account, code), accountId: account, codeHash: await hashPassword(code) })),
  );
  await db().$transaction([
    db().recoveryCode.deleteMany({ where: { accountId: account } }),
    db().recoveryCode.createMany({ data }),
  ]);
  return codes.map((code) => code.match(/.{4}/g)!.join("-"));
}

/** @returns codes for an account that has none left, an empty list for one that has */
export async function firstCodes(account: string): Promise<string[]> {
  return (await db().recoveryCode.count({ where: { accountId: account, usedAt: null } })) > 0 ? [] : makeCodes(account);
}

/** Makes ten new codes in place of the old ones. @throws KnastError prove_first; invalid without a second factor */
export function newRecoveryCodes(ctx: Ctx): Promise<{ codes: string[] }> {
  return audited(ctx, "second-factor.recovery-codes", {}, async () => {
    await assertProved(ctx);
    if (!(await secondFactorOf(ctx.actor.id)).any)
      throw new KnastError("invalid", { message: "Recovery codes stand in for a second factor. Set one up first." });
    const codes = await makeCodes(ctx.actor.id);
    await tellChanged(ctx.actor.id, "new recovery codes were made, the old ones are void");
    return { codes };
  });
}

/** Uses a code up: true for exactly one of those who come with it. The same work is done for a code that is not there. */
export async function useRecoveryCode(account: string, code: string): Promise<boolean> {
  const row = await db().recoveryCode.findUnique({ where: { id: rowOf(account, code) } });
  const open = row && row.accountId === account && row.usedAt === null ? row : null;
  if (!(await verifyHash(open?.codeHash ?? null, code)) || !open) return false;
  const where = { id: open.id, codeHash: open.codeHash, usedAt: null };
  return (await db().recoveryCode.updateMany({ where, data: { usedAt: new Date() } })).count === 1;
}
