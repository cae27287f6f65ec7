import { KnastError } from "../../contract/errors.ts";
import type { TerminalInfo } from "../../contract/terminal.ts";
import type { Ctx } from "../context.ts";
import { listTerminals } from "./list-terminals.ts";

/** @returns one of the actor's open shells in a jail. @throws KnastError not_found, for one of somebody else too */
export async function findTerminal(
  ctx: Ctx,
  { name, terminal }: { name: string; terminal: string },
): Promise<TerminalInfo> {
  const found = (await listTerminals(ctx, { name })).find((one) => one.terminal === terminal);
  if (!found) throw new KnastError("not_found");
  return found;
}
