import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Stops every jail that runs. Admin only. */
export function stopAll(ctx: Ctx, _form: object): Promise<JobRef> {
  return audited(ctx, "host.stop-all", {}, async () => {
    assertAdmin(ctx);
    return call("host.stop-all", {}, askedBy(ctx));
  });
}
