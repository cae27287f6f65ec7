import { KnastError } from "../../contract/errors.ts";
import type { JailRow, Right } from "../../contract/panel.ts";
import type { Ctx } from "../context.ts";
import { lookAtJails, rowFor } from "./look-at-jails.ts";

/**
 * The one door to a jail by its name. A jail that is not the actor's and one that does not exist are the same
 * answer after the same work: both questions (daemon, grants) are always asked.
 * @throws KnastError not_found; forbidden for a jail that he sees but may not do this to
 */
export async function getJailFor(ctx: Ctx, name: string, right: Right): Promise<JailRow> {
  const { jails, holders } = await lookAtJails(ctx.actor.name);
  const row = jails.map((jail) => (jail.name === name ? rowFor(ctx.actor, jail, holders) : null)).find((each) => each);
  if (!row) throw new KnastError("not_found");
  if (!row.rights.includes(right)) throw new KnastError("forbidden");
  return row;
}
