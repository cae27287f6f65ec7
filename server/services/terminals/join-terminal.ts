import { KnastError } from "../../contract/errors.ts";
import { type Invited, type Knocked, type Share, ShareToken } from "../../contract/together.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { db } from "../db.ts";
import { notify } from "../notices/notify.ts";

/** A person, not a program: a token's owner did not give it away to be shown another's shell. */
function assertPerson(ctx: Ctx): void {
  if (ctx.actor.scope) throw new KnastError("forbidden");
}

/** What a link is worth for the actor; null for one that is no good, whatever the reason. */
export async function lookAtShare(ctx: Ctx, { token }: { token: string }): Promise<Invited | null> {
  assertPerson(ctx);
  if (!ShareToken.safeParse(token).success) return null;
  return call("terminal.invited", { token, account: ctx.actor.id }, { actor: ctx.actor.name }).catch(
    (error: unknown) => {
      if (error instanceof KnastError && error.code === "not_found") return null;
      throw error;
    },
  );
}

/**
 * Asks the person of a shell to be let in, by his link. Who has it not in front of him gets a notice, one for each who asks: a
 * second time by the same link is no new question. @throws KnastError not_found, too_many
 */
export function knock(ctx: Ctx, { token }: { token: string }): Promise<Invited> {
  return audited(ctx, "terminal.knock", {}, async () => {
    assertPerson(ctx);
    const asked = { token, account: ctx.actor.id };
    const { unseen, ...invited } = await call("terminal.knock", asked, { actor: ctx.actor.name });
    if (unseen) await tellOwner(invited.owner, unseen, ctx.actor.name);
    return invited;
  });
}

/** The question itself has been asked by now, whatever becomes of the notice. */
async function tellOwner(name: string, { jail, id }: NonNullable<Knocked["unseen"]>, by: string): Promise<void> {
  try {
    const owner = await db().account.findUnique({ where: { name }, select: { id: true } });
    if (owner) await notify({ accounts: [owner.id], kind: "guest-asks", jail: { id, name: jail }, facts: { by } });
  } catch (error) {
    console.error("notice of a guest", error);
  }
}

/** @returns whether somebody was let in to a shell: the account itself, not another one that has its name now */
export function isGuest({ actor }: Pick<Ctx, "actor">, shares: readonly Share[], terminal: string): Share | null {
  if (actor.scope) return null;
  const share = shares.find((one) => one.terminal === terminal);
  const guest = share?.guests.find(({ account }) => account === actor.id);
  return share && guest?.mode && guest.name === actor.name ? share : null;
}
