import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownTerminal } from "./list-terminals.ts";

/** Ends one of the actor's shells. @throws KnastError not_found */
export function closeTerminal(ctx: Ctx, form: { terminal: string }): Promise<void> {
  return audited(ctx, "terminal.close", {}, async () => {
    const { terminal } = await ownTerminal(ctx, form.terminal);
    await call("terminal.close", { terminal }, { actor: ctx.actor.name });
  });
}
