import type { GrantRight } from "../../contract/grants.ts";
import { ROOT } from "../../contract/shell-choice.ts";
import type { Actor } from "../context.ts";

export type Wish = {
  rights: readonly GrantRight[];
  /** as whom his shells run */ shellAs: string;
  endsAt: Date | null;
};
/** What somebody holds on one jail; `through` is the account that gave it to him. */
export type Held = Wish & { account: string; through: string | null };

/** @returns whether `later` would go on when `end` is over; null is no end */
export const outlives = (later: Date | null, end: Date | null): boolean =>
  end !== null && (later === null || later.getTime() > end.getTime());

/** @returns as whom shells run that somebody gives whose own run as `limit`: root may give any account */
export const shellAsWithin = (limit: string, wish: string): string => (limit === ROOT ? wish : limit);

/** @returns what is left of a part when its giver has no more than `limit` */
export function within(limit: Wish, { rights, shellAs, endsAt }: Wish): Wish {
  const left = rights.filter((right) => limit.rights.includes(right));
  return {
    rights: left,
    shellAs: left.includes("shell") ? shellAsWithin(limit.shellAs, shellAs) : ROOT,
    endsAt: outlives(endsAt, limit.endsAt) ? limit.endsAt : endsAt,
  };
}

/** @returns somebody's own part on a jail, as far as the token by which he acts has it; undefined for none */
export function ownPart(held: readonly Held[], { id, scope }: Pick<Actor, "id" | "scope">): Held | undefined {
  const own = held.find((one) => one.account === id);
  return own && scope ? { ...own, rights: own.rights.filter((right) => scope.rights.includes(right)) } : own;
}

/** @returns why a giver can't give this, at the field; null when he can. Nobody gives more than he has, nor for longer. */
export function tooMuch(giver: Wish, wish: Wish): { field: "rights" | "shellAs" | "endsAt"; message: string } | null {
  const beyond = wish.rights.filter((right) => !giver.rights.includes(right));
  if (beyond.length > 0) return { field: "rights", message: `You don't have this yourself: ${beyond.join(", ")}.` };
  if (wish.rights.includes("shell") && shellAsWithin(giver.shellAs, wish.shellAs) !== wish.shellAs)
    return { field: "shellAs", message: `Your own shells run as ${giver.shellAs}; so do those that you give.` };
  if (outlives(wish.endsAt, giver.endsAt))
    return { field: "endsAt", message: `Your own part in this jail ends at ${giver.endsAt!.toISOString()}.` };
  return null;
}

/** @returns the accounts whose part came through somebody, directly or by those whom he gave to; he himself is none */
export function descendants(holders: readonly Held[], giver: string): Set<string> {
  const found = new Set<string>();
  for (let grew = true; grew;) {
    grew = false;
    for (const { account, through } of holders) {
      if (account === giver || found.has(account) || through === null) continue;
      if (through !== giver && !found.has(through)) continue;
      found.add(account);
      grew = true;
    }
  }
  return found;
}

/**
 * What must change below somebody whose part becomes `now` (null: nothing): who came through him never has more than he has.
 * @returns each with what is left to him; null: his part goes
 */
export function narrowed(holders: readonly Held[], giver: string, now: Wish | null): Map<string, Wish | null> {
  const changes = new Map<string, Wish | null>();
  const visit = (of: string, limit: Wish | null) => {
    for (const { account, through, ...part } of holders) {
      if (through !== of || account === giver || changes.has(account)) continue;
      // Who may no longer invite has nobody through him, as he could not give it today.
      const left = limit?.rights.includes("invite") ? within(limit, part) : null;
      const same =
        left?.rights.length === part.rights.length &&
        left.shellAs === part.shellAs &&
        left.endsAt?.getTime() === part.endsAt?.getTime();
      if (same) continue;
      changes.set(account, left);
      visit(account, left);
    }
  };
  visit(giver, now);
  return changes;
}
