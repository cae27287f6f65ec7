import { ROOT, type OwnShellChoices } from "../../contract/shell-choice.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { readHolders } from "../jails/look-at-jails.ts";
import { lastShell } from "./remember-shell.ts";
import { mayRunAs, shellAsOf } from "./shell-as.ts";

/** The shells of a running jail, the accounts as which the actor may run one, and what he took last. @throws KnastError not_found, forbidden, not_running */
export async function showChoices(ctx: Ctx, { name }: { name: string }): Promise<OwnShellChoices> {
  const jail = await getJailFor(ctx, name, "shell");
  const limit = shellAsOf(ctx.actor, jail, await readHolders());
  const [{ shells, accounts }, last] = await Promise.all([
    call("terminal.choices", { name: jail.name, ...(jail.id ? { id: jail.id } : {}) }, { actor: ctx.actor.name }),
    lastShell(ctx.actor, jail),
  ]);
  const his = accounts.filter((one) => mayRunAs(limit, one.name) && (one.mayLogIn || limit === ROOT));
  const { account, ...rest } = last;
  const still = account !== undefined && mayRunAs(limit, account) ? { account } : {};
  return { shells, accounts: his, last: { ...rest, ...still } };
}
