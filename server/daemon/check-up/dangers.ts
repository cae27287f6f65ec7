import type { Finding } from "../../contract/check-up.ts";
import type { FstabEntry } from "../conf/fstab.ts";
import type { HostInterface } from "../conf/ifconfig.ts";
import { isBridge } from "../conf/ifconfig.ts";
import type { Parameter } from "../conf/jail-export.ts";
import { finding, line, sysrc } from "./finding.ts";

export type Judged = { name: string; file: string | null; path: string; params: readonly Parameter[] };

const valueOf = (params: readonly Parameter[], name: string) => params.findLast((one) => one.name === name)?.value;
/** A flag that is on, in any of jail.conf(5)'s spellings. */
function isOn(params: readonly Parameter[], name: string): boolean {
  const last = params.findLast((one) => one.name === name || one.name === name.replace(/([^.]+)$/, "no$1"));
  return last?.name === name && !["0", "false", "no"].includes(last.value ?? "");
}

/** What each gives a jail's root, in one clause. */
const ALLOW: Record<string, string> = {
  "allow.mount": "mount file systems inside",
  "allow.mount.nullfs": "mount its directories elsewhere; that led out of a jail in CVE-2025-15547",
  "allow.mount.zfs": "mount ZFS file systems inside",
  "allow.mlock": "lock memory, all of the host's if it likes",
  "allow.read_msgbuf": "read the kernel's messages, addresses and names of the host among them",
  "allow.socket_af": "open sockets of families that know no jails",
  "allow.quotas": "set quotas on the file system that it shares with others",
  "allow.vmm": "run virtual machines",
  "allow.settime": "set the clock of the host",
  "allow.routing": "change the host's routes",
  "allow.raw_sockets": "forge packets",
  "allow.chflags": "set file flags that the host must clear before it can delete the jail",
};
/** A switch of ours, said in the form; worth a line, no more. */
const MILD = new Set(["allow.raw_sockets", "allow.chflags", "allow.mlock"]);

/** Parameters that give a jail more of the host than a friend needs (security H2, H3). */
export function checkParameters(jails: readonly Judged[]): Finding[] {
  const found = jails.flatMap(({ name, file, path, params }): Finding[] => {
    const evidence: string[] = [];
    let level: "note" | "warn" | "bad" = "note";
    const say = (text: string, more: "note" | "warn" | "bad") => {
      evidence.push(text);
      if (more === "bad" || level === "note") level = more;
    };
    for (const [flag, what] of Object.entries(ALLOW))
      if (isOn(params, flag)) say(`${flag}: its root may ${what}`, MILD.has(flag) ? "note" : "warn");
    const statfs = valueOf(params, "enforce_statfs");
    if (statfs !== undefined && statfs !== null && Number(statfs) < 2)
      say(`enforce_statfs = ${statfs}: it sees the host's mounts`, "warn");
    if (Number(valueOf(params, "children.max") ?? 0) > 0)
      say("children.max: its root may make jails of his own", "warn");
    for (const ipc of ["sysvmsg", "sysvsem", "sysvshm"])
      if (valueOf(params, ipc) === "inherit") say(`${ipc} = inherit: it shares that memory with the host`, "bad");
    if (isOn(params, "allow.sysvipc")) say("allow.sysvipc: it shares System V memory with the host", "bad");
    if (isOn(params, "mount.devfs") && valueOf(params, "devfs_ruleset") === "0")
      say("devfs_ruleset = 0: it sees every device of the host", "bad");
    if (path === "/") say("path = /: it has the host's files", "bad");
    if (evidence.length === 0) return [];
    const where = file ?? "/etc/jail.conf";
    return [
      finding(
        `parameters.${name}`,
        level,
        `${name} may do more than others`,
        "Right for a jail of your own, wrong for a friend's. Change the lines in its config, then restart it.",
        { commands: [line("vi", where), line("jail", "-f", where, "-rc", name)], evidence },
      ),
    ];
  });
  if (found.length > 0) return found;
  return [finding("parameters", "ok", "No jail may do more than a jail should", "")];
}

