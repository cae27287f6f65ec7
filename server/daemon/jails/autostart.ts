import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { planAutostart } from "../conf/rc-list.ts";
import type { Daemon } from "../daemon.ts";
import type { StepContext } from "../jobs/step.ts";

/** Only such names go into rc.conf, which is a shell script; jails with others were never in a list that we write. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

/**
 * Lets a jail start at boot or keeps it from it, by sysrc(8), without changing what any other jail does at boot.
 * @param gone the jail's config is about to go: then only an entry of it is removed
 * Throws KnastError disk_full, internal.
 */
export function setAutostart(
  daemon: Daemon,
  context: StepContext,
  name: string,
  wanted: boolean,
  gone = false,
): Promise<void> {
  return daemon.edits.run(async () => {
    const file = join(daemon.paths.etc, "rc.conf");
    const { enabled, list } = await daemon.view.autostart();
    const names = (await daemon.view.configuredNow()).map((one) => one.name).filter((one) => PLAIN.test(one));
    const configured = gone ? names.filter((one) => one !== name) : [...new Set([...names, name])];
    const change = planAutostart({ list, configured, name, wanted });
    const set = async (assignment: string) => {
      context.output(`sysrc -f ${file} ${assignment}`);
      const result = await context.run("sysrc", ["-f", file, assignment], { deadline: 30_000 });
      if (result.status === 0) return;
      const full = /No space left on device/.test(result.stderr);
      throw new KnastError(full ? "disk_full" : "internal", { cause: result.stderr.slice(0, 500) });
    };
    if (change) await set(`jail_list=${change.filter((one) => PLAIN.test(one)).join(" ")}`);
    if (wanted && !enabled) await set("jail_enable=YES");
  });
}

/** @returns whether rc.d/jail starts this jail at boot: rc.conf(5), jail_enable and jail_list */
export async function startsAtBoot(daemon: Daemon): Promise<(name: string) => boolean> {
  const { enabled, list } = await daemon.view.autostart();
  return (name) => enabled && (list === null || list.includes(name));
}
