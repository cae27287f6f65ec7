import { KnastError } from "../../contract/errors.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { dropSpareCodes } from "./drop-spare-codes.ts";

/** Takes one of the actor's passkeys off. @throws KnastError prove_first, not_found */
export function removePasskey(ctx: Ctx, form: { id: string }): Promise<void> {
  return audited(ctx, "second-factor.passkey-remove", {}, async () => {
    await assertProved(ctx);
    const { count } = await db().passkey.deleteMany({ where: { id: form.id, accountId: ctx.actor.id } });
    if (count === 0) throw new KnastError("not_found");
    await dropSpareCodes(ctx.actor.id);
  });
}
