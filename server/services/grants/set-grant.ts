import { KnastError } from "../../contract/errors.ts";
import { type GrantForm, isOwner } from "../../contract/grants.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { findAccount } from "../accounts/find-account.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { withinBudget } from "../limits/within-budget.ts";
import { changeGrant } from "./change-grant.ts";
import { heldOn } from "./held-on.ts";
import { descendants, type Held, ownPart, tooMuch } from "./may-give.ts";

/**
 * Sets what somebody may do to a jail, all ticks at once. The admin gives to anybody; an owner changes the parts of those who came
 * through him, and gives to others by invitation only, so that he learns of no account.
 * @throws KnastError not_found, forbidden, foreign; invalid at rights, shellAs or endsAt for more than one has; over_budget for a further owner
 */
export function setGrant(ctx: Ctx, { name, account, rights, shellAs, endsAt }: GrantForm): Promise<void> {
  return audited(ctx, "grant.set", { jail: name, account }, async () => {
    if (isAdmin(ctx.actor)) await findAccount(account);
    const jail = await getJailFor(ctx, name, isAdmin(ctx.actor) ? "see" : "invite");
    if (jail.id === null)
      throw new KnastError("foreign", { message: "Only a jail that was made here can be given to a friend." });
    const wish = { rights, shellAs, endsAt: endsAt === null ? null : new Date(endsAt) };
    const may = (held: readonly Held[]) => {
      if (isAdmin(ctx.actor)) return;
      const own = ownPart(held, ctx.actor);
      if (!own || !descendants(held, ctx.actor.id).has(account)) throw new KnastError("forbidden");
      const wrong = tooMuch(own, wish);
      if (wrong) throw new KnastError("invalid", { message: wrong.message, problems: [{ ...wrong, code: "invalid" }] });
    };
    const granted = { id: jail.id, name: jail.name };
    const before = (await heldOn(jail.id)).find((one) => one.account === account);
    const set = () => changeGrant(ctx, granted, account, wish, may);
    if (!isOwner(rights) || (before && isOwner(before.rights))) return set();
    await withinBudget(ctx, { give: [jail.name], account }, set);
  });
}
