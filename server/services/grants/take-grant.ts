import { KnastError } from "../../contract/errors.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { changeGrant } from "./change-grant.ts";
import { descendants } from "./may-give.ts";

/**
 * Takes somebody's part in a jail away, with the parts of all who came through him, and closes their shells in it. The admin takes
 * any, an owner those that came through him; everybody may give back his own, by a token only if that has `invite`.
 * @throws KnastError not_found, forbidden
 */
export function takeGrant(ctx: Ctx, { name, account }: { name: string; account: string }): Promise<void> {
  return audited(ctx, "grant.take", { jail: name, account }, async () => {
    const jail = await getJailFor(ctx, name, account === ctx.actor.id || isAdmin(ctx.actor) ? "see" : "invite");
    // Of a token that only looks nobody expects that it takes its person's part, and those of his guests with it.
    if (ctx.actor.scope && !ctx.actor.scope.rights.includes("invite")) throw new KnastError("forbidden");
    if (jail.id === null) return;
    await changeGrant(ctx, { id: jail.id, name: jail.name }, account, null, (held) => {
      const mine = isAdmin(ctx.actor) || account === ctx.actor.id;
      if (!mine && !descendants(held, ctx.actor.id).has(account)) throw new KnastError("forbidden");
    });
  });
}
