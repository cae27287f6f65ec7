import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Removes a flavour; jails keep what they got from it. Admin only. @throws KnastError not_found, forbidden, busy */
export function removeFlavour(ctx: Ctx, form: { name: string }): Promise<Record<string, never>> {
  return audited(ctx, "flavour.remove", {}, async () => {
    assertAdmin(ctx);
    return call("flavour.remove", form, { actor: ctx.actor.name });
  });
}
