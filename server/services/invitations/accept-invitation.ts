import { KnastError } from "../../contract/errors.ts";
import type { InvitationOffer } from "../../contract/grants.ts";
import { isOwner } from "../../contract/grants.ts";
import type { AcceptAsGuestForm, AccountRef } from "../../contract/panel.ts";
import { holdTries } from "../accounts/hold-tries.ts";
import { type Checked, mayAct, PERSON } from "../accounts/sessions.ts";
import { hashPassword } from "../accounts/password-hash.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx, Visitor } from "../context.ts";
import { type Db, db } from "../db.ts";
import { grantColumns } from "../grants/grant-columns.ts";
import { heldOn } from "../grants/held-on.ts";
import { descendants, type Held, outlives, type Wish, within } from "../grants/may-give.ts";
import { notify } from "../notices/notify.ts";
import { withinBudget } from "../limits/within-budget.ts";
import { mayRunAs } from "../terminals/shell-as.ts";
import { findPromise, type FoundInvitation, spent } from "./find-promise.ts";
import { isOpen } from "./list-invitations.ts";

type Transaction = Parameters<Parameters<Db["$transaction"]>[0]>[0];

/** What the page of a link shows; null for one that is no good, whatever the reason. */
export async function lookAtInvitation(token: string): Promise<InvitationOffer | null> {
  return (await findPromise(token).catch(nullIfSpent))?.offer ?? null;
}

function nullIfSpent(error: unknown): null {
  if (error instanceof KnastError && error.code === "invalid") return null;
  throw error;
}

/**
 * Takes an invitation as somebody new: an account with the name and password that the guest chooses, and the parts that were promised.
 * @returns his account, for the sign-in that follows
 * @throws KnastError invalid for a link that is no good; exists at the field name, and then the link is still good; too_many
 */
export function acceptAsGuest(visitor: Visitor, form: AcceptAsGuestForm): Promise<Checked & { name: string }> {
  return audited(visitor, "invitation.accept", { account: form.name }, async () => {
    // Also for names: who has a link may not ask for each whether it is taken.
    holdTries(visitor);
    const found = await findPromise(form.token);
    const passwordHash = await hashPassword(form.password);
    const data = { name: form.name, role: "friend", passwordHash } as const;
    return db()
      .$transaction(async (transaction) => {
        const guest = await transaction.account.create({ data, select: PERSON });
        await take(transaction, found, guest);
        return guest;
      })
      .catch((cause: { code?: string }) => {
        if (cause.code !== "P2002") throw cause;
        const message = "There is an account of this name already.";
        throw new KnastError("exists", { message, problems: [{ field: "name", code: "exists", message }] });
      });
  });
}

/**
 * Takes an invitation into the account that one is signed in to: see take() for what one has already.
 * @throws KnastError invalid for a link that is no good, forbidden for one's own, over_budget
 */
export function acceptInvitation(ctx: Ctx, { token }: { token: string }): Promise<void> {
  return audited(ctx, "invitation.accept", {}, async () => {
    const found = await findPromise(token);
    if (found.by.id === ctx.actor.id)
      throw new KnastError("forbidden", { message: "This is your own invitation. Send it to your guest." });
    const accept = () => db().$transaction((transaction) => take(transaction, found, ctx.actor));
    const owned = found.promised.filter((one) => isOwner(one.rights)).map((one) => one.jailName);
    if (owned.length === 0) return accept();
    await withinBudget(ctx, { give: owned, account: ctx.actor.id }, accept);
  });
}

/**
 * One of those who come with a link gets it, as the row can be marked as used only once; and what its sender may still give in this
 * very transaction. Parts are never mixed: what one has already stays, is replaced by what holds all of it, or stands in the way.
 */
async function take(transaction: Transaction, found: FoundInvitation, guest: AccountRef): Promise<void> {
  const where = { id: found.id, ...isOpen() };
  const data = { usedAt: new Date(), usedById: guest.id };
  if ((await transaction.invitation.updateMany({ where, data })).count !== 1) throw spent();
  const giver = await transaction.account.findUnique({ where: { id: found.by.id } });
  if (!giver || !mayAct(giver)) throw spent();
  const taken: string[] = [];
  for (const { jailId, jailName, ...promised } of found.promised) {
    const held = await heldOn(jailId, transaction);
    const given = giver.role === "admin" ? promised : leftOf(promised, held, giver.id);
    if (!given) continue;
    taken.push(jailName);
    const before = held.find((one) => one.account === guest.id);
    if (before && (covers(before, given) || descendants(held, guest.id).has(giver.id))) continue;
    if (before && !covers(given, before))
      throw new KnastError("invalid", {
        message: `You have another part in ${jailName} already, which this one would take from. Ask who gave it to change it.`,
      });
    const columns = {
      jailName,
      endsAt: given.endsAt,
      ...grantColumns(given.rights, given.shellAs),
      grantedById: giver.id,
    };
    await transaction.grant.upsert({
      where: { accountId_jailId: { accountId: guest.id, jailId } },
      create: { accountId: guest.id, jailId, ...columns },
      update: columns,
    });
  }
  if (taken.length === 0) throw spent();
  const facts = { guest: guest.name, jails: taken.join(", ") };
  await notify({ accounts: [giver.id], kind: "invitation-accepted", facts }, transaction);
}

/** @returns what of a promise somebody who is no admin may still give, null for nothing */
function leftOf(promised: Wish, held: readonly Held[], giver: string): Wish | null {
  const own = held.find((one) => one.account === giver);
  if (!own?.rights.includes("invite")) return null;
  return within(own, promised);
}

const covers = (one: Wish, other: Wish): boolean =>
  other.rights.every((right) => one.rights.includes(right)) &&
  (!other.rights.includes("shell") || mayRunAs(one.shellAs, other.shellAs)) &&
  !outlives(other.endsAt, one.endsAt);
