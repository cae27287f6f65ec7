import { KnastError } from "../../contract/errors.ts";
import { type Invited, type Share, ShareToken } from "../../contract/together.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

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

/** Asks the person of a shell to be let in, by his link. @throws KnastError not_found, too_many */
export function knock(ctx: Ctx, { token }: { token: string }): Promise<Invited> {
  return audited(ctx, "terminal.knock", {}, async () => {
    assertPerson(ctx);
    return call("terminal.knock", { token, account: ctx.actor.id }, { actor: ctx.actor.name });
  });
}

/** @returns whether somebody was let in to a shell: the account itself, not another one that has its name now */
export function isGuest({ actor }: Pick<Ctx, "actor">, shares: readonly Share[], terminal: string): Share | null {
  if (actor.scope) return null;
  const share = shares.find((one) => one.terminal === terminal);
  const guest = share?.guests.find(({ account }) => account === actor.id);
  return share && guest?.mode && guest.name === actor.name ? share : null;
}