/** security G8: two jails that write to one directory can pass open directories to each other, and climb out (CVE-2025-15576). */
export function checkShared(jails: readonly { name: string; mounts: readonly FstabEntry[] }[]): Finding[] {
  const writable = jails.flatMap(({ name, mounts }) =>
    mounts
      .filter((one) => one.type === "nullfs" && !one.options.split(",").some((word) => ["ro", "rdonly"].includes(word)))
      .map(({ source, target }) => ({ name, source: source.replace(/(?<=.)\/+$/, ""), target })),
  );
  const found: Finding[] = [];
  for (const [i, one] of writable.entries())
    for (const other of writable.slice(i + 1)) {
      const [a, b] = [one.source, other.source];
      if (one.name === other.name || !(a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`))) continue;
      found.push(
        finding(
          `shared.${one.name}.${other.name}.${a}`,
          "bad",
          `${one.name} and ${other.name} both write to ${a.length < b.length ? a : b}`,
          "One can pass an open directory to the other through a socket there, and climb out of the jail with it (CVE-2025-15576). Mount it read-only in all but one.",
          { evidence: [one, other].map((it) => `${it.name}: ${it.source} ${it.target} nullfs rw`) },
        ),
      );
    }
  if (found.length > 0) return found;
  return [finding("shared", "ok", "No two jails write to one directory", "")];
}

/** Kernel modules with a history of holes that a jail with its own network stack reaches (security H7). */
const REACHABLE = ["pf", "ipfw", "ipl", "dummynet", "carp"];

/**
 * Bridges, which jails with a network stack of their own hang on.
 * @param modules what `kldstat` prints; null when no such jail is configured, as it does not matter then
 */
export function checkBridges(
  interfaces: readonly HostInterface[],
  vnet: readonly { name: string; bridge: string | null }[],
  modules: string | null,
  etc: string,
): Finding[] {
  const bridges = interfaces.filter(isBridge).map((one) => one.name);
  const wire = interfaces.find((one) => !one.name.startsWith("lo") && !bridges.includes(one.name))?.name ?? "vtnet0";
  const make = (bridge: string): string[] => [
    sysrc(etc, `cloned_interfaces+=${bridge}`),
    sysrc(etc, `ifconfig_${bridge}=addm ${wire} up`),
    line("service", "netif", "cloneup"),
    line("ifconfig", bridge, "addm", wire, "up"),
  ];
  const found: Finding[] = [];
  for (const bridge of new Set(vnet.flatMap((one) => (one.bridge === null ? [] : [one.bridge]))))
    if (!interfaces.some((one) => one.name === bridge)) {
      const names = vnet.filter((one) => one.bridge === bridge).map((one) => one.name);
      const means = "These jails hang on it with a network stack of their own and can't start without it.";
      const more = { commands: make(bridge), evidence: names };
      found.push(finding(`bridge.${bridge}`, "bad", `The host has no ${bridge}`, means, more));
    }
  if (bridges.length === 0 && found.length === 0)
    found.push(
      finding(
        "bridge",
        "ok",
        "The host has no bridge, and needs none",
        "Only jails with a network stack of their own (vnet) hang on a bridge. These lines would make one.",
        { commands: make("bridge0") },
      ),
    );
  const loaded = REACHABLE.filter((name) => new RegExp(`\\s${name}\\.ko$`, "m").test(modules ?? ""));
  if (vnet.length > 0 && loaded.length > 0)
    found.push(
      finding(
        "vnet.modules",
        "warn",
        `Jails with a network stack of their own reach ${loaded.join(", ")} in the kernel`,
        "These modules had many holes; root in such a jail may set them up for his own stack, which is much more of the kernel than another jail reaches.",
        { commands: loaded.map((name) => line("kldunload", name)), evidence: vnet.map((one) => one.name) },
      ),
    );
  if (found.length > 0) return found;
  return [finding("bridge", "ok", "Bridges are as the jails need them", bridges.join(", "))];
}
