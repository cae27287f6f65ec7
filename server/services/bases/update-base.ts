import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Has security patches fetched into a copy of a base, which becomes `to`. Admin only. */
export function updateBase(ctx: Ctx, form: { name: string; to: string }): Promise<JobRef> {
  return audited(ctx, "base.update", {}, async () => {
    assertAdmin(ctx);
    return call("base.update", form, askedBy(ctx));
  });
}
