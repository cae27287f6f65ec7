import type { SessionLimits } from "../../contract/second-factor.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { readSetting, writeSetting } from "../panel-settings/panel-setting.ts";

/** How long sessions last, as the admin set it. */
export const readSessionLimits = (): Promise<SessionLimits> => readSetting("session-limits");

/** Sets how long sessions last; those that are open are held to it at once. Admin only. */
export function setSessionLimits(ctx: Ctx, form: SessionLimits): Promise<void> {
  return audited(ctx, "session.limits", {}, async () => {
    assertAdmin(ctx);
    await writeSetting("session-limits", form);
  });
}
