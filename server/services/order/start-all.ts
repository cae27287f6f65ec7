import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { withinBudget } from "../limits/within-budget.ts";

/** Starts every jail that starts at boot, or none. Admin only. @throws KnastError over_budget: whose, and with which jails */
export function startAll(ctx: Ctx, _form: object): Promise<JobRef> {
  return audited(ctx, "host.start-all", {}, async () => {
    assertAdmin(ctx);
    const ask = () => call("host.start-all", {}, askedBy(ctx));
    return withinBudget(ctx, { startAll: true }, ask);
  });
}
