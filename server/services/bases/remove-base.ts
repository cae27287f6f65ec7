import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Has a base deleted on which no jail stands. Admin only. */
export function removeBase(ctx: Ctx, form: { name: string }): Promise<JobRef> {
  return audited(ctx, "base.remove", {}, async () => {
    assertAdmin(ctx);
    return call("base.remove", form, askedBy(ctx));
  });
}
