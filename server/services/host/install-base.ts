import type { BaseSource } from "../../contract/jail.ts";
import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Has the base jail made from an archive, a directory or the host's own world. Admin only. */
export function installBase(ctx: Ctx, form: { source: BaseSource }): Promise<JobRef> {
  return audited(ctx, "base.install", {}, async () => {
    assertAdmin(ctx);
    return call("base.install", form, { actor: ctx.actor.name });
  });
}
