import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { isSettled, planAutostart } from "../conf/rc-list.ts";
import type { Daemon } from "../daemon.ts";
import type { StepContext } from "../jobs/step.ts";

/** Only such words go into rc.conf, which is a shell script. */
const PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
/** What jail_list can name: rc.d/jail reads a dot in it as "_", so that such a jail starts with all or not at all. */
const LISTABLE = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

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
    if (isSettled({ enabled, list, name, wanted })) return;
    const names = (await daemon.view.configuredNow()).map((one) => one.name);
    const configured = gone ? names.filter((one) => one !== name) : [...new Set([...names, name])];
    const change = planAutostart({ enabled, list, configured, name, wanted });
    const unlistable = change?.find((one) => !(list?.includes(one) ? PLAIN : LISTABLE).test(one));
    if (unlistable !== undefined) {
      context.output(`jail_list is left as it is: it can't name the jail ${unlistable}, which must start as before.`);
      return;
    }
    const set = async (assignment: string) => {
      context.output(`sysrc -f ${file} ${assignment}`);
      const result = await context.run("sysrc", ["-f", file, assignment], { deadline: 30_000 });
      if (result.status === 0) return;
      const full = /No space left on device/.test(result.stderr);
      throw new KnastError(full ? "disk_full" : "internal", { cause: result.stderr.slice(0, 500) });
    };
    if (change) await set(`jail_list=${change.join(" ")}`);
    if (wanted && !enabled) await set("jail_enable=YES");
  });
}

/** @returns whether rc.d/jail starts this jail at boot: rc.conf(5), jail_enable and jail_list */
export async function startsAtBoot(daemon: Daemon): Promise<(name: string) => boolean> {
  const { enabled, list } = await daemon.view.autostart();
  return (name) => enabled && (list === null || list.includes(name));
}
