import type { JobRef } from "../../contract/job.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { askedBy, call } from "../daemon.ts";
import { getJailFor } from "../jails/get-jail-for.ts";

/** Has /var/ports of a jail emptied by whoever may start and stop it. @throws KnastError not_found, foreign, busy */
export function cleanPorts(ctx: Ctx, form: { name: string }): Promise<JobRef> {
  return audited(ctx, "ports.clean", { jail: form.name }, async () => {
    const jail = await getJailFor(ctx, form.name, "power");
    const ref = { name: jail.name, ...(jail.id ? { id: jail.id } : {}) };
    return call("ports.clean", { jail: ref }, askedBy(ctx));
  });
}

/** Has the host's own /var/ports emptied. Admin only. */
export function cleanHostPorts(ctx: Ctx): Promise<JobRef> {
  return audited(ctx, "ports.clean", {}, async () => {
    assertAdmin(ctx);
    return call("ports.clean", { jail: null }, askedBy(ctx));
  });
}
