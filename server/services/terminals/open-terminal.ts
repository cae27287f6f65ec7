import type { TerminalInfo } from "../../contract/terminal.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** Opens a shell in a running jail; it is the actor's alone. @throws KnastError not_found, not_running, too_many, shell_missing */
export function openTerminal(ctx: Ctx, form: { name: string; cols: number; rows: number }): Promise<TerminalInfo> {
  return audited(ctx, "terminal.open", { jail: form.name }, async () => {
    const jail = await getJailFor(ctx, form.name, "shell");
    const input = { name: jail.name, ...(jail.id ? { id: jail.id } : {}), cols: form.cols, rows: form.rows };
    return call("terminal.open", input, { actor: ctx.actor.name });
  });
}
