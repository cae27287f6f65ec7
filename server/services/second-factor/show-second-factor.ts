import type { SecondFactorView } from "../../contract/second-factor.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { readPolicy } from "./policy.ts";
import { noPasskeysAt } from "./relying-party.ts";

/** The actor's own second factor, without a secret in it. */
export async function showSecondFactor(ctx: Ctx): Promise<SecondFactorView> {
  const account = await db().account.findUniqueOrThrow({
    where: { id: ctx.actor.id },
    include: { passkeys: { orderBy: { createdAt: "asc" } }, recoveryCodes: { where: { usedAt: null } } },
  });
  return {
    totpSince: account.totpConfirmedAt?.toISOString() ?? null,
    recoveryLeft: account.recoveryCodes.length,
    passkeys: account.passkeys.map((key) => ({
      id: key.id,
      name: key.name,
      createdAt: key.createdAt.toISOString(),
      lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    })),
    policy: await readPolicy(),
    noPasskeys: noPasskeysAt(ctx.origin),
  };
}
