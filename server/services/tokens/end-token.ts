import { KnastError } from "../../contract/errors.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";

/**
 * Ends a token for good: one's own, anybody's for the admin; a token that is no admin's ends itself only. Its open streams and
 * sockets close with the next check.
 * @throws KnastError not_found
 */
export function endToken(ctx: Ctx, form: { token: string }): Promise<void> {
  return audited(ctx, "token.end", {}, async () => {
    const { actor } = ctx;
    const his = isAdmin(actor) ? {} : { accountId: actor.id };
    const only = actor.scope && !isAdmin(actor) && form.token !== actor.scope.token;
    const { count } = only ? { count: 0 } : await db().apiToken.deleteMany({ where: { id: form.token, ...his } });
    if (count === 0) throw new KnastError("not_found");
  });
}
