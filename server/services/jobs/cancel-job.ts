import { KnastError } from "../../contract/errors.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { getJob } from "./get-job.ts";

/**
 * Has a job taken back. The admin may, and who began it as long as he sees its jail.
 * @throws KnastError not_found as getJob() does; forbidden for another's job and for one that can't be cancelled
 */
export function cancelJob(ctx: Ctx, form: { job: string }): Promise<{ job: string }> {
  return audited(ctx, "job.cancel", {}, async () => {
    const job = await getJob(ctx, form);
    if (!isAdmin(ctx.actor) && job.actor !== ctx.actor.name) throw new KnastError("forbidden");
    // A token that is there to look only takes back nothing of its account's.
    if (ctx.actor.scope && !isAdmin(ctx.actor)) await getJailFor(ctx, job.jail ?? "", "power");
    await call("job.cancel", { job: job.id }, { actor: ctx.actor.name });
    return { job: job.id };
  });
}
