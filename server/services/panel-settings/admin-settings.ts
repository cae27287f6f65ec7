import { type AdminSettings } from "../../contract/panel-settings.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { readSetting, writeSetting } from "./panel-setting.ts";

/** Admin only. */
export async function showAdminSettings(ctx: Ctx): Promise<AdminSettings> {
  assertAdmin(ctx);
  return readSetting("admin");
}

/** Admin only. */
export function setAdminSettings(ctx: Ctx, form: AdminSettings): Promise<void> {
  return audited(ctx, "panel.settings", {}, async () => {
    assertAdmin(ctx);
    await writeSetting("admin", form);
  });
}
