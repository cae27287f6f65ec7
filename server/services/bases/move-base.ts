import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Has jails moved to another base, one by one. Admin only. */
export function moveBase(
  ctx: Ctx,
  form: { from: string; to: string; jails: string[]; restart: boolean },
): Promise<JobRef> {
  return audited(ctx, "base.move", {}, async () => {
    assertAdmin(ctx);
    return call("base.move", form, askedBy(ctx));
  });
}
