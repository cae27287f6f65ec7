import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { dropSpareCodes } from "./drop-spare-codes.ts";

/** Takes the actor's authenticator off. @throws KnastError prove_first */
export function removeTotp(ctx: Ctx): Promise<void> {
  return audited(ctx, "second-factor.totp-remove", {}, async () => {
    await assertProved(ctx);
    const data = { totpSecret: null, totpConfirmedAt: null, totpLastStep: null };
    await db().account.updateMany({ where: { id: ctx.actor.id }, data });
    await dropSpareCodes(ctx.actor.id);
  });
}
