import type { JobRef } from "../../contract/job.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "./get-jail-for.ts";

/** Starts, stops or restarts a jail by the id that the actor has a right to, whatever bears its name by then. */
export function power(ctx: Ctx, name: string, verb: "jail.start" | "jail.stop" | "jail.restart"): Promise<JobRef> {
  return audited(ctx, verb, { jail: name }, async () => {
    const jail = await getJailFor(ctx, name, "power");
    return call(verb, { name: jail.name, ...(jail.id ? { id: jail.id } : {}) }, { actor: ctx.actor.name });
  });
}
