import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownTerminal } from "../terminals/list-terminals.ts";

/** Puts knast-get into the jail of one of his shells. @throws KnastError not_found, incomplete, timed_out */
export function giveGet(ctx: Ctx, form: { terminal: string }): Promise<void> {
  return audited(ctx, "shell.give-get", {}, async () => {
    await ownTerminal(ctx, form.terminal);
    await call("shell.give-get", form, { actor: ctx.actor.name });
  });
}
