import { KnastError } from "../../contract/errors.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";

/**
 * Removes a key: one's own, anybody's for the admin. Who is in by it is cut off with the next check; his shells go on.
 * @throws KnastError not_found, also for a key of somebody else; forbidden for a token that is no admin's
 */
export function removeSshKey(ctx: Ctx, form: { key: string }): Promise<void> {
  return audited(ctx, "ssh-key.remove", {}, async () => {
    const { actor } = ctx;
    // Who has stolen a token must not lock its person out.
    if (actor.scope && !isAdmin(actor)) throw new KnastError("forbidden");
    const his = isAdmin(actor) ? {} : { accountId: actor.id };
    const { count } = await db().sshKey.deleteMany({ where: { id: form.key, ...his } });
    if (count === 0) throw new KnastError("not_found");
  });
}
