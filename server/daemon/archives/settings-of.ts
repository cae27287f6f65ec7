import type { ArchivedSettings } from "../../contract/archive.ts";
import { Limits } from "../../contract/limits.ts";
import { archivedSettings } from "../conf/archived-settings.ts";
import { readLimits } from "../conf/rctl-conf.ts";
import type { Daemon } from "../daemon.ts";
import type { OwnedJail } from "../jails/find-jail.ts";
import { readRctlConf } from "../limits/rules.ts";

/** What of a jail goes along: its config's values, whether it starts at boot, its limits; and what does not. */
export async function settingsOf(
  daemon: Daemon,
  jail: OwnedJail,
): Promise<{ settings: ArchivedSettings | null; untranslated: string[] }> {
  const boot = await daemon.view.autostart();
  const autostart = boot.enabled && (boot.list === null || boot.list.includes(jail.name));
  const limits = readLimits(await readRctlConf(daemon)).get(jail.name) ?? Limits.parse({});
  return archivedSettings(jail.params, { autostart, limits });
}
