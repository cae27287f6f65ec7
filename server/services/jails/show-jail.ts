import type { JailRoom } from "../../contract/panel.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "./get-jail-for.ts";

/** @throws KnastError not_found */
export async function showJail(ctx: Ctx, form: { name: string }): Promise<JailRoom> {
  const { owners, rights, name } = await getJailFor(ctx, form.name, "see");
  return { ...(await call("jail.show", { name }, { actor: ctx.actor.name })), owners, rights };
}
