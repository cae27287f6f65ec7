import type { NameTerminalForm } from "../../contract/shell-choice.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { ownTerminal } from "./list-terminals.ts";

/** Gives one of the actor's shells a name, or takes it (null). @throws KnastError not_found */
export function nameTerminal(ctx: Ctx, { terminal, name }: NameTerminalForm): Promise<void> {
  return audited(ctx, "terminal.name", {}, async () => {
    await ownTerminal(ctx, terminal);
    await call("terminal.name", { terminal, name }, { actor: ctx.actor.name });
  });
}
