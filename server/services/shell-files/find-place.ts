import type { Place } from "../../contract/shell-file.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { hisShell } from "./his-shell.ts";

/** Where one of his shells stands, and whose the files put there will be. @throws KnastError not_found */
export async function findPlace(ctx: Ctx, form: { terminal: string }): Promise<Place> {
  await hisShell(ctx, form.terminal);
  return call("shell.place", form, { actor: ctx.actor.name });
}
