import type { BaseSource } from "../../contract/base.ts";
import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";

/** Has the base jail made from an archive, a directory or the host's own world. Admin only. */
export function installBase(ctx: Ctx, form: { name: string; source: BaseSource }): Promise<JobRef> {
  return audited(ctx, "base.install", {}, async () => {
    assertAdmin(ctx);
    return call("base.install", form, askedBy(ctx));
  });
}
