import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { allNeeds, type Needs } from "../conf/depend-order.ts";
import type { Daemon } from "../daemon.ts";
import { makeDirectory, writeAtomic } from "../host/disk.ts";
import type { Configured } from "./configured.ts";
import type { OwnedJail } from "./find-jail.ts";

/** @returns names in `depend`, in their order (jail.conf(5)) */
export const dependOf = (jail: Pick<Configured, "params">): string[] =>
  (jail.params.findLast((one) => one.name === "depend")?.value ?? "").split(/[\s,]+/).filter(Boolean);

export const needsOf = (jails: readonly Configured[]): Needs => new Map(jails.map((one) => [one.name, dependOf(one)]));

/**
 * The config for `jail -c` and `-r` of one jail. jail(8) refuses a jail that depends on one that its file does not have, so with
 * `depend` it is a file of ours that includes theirs, and nothing else.
 * @throws KnastError config_invalid when one of them has no config, or none of its own
 */
export async function configFor(daemon: Daemon, jail: OwnedJail): Promise<string> {
  if (dependOf(jail).length === 0) return jail.file;
  const configured = await daemon.view.configured();
  const files = [jail.file];
  for (const need of allNeeds(needsOf(configured), jail.name)) {
    const other = configured.find((one) => one.name === need);
    const message = !other
      ? `It depends on ${need}, and there is no such jail. Change what it depends on.`
      : `It depends on ${need}, which has no file of its own in jail.conf.d. Take that one over first.`;
    if (!other?.file) throw new KnastError("config_invalid", { message: message.slice(0, 500) });
    files.push(other.file);
  }
  const directory = join(daemon.options.state, "depend");
  await makeDirectory(directory);
  const path = join(directory, `${jail.name}.conf`);
  await writeAtomic(path, files.map((file) => `.include "${file}";\n`).join(""));
  return path;
}

/** @throws KnastError start_failed when something that it depends on does not run; config_invalid as configFor does */
export async function checkNeeds(daemon: Daemon, jail: OwnedJail): Promise<void> {
  if (dependOf(jail).length === 0) return;
  await configFor(daemon, jail);
  const running = new Set((await daemon.view.runningNow()).filter((one) => !one.dying).map((one) => one.name));
  const down = dependOf(jail).find((name) => !running.has(name));
  if (down !== undefined)
    throw new KnastError("start_failed", {
      message: `It depends on ${down}, which does not run. Start that one first.`.slice(0, 500),
    });
}
