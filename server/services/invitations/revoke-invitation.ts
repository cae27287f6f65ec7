import { KnastError } from "../../contract/errors.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { isOpen } from "./list-invitations.ts";

/**
 * Takes an open invitation back; the admin anybody's, everybody his own, by a token only with `invite` and for its jails.
 * @throws KnastError not_found; forbidden for a token without the right
 */
export function revokeInvitation(ctx: Ctx, { invitation }: { invitation: string }): Promise<void> {
  return audited(ctx, "invitation.revoke", {}, async () => {
    const { scope } = ctx.actor;
    if (scope && !scope.rights.includes("invite")) throw new KnastError("forbidden");
    const whose = isAdmin(ctx.actor) ? {} : { createdById: ctx.actor.id };
    const within = scope?.jails ? { grants: { every: { jailId: { in: [...scope.jails] } } } } : {};
    const where = { id: invitation, ...isOpen(), ...whose, ...within };
    const { count } = await db().invitation.updateMany({ where, data: { revokedAt: new Date() } });
    if (count === 0) throw new KnastError("not_found");
  });
}
