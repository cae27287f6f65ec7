import type { EndedTerminal, TerminalInfo } from "../../contract/terminal.ts";
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
  const [{ terminals, ended }, { jails, holders }] = await Promise.all([
    call("terminal.list", {}, { actor: ctx.actor.name }),
    lookAtJails(ctx.actor.name),
  ]);
  const may = mayHaveShell(ctx.actor, jails, holders);
  const his = (each: { actor: string; jail: string; account: string }) =>
    each.actor === ctx.actor.name && may(each) && (form.name === undefined || each.jail === form.name);
  return { terminals: terminals.filter(his), ended: ended.filter(his) };
}

/** The open ones of lookAtTerminals(). */
export async function listTerminals(ctx: Ctx, form: { name?: string | undefined } = {}): Promise<TerminalInfo[]> {
  return (await lookAtTerminals(ctx, form)).terminals;
}
