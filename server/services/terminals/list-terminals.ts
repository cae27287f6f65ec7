import { KnastError } from "../../contract/errors.ts";
import type { EndedTerminal, TerminalInfo } from "../../contract/terminal.ts";
import { isInJail } from "../audit/current-act.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { lookAtJails } from "../jails/look-at-jails.ts";
import { mayHaveShell } from "./shell-as.ts";

/**
 * @returns the actor's own shells in jails that he may still enter, in one jail or in all, and those of them that are over;
 *   nobody sees those of another, the admin neither
 */
export async function lookAtTerminals(
  ctx: Ctx,
  form: { name?: string | undefined } = {},
): Promise<{ terminals: TerminalInfo[]; ended: EndedTerminal[] }> {
  const { terminals, ended, isHis } = await lookAtAll(ctx);
  const his = (each: TerminalInfo | EndedTerminal) =>
    isHis(each) && (form.name === undefined || each.jail === form.name);
  return { terminals: terminals.filter(his), ended: ended.filter(his) };
}

/**
 * One of the actor's own open shells, in a jail that he may still enter. The record of what he does there names the jail, also
 * when the shell is another's: who tried that is its owner's to know.
 * @throws KnastError not_found
 */
export async function ownTerminal(ctx: Ctx, terminal: string): Promise<TerminalInfo> {
  const { terminals, isHis } = await lookAtAll(ctx);
  const found = terminals.find((each) => each.terminal === terminal);
  if (found) isInJail(found.jail);
  if (!found || !isHis(found)) throw new KnastError("not_found");
  return found;
}

async function lookAtAll(ctx: Ctx) {
  const [{ terminals, ended }, { jails, holders }] = await Promise.all([
    call("terminal.list", {}, { actor: ctx.actor.name }),
    lookAtJails(ctx.actor.name),
  ]);
  const may = mayHaveShell(ctx.actor, jails, holders);
  const isHis = (each: { actor: string; jail: string; account: string }) => each.actor === ctx.actor.name && may(each);
  return { terminals, ended, isHis };
}

/** The open ones of lookAtTerminals(). */
export async function listTerminals(ctx: Ctx, form: { name?: string | undefined } = {}): Promise<TerminalInfo[]> {
  return (await lookAtTerminals(ctx, form)).terminals;
}
