import { KnastError } from "../../contract/errors.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { dropSpareCodes } from "./drop-spare-codes.ts";
import { tellChanged } from "./tell-changed.ts";

/** Takes one of the actor's passkeys off. @throws KnastError prove_first, not_found */
export function removePasskey(ctx: Ctx, form: { id: string }): Promise<void> {
  return audited(ctx, "second-factor.passkey-remove", {}, async () => {
    await assertProved(ctx);
    const where = { id: form.id, accountId: ctx.actor.id };
    await db().$transaction(async (on) => {
      const key = await on.passkey.findFirst({ where });
      // Two at once: one of them has removed it, and says so.
      if (!key || (await on.passkey.deleteMany({ where })).count === 0) throw new KnastError("not_found");
      await tellChanged(ctx.actor.id, `the passkey ${key.name} was removed`, on);
    });
    await dropSpareCodes(ctx.actor.id);
  });
}
