import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Has a base's ports tree fetched now. Admin only. @throws KnastError busy and what the daemon says */
export function updatePorts(ctx: Ctx, form: { base: string }): Promise<JobRef> {
  return audited(ctx, "ports.update", {}, async () => {
    assertAdmin(ctx);
    return call("ports.update", form, askedBy(ctx));
  });
}
