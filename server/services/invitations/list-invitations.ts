import type { Invitation } from "../../contract/grants.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { grantRights } from "../grants/grant-columns.ts";

/** What an open invitation is in the database. */
export const isOpen = (now = new Date()) => ({ usedAt: null, revokedAt: null, expiresAt: { gt: now } });

async function read(where: object): Promise<Invitation[]> {
  const rows = await db().invitation.findMany({
    where: { ...isOpen(), ...where },
    include: { createdBy: true, grants: { orderBy: { jailName: "asc" } } },
    orderBy: { createdAt: "desc" },
    take: 500,
  });
  return rows.map(({ id, email, note, createdAt, expiresAt, createdBy, grants }) => ({
    id,
    by: createdBy.name,
    email,
    note,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    grants: grants.map(({ jailName, endsAt, ...columns }) => ({
      jail: jailName,
      rights: grantRights(columns),
      shellAs: columns.shellAs,
      endsAt: endsAt?.toISOString() ?? null,
    })),
  }));
}

/** The open invitations to a jail: all of them for the admin, his own for an owner. */
export const openInvitations = (ctx: Ctx, jailId: string): Promise<Invitation[]> =>
  read({ grants: { some: { jailId } }, ...(isAdmin(ctx.actor) ? {} : { createdById: ctx.actor.id }) });

/** The open ones that somebody has sent. */
export const invitationsOf = (accountId: string): Promise<Invitation[]> => read({ createdById: accountId });
