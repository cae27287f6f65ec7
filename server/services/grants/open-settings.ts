import type { OwnerSettingsForm } from "../../contract/owner-settings.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { writeSetting } from "../panel-settings/panel-setting.ts";

/** Says which settings of their jails owners change themselves. Admin only. */
export function openSettings(ctx: Ctx, { open }: OwnerSettingsForm): Promise<void> {
  return audited(ctx, "settings.open-to-owners", {}, async () => {
    assertAdmin(ctx);
    await writeSetting("owner-settings", [...new Set(open)]);
  });
}
