import type { HostInfo } from "../../contract/jail.ts";
import type { Pool } from "../../contract/pool.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Sets which addresses are handed out. Admin only. @throws KnastError interface_missing and what the daemon says */
export function configureHost(ctx: Ctx, form: { pools: Pool[] }): Promise<HostInfo> {
  return audited(ctx, "host.configure", {}, async () => {
    assertAdmin(ctx);
    return call("host.configure", form, { actor: ctx.actor.name });
  });
}
