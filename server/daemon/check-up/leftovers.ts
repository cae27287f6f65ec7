import type { Finding } from "../../contract/check-up.ts";
import { addressBytes, blockContains, parseBlock } from "../../contract/ip.ts";
import type { Pool } from "../../contract/pool.ts";
import type { FstabEntry } from "../conf/fstab.ts";
import type { HostInterface } from "../conf/ifconfig.ts";
import { type Mount, mountsBelow } from "../conf/mount-table.ts";
import { finding, line, word } from "./finding.ts";

/** A jail of the config with all that says what belongs to it. `busy`: a job is at work on it, so nothing of it is judged. */
export type KnownParts = {
  name: string;
  path: string;
  addresses: readonly string[];
  unit: number | null;
  busy: boolean;
};

/** Mounts below the jail root, or below a jail's directory, of jails that do not run. */
export function checkMounts(
  mounts: readonly Mount[],
  jails: string,
  configured: readonly KnownParts[],
  running: readonly { name: string; path: string }[],
): Finding[] {
  const within = (path: string, root: string) =>
    root !== "" && root !== "/" && (path === root || path.startsWith(`${root}/`));
  const alive = [...running.map((one) => one.path), ...configured.filter((one) => one.busy).map((one) => one.path)];
  const roots = [...new Set([...configured.map((one) => one.path), jails])].filter((root) => root.startsWith("/"));
  const left = new Map<string, Mount[]>();
  for (const root of roots)
    for (const mount of mountsBelow(mounts, root)) {
      // A jail may be a file system of its own; what the host mounts at the jail root itself is its admin's affair.
      if (mount.type === "zfs" || roots.includes(mount.target)) continue;
      if (alive.some((path) => within(mount.target, path))) continue;
      if (!["nullfs", "devfs", "fdescfs", "procfs", "linprocfs", "linsysfs", "tmpfs", "unionfs"].includes(mount.type))
        continue;
      const owner = configured.find((one) => within(mount.target, one.path))?.path;
      const first = owner ?? `${jails}/${mount.target.slice(jails.length + 1).split("/")[0]}`;
      const known = left.get(first) ?? [];
      if (!known.some((one) => one.target === mount.target)) left.set(first, [...known, mount]);
    }
  const found = [...left].map(([path, list]) =>
    finding(
      `mounts.${path}`,
      "warn",
      `${list.length === 1 ? "Something is" : `${list.length} file systems are`} mounted below ${path}, but no jail runs there`,
      "An earlier run has left it. Deleting that directory by hand would delete through the mount; unmount first.",
      {
        commands: list.map((one) => line("umount", one.target)),
        evidence: list.map((one) => `${one.source} ${one.target} ${one.type} ${one.options.join(",")}`),
      },
    ),
  );
  if (found.length > 0) return found;
  return [finding("mounts", "ok", "Nothing is mounted for a jail that is down", "")];
}

/** Host addresses as jail(8) sets them (/32, /128) that belong to no running jail, and ends of epairs that belong to none. */
export function checkAliases(
  interfaces: readonly HostInterface[],
  pools: readonly Pool[],
  configured: readonly KnownParts[],
  running: readonly { name: string; addresses: readonly string[] }[],
): Finding[] {
  const held = new Set(running.flatMap((one) => one.addresses));
  const up = new Set(running.map((one) => one.name));
  const found: Finding[] = [];
  for (const wire of interfaces)
    for (const { address, bits } of wire.addresses) {
      const bytes = addressBytes(address)!;
      if (bits !== bytes.length * 8 || held.has(address) || wire.name.startsWith("lo")) continue;
      const owner = configured.find((one) => one.addresses.includes(address));
      if (owner?.busy || (owner && up.has(owner.name))) continue;
      const pooled = pools.some((pool) => blockContains(parseBlock(pool.block)!, bytes));
      if (!owner && !pooled) continue;
      found.push(
        finding(
          `alias.${wire.name}.${address}`,
          "warn",
          `${address} is on ${wire.name}, but ${owner ? `its jail ${owner.name} does not run` : "no jail has it"}`,
          "The host itself answers there now, with all that listens on *; and a jail that gets this address is not started.",
          {
            commands: [line("ifconfig", wire.name, bytes.length === 4 ? "inet" : "inet6", address, "-alias")],
            evidence: [`${wire.name}: ${address}/${bits}`],
          },
        ),
      );
    }
  const units = new Set(configured.filter((one) => up.has(one.name) || one.busy).map((one) => one.unit));
  for (const { name } of interfaces) {
    const unit = /^kn([0-9]{1,5})a$/.exec(name)?.[1];
    if (unit === undefined || units.has(Number(unit))) continue;
    const means =
      "An earlier run of a jail with a network stack of its own has left it; it is in nobody's way but costs a little.";
    const more = { commands: [line("ifconfig", name, "destroy")], evidence: [name] };
    found.push(finding(`epair.${name}`, "note", `The network cable ${name} belongs to no running jail`, means, more));
  }
  if (found.length > 0) return found;
  return [finding("aliases", "ok", "Every jail's address on the host has its running jail", "")];
}

/** @param rules what `rctl` prints: jail:NAME:resource:action=amount; rules hang on the name and outlive the jail */
export function checkRules(rules: string, names: ReadonlySet<string>): Finding[] {
  const gone = new Map<string, string[]>();
  for (const rule of rules.split("\n")) {
    const name = /^jail:([^:\s]+):/.exec(rule.trim())?.[1];
    if (name !== undefined && !names.has(name)) gone.set(name, [...(gone.get(name) ?? []), rule.trim()]);
  }
  if (gone.size === 0) return [finding("rctl", "ok", "No limit is left of a jail that is gone", "")];
  return [...gone].map(([name, evidence]) =>
    finding(
      `rctl.${name}`,
      "note",
      `Limits are left for ${name}, which is no jail`,
      "A new jail of that name would be bound by them.",
      {
        commands: [line("rctl", "-r", `jail:${name}`)],
        evidence,
      },
    ),
  );
}

/**
 * @param files paths of ETC/fstab.NAME; @param used those that a config names
 * @param own lines of ETC/fstab, which the host mounts at boot
 */
export function checkFstabs(
  files: readonly string[],
  used: ReadonlySet<string>,
  own: readonly FstabEntry[],
  place: { etc: string; jails: string; paths: readonly string[] },
): Finding[] {
  const { etc, jails, paths } = place;
  const found = files
    .filter((path) => !used.has(path))
    .map((path) =>
      finding(
        `fstab.${path}`,
        "note",
        `${path} belongs to no jail`,
        "No config names it. A new jail of that name is refused as long as it is there.",
        {
          commands: [line("mv", path, `/var/tmp/${path.slice(path.lastIndexOf("/") + 1)}`)],
          evidence: [path],
        },
      ),
    );
  for (const { source, target, type } of own) {
    if (!target.startsWith(`${jails}/`) || type === "zfs") continue;
    if (paths.some((path) => target === path || target.startsWith(`${path}/`))) continue;
    const means =
      "The host tries to mount it at every boot. If that fails, the boot may stop and ask for somebody at the console.";
    const more = { commands: [`vi ${word(`${etc}/fstab`)}`], evidence: [`${source} ${target} ${type}`] };
    found.push(finding(`fstab.line.${target}`, "warn", `${etc}/fstab mounts ${target}, where no jail is`, means, more));
  }
  if (found.length > 0) return found;
  return [finding("fstab", "ok", "Every fstab has its jail", "")];
}
