import { isReadOnly } from "../conf/edit-fstab.ts";
import { parseFstab } from "../conf/fstab.ts";
import type { MountUse } from "../conf/mount-rules.ts";
import type { Daemon } from "../daemon.ts";
import { readText, realPath } from "../host/disk.ts";
import type { Configured } from "../jails/configured.ts";
import { isWithin } from "../jails/check-place.ts";

/**
 * @returns every directory of the host that any jail sees, ours or not: by its fstab and `mount` parameters, running or not, and
 *   by the mount table, where what was mounted by hand shows. Sources without links, targets as seen inside.
 */
export async function mountUses(daemon: Daemon): Promise<MountUse[]> {
  const [configured, running, table] = await Promise.all([
    daemon.view.configuredNow(),
    daemon.view.runningNow(),
    daemon.view.mountsNow(),
  ]);
  const uses = (await Promise.all(configured.map(usesOf))).flat();
  const places = [...configured, ...running].filter((one) => one.path.startsWith("/") && one.path !== "/");
  for (const { source, target, type, options } of table) {
    const jail = places.find((one) => isWithin(target, one.path));
    if (type !== "nullfs" || !jail) continue;
    const readOnly = options.includes("ro") || options.includes("read-only");
    uses.push({ jail: jail.name, source, target: target.slice(jail.path.length), readOnly });
  }
  const different = new Map(uses.map((use) => [JSON.stringify(use), use]));
  return [...different.values()];
}

async function usesOf({ name, path, params }: Configured): Promise<MountUse[]> {
  const valuesOf = (parameter: string) => params.filter((one) => one.name === parameter).map((one) => one.value ?? "");
  const texts = valuesOf("mount").flatMap((value) => value.split(/,(?=\/)/));
  for (const file of valuesOf("mount.fstab")) texts.push((await readText(file).catch(() => null)) ?? "");
  const entries = texts.flatMap(parseFstab).filter((entry) => entry.source.startsWith("/"));
  return Promise.all(
    entries.map(async (entry) => ({
      jail: name,
      source: await realPath(entry.source).catch(() => entry.source),
      target: entry.target.startsWith(`${path}/`) ? entry.target.slice(path.length) : entry.target,
      readOnly: isReadOnly(entry),
    })),
  );
}
