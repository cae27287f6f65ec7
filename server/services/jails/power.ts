import type { JobRef } from "../../contract/job.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { withinBudget } from "../limits/within-budget.ts";
import { getJailFor } from "./get-jail-for.ts";

/**
 * Starts, stops or restarts a jail by the id that the actor has a right to, whatever bears its name by then.
 * @throws KnastError over_budget when its owner's jails would have more than they may together; a stop is always his
 */
export function power(ctx: Ctx, name: string, verb: "jail.start" | "jail.stop" | "jail.restart"): Promise<JobRef> {
  return audited(ctx, verb, { jail: name }, async () => {
    const jail = await getJailFor(ctx, name, "power");
    const ref = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
    const ask = () => call(verb, ref, askedBy(ctx));
    return verb === "jail.stop" ? ask() : withinBudget(ctx, { start: jail.name }, ask);
  });
}
