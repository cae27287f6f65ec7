import type { TerminalInfo } from "../../contract/terminal.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { listJails } from "../jails/list-jails.ts";

/** @returns the actor's own shells in jails that he may still enter, in one jail or in all; nobody sees those of another, the admin neither */
export async function listTerminals(ctx: Ctx, form: { name?: string | undefined } = {}): Promise<TerminalInfo[]> {
  const [{ terminals }, jails] = await Promise.all([
    call("terminal.list", {}, { actor: ctx.actor.name }),
    listJails(ctx),
  ]);
  const open = new Set(jails.filter((jail) => jail.rights.includes("shell")).map((jail) => jail.name));
  return terminals.filter(
    (each) =>
      each.actor === ctx.actor.name && open.has(each.jail) && (form.name === undefined || each.jail === form.name),
  );
}
