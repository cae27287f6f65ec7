import type { JobRef } from "../../contract/job.ts";
import type { Limits } from "../../contract/limits.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { withinBudget } from "./within-budget.ts";

/**
 * Sets what a jail may use at most. Admin only.
 * @throws KnastError not_found, foreign, busy; over_budget at the field when it runs and its owner's budget ends before
 */
export function setLimits(ctx: Ctx, form: { name: string; limits: Limits }): Promise<JobRef> {
  return audited(ctx, "jail.set-limits", { jail: form.name }, async () => {
    assertAdmin(ctx);
    const jail = await getJailFor(ctx, form.name, "power");
    const ref = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
    return withinBudget(ctx, { limit: jail.name, limits: form.limits }, () =>
      call("jail.set-limits", { ...ref, limits: form.limits }, askedBy(ctx)),
    );
  });
}
