import type { JailRow } from "../../contract/panel.ts";
import type { Ctx } from "../context.ts";
import { lookAtJails, rowFor } from "./look-at-jails.ts";

/** @returns the jails that the actor may see, by name */
export async function listJails(ctx: Ctx): Promise<JailRow[]> {
  const { jails, holders } = await lookAtJails(ctx.actor.name);
  return jails
    .map((jail) => rowFor(ctx.actor, jail, holders))
    .filter((row) => row !== null)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
