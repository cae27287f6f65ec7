import { KnastError } from "../../contract/errors.ts";
import { ROOT, type ShellChoice } from "../../contract/shell-choice.ts";
import type { OpenTerminalForm, ShellCommand, TerminalInfo } from "../../contract/terminal.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { readHolders } from "../jails/look-at-jails.ts";
import { lastShell, rememberShell } from "./remember-shell.ts";
import { mayRunAs, shellAsOf } from "./shell-as.ts";

/** What only who brings a terminal of his own knows, and what he wants run in it; it is no part of a form. */
export type Start = { term?: string; command?: ShellCommand };

/**
 * Opens a shell in a running jail; it is the actor's alone. Whose grant names an account gets that one, and may choose the shell only.
 * @throws KnastError not_found, not_running, too_many, shell_missing; forbidden for another account than his grant's; invalid at shell, account
 */
export const openTerminal = (ctx: Ctx, form: OpenTerminalForm): Promise<TerminalInfo> => startTerminal(ctx, form, {});

/** The same for who comes by ssh. */
export function startTerminal(ctx: Ctx, form: OpenTerminalForm, start: Start): Promise<TerminalInfo> {
  return audited(ctx, "terminal.open", { jail: form.name }, async () => {
    const jail = await getJailFor(ctx, form.name, "shell");
    const limit = shellAsOf(ctx.actor, jail, await readHolders());
    const { cols, rows } = form;
    const open = ({ shell, account = limit }: ShellChoice) => {
      if (!mayRunAs(limit, account))
        throw new KnastError("forbidden", { message: `Your shells in ${jail.name} run as ${limit}.` });
      const who = account === ROOT ? {} : { account, evenNologin: limit === ROOT };
      const what = { ...(jail.id ? { id: jail.id } : {}), ...(shell === undefined ? {} : { shell }), ...who };
      return call("terminal.open", { name: jail.name, ...what, ...start, cols, rows }, { actor: ctx.actor.name });
    };
    const chosen = { shell: form.shell, account: form.account };
    if (!form.last || form.shell !== undefined || form.account !== undefined) {
      const opened = await open(chosen);
      await rememberShell(ctx.actor, jail, chosen);
      return opened;
    }
    const { shell, account } = await lastShell(ctx.actor, jail);
    const still = account !== undefined && mayRunAs(limit, account) ? account : undefined;
    // What he took then may be gone from the jail: then it is as the first time.
    return open({ shell, account: still }).catch((error: unknown) => {
      if (error instanceof KnastError && error.code === "invalid") return open({});
      throw error;
    });
  });
}
