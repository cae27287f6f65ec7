import type { z } from "zod";
import { KnastError, type Problem } from "../../contract/errors.ts";
import type { Apply, Settings, SettingsPlan, SETTINGS_VERBS } from "../../contract/settings.ts";
import { type ConfChange, editJailConf } from "../conf/edit-jail-conf.ts";
import { addressesOf } from "../conf/jail-export.ts";
import { changesAtOnce, readSettings, settingsChanges } from "../conf/settings.ts";
import { settingsProblems } from "../conf/settings-problems.ts";
import type { Daemon } from "../daemon.ts";
import { startsAtBoot } from "../jails/autostart.ts";
import { planHost } from "../jails/plan-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import { readConfig, type ReadConfig } from "./read-config.ts";

export type SettingsWish = z.output<(typeof SETTINGS_VERBS)["jail.plan-settings"]["input"]>;

export type PlannedSettings = {
  config: ReadConfig;
  before: Settings;
  changes: ConfChange[];
  /** the new text of the file; the old one when it can't be changed, then there is a problem */
  text: string;
  autostart: boolean | null;
  apply: Apply[];
  problems: Problem[];
};

/**
 * What jail.configure will do, checked against the host as it is now.
 * @throws KnastError changed when the file is not the one that the wish is based on, and what readConfig throws
 */
export async function planChanges(daemon: Daemon, wish: SettingsWish): Promise<PlannedSettings> {
  const config = await readConfig(daemon, wish);
  if (config.digest !== wish.digest) throw new KnastError("changed");
  const { jail, params } = config;
  const before = readSettings(params, (await startsAtBoot(daemon))(jail.name));
  const [host, configured, running] = await Promise.all([
    planHost(daemon),
    daemon.view.configuredNow(),
    isUp(daemon, jail.name),
  ]);
  const kernel = host.running.find((one) => one.name === jail.name);
  const subject = {
    name: jail.name,
    before,
    vnet: params.some((one) => one.name === "vnet" && one.value !== "inherit"),
    addresses: [...addressesOf({ name: jail.name, params }), ...(kernel?.addresses ?? [])],
    depends: new Map(configured.map((one) => [one.name, dependsOf(one.params)])),
  };
  const problems = settingsProblems(wish.settings, subject, host);
  const changes = settingsChanges(params, before, wish.settings);
  let text = config.text;
  try {
    text = editJailConf(text, jail.name, changes);
  } catch (error) {
    if (!(error instanceof KnastError)) throw error;
    problems.push({ field: "settings", code: error.code, message: error.message });
  }
  const apply: Apply[] = ["none"];
  if (running && changes.length > 0) {
    if (changes.every((change) => changesAtOnce(change.name))) apply.push("now");
    apply.push("restart");
  }
  const autostart = wish.settings.autostart === before.autostart ? null : wish.settings.autostart;
  return { config, before, changes, text, autostart, apply, problems };
}

const dependsOf = (params: ReadConfig["params"]): string[] =>
  (params.findLast((one) => one.name === "depend")?.value ?? "").split(",").filter((name) => name !== "");

/** jail.plan-settings: the new text, what it changes and what is wrong with it; nothing is done. Throws as planChanges does. */
export async function planSettings(daemon: Daemon, wish: SettingsWish): Promise<SettingsPlan> {
  const { config, changes, text, autostart, apply, problems } = await planChanges(daemon, wish);
  const { file, name } = config.jail;
  const edit = changes.length > 0 ? [`$EDITOR ${file}`, `jail -f ${file} -e ' '`] : [];
  const boot = autostart === null ? [] : [`sysrc jail_list${autostart ? "+" : "-"}=${name}`];
  return {
    before: { path: file, text: config.text },
    after: { path: file, text },
    parameters: [...changes.map((change) => change.name), ...(autostart === null ? [] : ["jail_list"])],
    commands: [...edit, ...boot],
    apply,
    problems: problems.slice(0, 50),
  };
}
