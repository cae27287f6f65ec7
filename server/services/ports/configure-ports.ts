import type { PortsInfo, PortsSettings } from "../../contract/ports.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";

/** Sets where ports trees come from and when they are fetched. Admin only. @throws KnastError invalid */
export function configurePorts(ctx: Ctx, form: PortsSettings): Promise<PortsInfo> {
  return audited(ctx, "ports.configure", {}, async () => {
    assertAdmin(ctx);
    return call("ports.configure", form, { actor: ctx.actor.name });
  });
}
