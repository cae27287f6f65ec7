import type { JobRef } from "../../contract/job.ts";
import type { MountsForm } from "../../contract/mounts.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** Changes what a jail sees of the host; one that runs is restarted. Admin only. @throws KnastError as the daemon does */
export function setMounts(ctx: Ctx, form: MountsForm): Promise<JobRef> {
  return audited(ctx, "jail.set-mounts", { jail: form.name }, async () => {
    assertAdmin(ctx);
    const jail = await getJailFor(ctx, form.name, "power");
    return call("jail.set-mounts", { ...form, ...(jail.id ? { id: jail.id } : {}) }, askedBy(ctx));
  });
}
