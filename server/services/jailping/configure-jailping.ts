import type { JailpingInfo } from "../../contract/jailping.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Has the host ping for its jails, or not any more. Admin only. @throws KnastError invalid */
export function configureJailping(ctx: Ctx, form: { address: string | null }): Promise<JailpingInfo> {
  return audited(ctx, "jailping.configure", {}, async () => {
    assertAdmin(ctx);
    return call("jailping.configure", form, { actor: ctx.actor.name });
  });
}
