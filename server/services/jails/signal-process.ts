import type { SignalForm } from "../../contract/panel.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "./get-jail-for.ts";

/** Sends a signal to one process of a jail. @throws KnastError not_found, not_running, forbidden */
export function signalProcess(ctx: Ctx, { name, pid, signal }: SignalForm): Promise<unknown> {
  return audited(ctx, "jail.signal", { jail: name }, async () => {
    const jail = await getJailFor(ctx, name, "processes");
    const ref = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
    return call("jail.signal", { ...ref, pid, signal }, { actor: ctx.actor.name });
  });
}
