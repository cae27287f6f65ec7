import type { ArchivePlan, ArchivePlanForm } from "../../contract/archive-plan.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

type Planned = { plan: ArchivePlan | null };

/** When a jail is archived by itself. @throws KnastError not_found, forbidden, foreign */
export async function showArchivePlan(ctx: Ctx, { name }: { name: string }): Promise<Planned> {
  const jail = await getJailFor(ctx, name, "archive");
  return call("jail.archive-plan", { name, ...(jail.id ? { id: jail.id } : {}) }, { actor: ctx.actor.name });
}

/** Sets or ends it; its owners may. The archives bear the owners of this moment. @throws KnastError not_found, forbidden, foreign, disk_full */
export function planArchives(ctx: Ctx, { name, plan }: ArchivePlanForm): Promise<Planned> {
  return audited(ctx, "jail.plan-archives", { jail: name }, async () => {
    const jail = await getJailFor(ctx, name, "archive");
    const owners = jail.owners.map((one) => one.name);
    const ref = { name, ...(jail.id ? { id: jail.id } : {}) };
    return call("jail.plan-archives", { ...ref, plan, owners }, { actor: ctx.actor.name });
  });
}
