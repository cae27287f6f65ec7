import type { InvitationOffer } from "../../contract/grants.ts";
import { KnastError } from "../../contract/errors.ts";
import { mayAct } from "../accounts/sessions.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { grantRights } from "../grants/grant-columns.ts";
import { heldOn } from "../grants/held-on.ts";
import { type Wish, within } from "../grants/may-give.ts";
import { isOpen } from "./list-invitations.ts";
import { hashOf } from "./make-invitation.ts";

export type Promised = Wish & { jailId: string; jailName: string };
export type FoundInvitation = {
  id: string;
  by: { id: string; name: string };
  offer: InvitationOffer;
  promised: Promised[];
};

/** One sentence for a link that is unknown, used, taken back or too old, and for one whose sender may not give that any more. */
export const spent = () =>
  new KnastError("invalid", { message: "This invitation is used up, taken back or too old. Ask for a new one." });

/**
 * What a link brings at this moment: what was promised, as far as the one who sent it may still give it, to jails that are still there.
 * @throws KnastError invalid when that is nothing; unavailable
 */
export async function findPromise(token: string): Promise<FoundInvitation> {
  const found = await db().invitation.findFirst({
    where: { tokenHash: hashOf(token), ...isOpen() },
    include: { createdBy: true, grants: { orderBy: { jailName: "asc" } } },
  });
  if (!found || !mayAct(found.createdBy)) throw spent();
  const { jails } = await call("jail.list", {}, { actor: "knast-web" });
  const { id, name, role } = found.createdBy;
  const promised: Promised[] = [];
  for (const { jailId, jailName, endsAt, ...columns } of found.grants) {
    if (!jails.some((jail) => jail.id === jailId) || (endsAt && endsAt <= new Date())) continue;
    const promise = { rights: grantRights(columns), shellAs: columns.shellAs, endsAt };
    const own = (await heldOn(jailId)).find((one) => one.account === id);
    if (role === "admin") promised.push({ jailId, jailName, ...promise });
    else if (own?.rights.includes("invite")) promised.push({ jailId, jailName, ...within(own, promise) });
  }
  if (promised.length === 0) throw spent();
  const grants = promised.map((one) => ({
    jail: one.jailName,
    rights: [...one.rights],
    shellAs: one.shellAs,
    endsAt: one.endsAt?.toISOString() ?? null,
  }));
  const offer = { by: name, note: found.note, expiresAt: found.expiresAt.toISOString(), grants };
  return { id: found.id, by: { id, name }, offer, promised };
}
