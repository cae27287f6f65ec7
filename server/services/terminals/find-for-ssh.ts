import { KnastError } from "../../contract/errors.ts";
import { SSH_ID_SHOWN, type SshWhich } from "../../contract/ssh.ts";
import type { TerminalInfo } from "../../contract/terminal.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { listTerminals } from "./list-terminals.ts";

/** What names a shell in a user name of ssh. */
export const shownId = ({ terminal }: { terminal: string }): string => terminal.slice(0, SSH_ID_SHOWN);

/** @returns the actor's open shells in a jail, oldest first: their numbers in a user name of ssh begin with 1 */
export async function shellsByAge(ctx: Ctx, name: string): Promise<TerminalInfo[]> {
  const shells = await listTerminals(ctx, { name });
  return shells.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt) || a.terminal.localeCompare(b.terminal));
}

/** Finds the shell to which its person comes back by ssh. @throws KnastError not_found */
export function findTerminal(
  ctx: Ctx,
  { name, which }: { name: string; which: Exclude<SshWhich, { kind: "new" }> },
): Promise<TerminalInfo> {
  return audited(ctx, "terminal.attach", { jail: name }, async () => {
    const found = choose(await shellsByAge(ctx, name), which);
    if (!found) throw new KnastError("not_found", { message: "There is no such shell of yours here." });
    return found;
  });
}

/** @param shells oldest first. @returns undefined also where the beginning of an id fits two */
export function choose(shells: TerminalInfo[], which: SshWhich): TerminalInfo | undefined {
  if (which.kind === "number") return shells[which.number - 1];
  if (which.kind === "id") {
    const fitting = shells.filter(({ terminal }) => terminal.startsWith(which.begins));
    return fitting.length === 1 ? fitting[0] : undefined;
  }
  const used = (one: TerminalInfo) => one.lastInputAt ?? one.startedAt;
  return shells.toSorted((a, b) => used(a).localeCompare(used(b))).at(-1);
}
