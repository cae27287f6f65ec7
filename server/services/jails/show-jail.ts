import type { JailRoom } from "../../contract/panel.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "./get-jail-for.ts";

/** @throws KnastError not_found */
export async function showJail(ctx: Ctx, form: { name: string }): Promise<JailRoom> {
  const { owners, rights, name, id } = await getJailFor(ctx, form.name, "see");
  const shown = await call("jail.show", { name }, { actor: ctx.actor.name });
  // Another one may have been made under the name since the door was passed.
  if (shown.id !== id) throw new KnastError("not_found");
  return { ...shown, owners, rights };
}
