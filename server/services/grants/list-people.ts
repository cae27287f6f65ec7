import { KnastError } from "../../contract/errors.ts";
import type { People } from "../../contract/panel.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { openInvitations } from "../invitations/list-invitations.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { readHolders } from "../jails/look-at-jails.ts";
import { heldOn } from "./held-on.ts";
import { descendants } from "./may-give.ts";

/** Who can reach a jail, through whom, and which invitations to it are open. For its owners and the admin. @throws KnastError not_found, forbidden, foreign */
export async function listPeople(ctx: Ctx, { name }: { name: string }): Promise<People> {
  const jail = await getJailFor(ctx, name, "invite");
  if (jail.id === null) throw new KnastError("foreign");
  const [holders, held, invitations] = await Promise.all([
    readHolders(),
    heldOn(jail.id),
    openInvitations(ctx, jail.id),
  ]);
  const below = descendants(held, ctx.actor.id);
  return {
    holders: (holders.get(jail.id) ?? []).map((holder) => ({
      ...holder,
      changeable: isAdmin(ctx.actor) || below.has(holder.id),
      // Whom it takes along when his part goes.
      below: [...descendants(held, holder.id)].flatMap(
        (id) => holders.get(jail.id!)?.find((one) => one.id === id)?.name ?? [],
      ),
    })),
    invitations,
  };
}
