import { KnastError } from "../../contract/errors.ts";
import type { TerminalInfo } from "../../contract/terminal.ts";
import type { Ctx } from "../context.ts";
import { listTerminals } from "../terminals/list-terminals.ts";

/**
 * @returns an open shell of the actor's own, in a jail that he may still enter; of another's files nobody hears, the admin neither
 * @throws KnastError not_found
 */
export async function hisShell(ctx: Ctx, terminal: string): Promise<TerminalInfo> {
  const his = (await listTerminals(ctx)).find((each) => each.terminal === terminal);
  if (!his) throw new KnastError("not_found");
  return his;
}
