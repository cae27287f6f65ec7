import type { Process } from "../../contract/jail.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "./get-jail-for.ts";

/** @throws KnastError not_found, not_running */
export async function listProcesses(ctx: Ctx, form: { name: string }): Promise<Process[]> {
  const jail = await getJailFor(ctx, form.name, "processes");
  const input = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
  return (await call("jail.processes", input, { actor: ctx.actor.name })).processes;
}
