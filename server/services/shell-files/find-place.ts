import type { Place } from "../../contract/shell-file.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownTerminal } from "../terminals/list-terminals.ts";

/** Where one of his shells stands, and whose the files put there will be. @throws KnastError not_found */
export async function findPlace(ctx: Ctx, form: { terminal: string }): Promise<Place> {
  await ownTerminal(ctx, form.terminal);
  return call("shell.place", form, { actor: ctx.actor.name });
}
