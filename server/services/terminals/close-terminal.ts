import { KnastError } from "../../contract/errors.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { listTerminals } from "./list-terminals.ts";

/** Ends one of the actor's shells. @throws KnastError not_found */
export function closeTerminal(ctx: Ctx, form: { terminal: string }): Promise<void> {
  return audited(ctx, "terminal.close", {}, async () => {
    const his = (await listTerminals(ctx)).find((each) => each.terminal === form.terminal);
    if (!his) throw new KnastError("not_found");
    await call("terminal.close", { terminal: his.terminal }, { actor: ctx.actor.name });
  });
}
