import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { dropSpareCodes } from "./drop-spare-codes.ts";
import { tellChanged } from "./tell-changed.ts";

/** Takes the actor's authenticator off. @throws KnastError prove_first */
export function removeTotp(ctx: Ctx): Promise<void> {
  return audited(ctx, "second-factor.totp-remove", {}, async () => {
    await assertProved(ctx);
    const data = { totpSecret: null, totpConfirmedAt: null, totpLastStep: null };
    const { id } = ctx.actor;
    await db().$transaction(async (on) => {
      // A secret that no code has confirmed was no second factor yet.
      const { count } = await on.account.updateMany({ where: { id, totpConfirmedAt: { not: null } }, data });
      if (count > 0) await tellChanged(id, "the authenticator was removed", on);
      else await on.account.updateMany({ where: { id }, data });
    });
    await dropSpareCodes(ctx.actor.id);
  });
}
