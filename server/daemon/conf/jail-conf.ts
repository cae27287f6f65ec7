import type { Switches } from "../../contract/jail.ts";
import { JailId, JailName } from "../../contract/names.ts";
import { consoleLogFile, fstabFile, type HostPaths, jailTree } from "./paths.ts";
import { scanJailConf } from "./jail-conf-scan.ts";
import { endsOf, type Vnet, vnetCommands } from "./vnet.ts";

export type ConfValues = {
  name: string;
  /** 32 hex digits */
  id: string;
  hostname: string;
  interface: string;
  ip4: string[];
  ip6: string[];
  switches: Switches;
  paths: HostPaths;
  /** a network stack of its own; interface, ip4 and ip6 are not rendered then */
  vnet?: Vnet | null;
};

/**
 * A value as jail.conf(5) reads it back to itself: in single quotes nothing expands, only \ and ' need an escape.
 * @throws RangeError on control characters: a line break or a NUL has no business in any value of ours
 */
export function quote(value: string): string {
  if (/[\x00-\x1f\x7f]/.test(value)) throw new RangeError("a value for jail.conf must not hold control characters");
  return `'${value.replace(/[\\']/g, "\\$&")}'`;
}

const list = (values: string[]): string => values.map(quote).join(", ");

/**
 * The self-contained block of one jail (row 4 of the system), in the order of a hand-made one.
 * What is dangerous is refused by name, so that a `*` section in /etc/jail.conf cannot allow it behind our back.
 * Not among them: allow.mount.X (unknown to a kernel that has not loaded X yet; nothing mounts without allow.mount).
 * @throws ZodError when name or id are not of their shape
 */
export function renderJailConf(jail: ConfValues): string {
  const { switches, paths } = jail;
  const name = JailName.parse(jail.name);
  const flag = (on: boolean, prefix: string, what: string): string => `${prefix}.${on ? "" : "no"}${what};`;
  const sysv = quote(switches.sysvipc ? "new" : "disable");
  const vnet = jail.vnet ? vnetCommands(jail.vnet) : null;
  const shared = [
    `interface = ${quote(jail.interface)};`,
    jail.ip4.length > 0 && `ip4.addr = ${list(jail.ip4.map((address) => `${address}/32`))};`,
    jail.ip6.length > 0 && `ip6.addr = ${list(jail.ip6.map((address) => `${address}/128`))};`,
  ];
  const lines = [
    `$knast_id = ${quote(JailId.parse(jail.id))};`,
    `path = ${quote(jailTree(paths, name))};`,
    `host.hostname = ${quote(jail.hostname)};`,
    ...(jail.vnet ? [`vnet;`, `vnet.interface = ${quote(endsOf(jail.vnet.unit).inside)};`] : shared),
    `mount.fstab = ${quote(fstabFile(paths, name))};`,
    flag(switches.devfs, "mount", "devfs"),
    // Also for vnet: ruleset 5, which is FreeBSD's for it, would show the jail /dev/pf (security H7).
    `devfs_ruleset = 4;`,
    flag(switches.fdescfs, "mount", "fdescfs"),
    flag(switches.procfs, "mount", "procfs"),
    flag(switches.setHostname, "allow", "set_hostname"),
    flag(switches.rawSockets, "allow", "raw_sockets"),
    ...["mount", "chflags", "mlock", "quotas", "read_msgbuf", "socket_af"].map((what) => flag(false, "allow", what)),
    `children.max = 0;`,
    `sysvmsg = ${sysv}; sysvsem = ${sysv}; sysvshm = ${sysv};`,
    `enforce_statfs = 2;`,
    `exec.clean;`,
    vnet && `exec.prestart = ${list(vnet.prestart)};`,
    `exec.start = ${list([...(vnet?.start ?? []), "/bin/sh /etc/rc"])};`,
    `exec.stop = '/bin/sh /etc/rc.shutdown jail';`,
    vnet && `exec.poststop = ${list(vnet.poststop)};`,
    `exec.consolelog = ${quote(consoleLogFile(paths, name))};`,
    `exec.timeout = 120; stop.timeout = 30;`,
  ];
  return `${name} {\n${lines
    .filter((line) => typeof line === "string")
    .map((line) => `\t${line}\n`)
    .join("")}}\n`;
}

/**
 * @param text of a jail.conf.d file, perhaps edited by hand
 * @param name only the id that stands in this jail's own block counts, when given
 * @returns our id; null if there is none, if it is malformed, or if two different ones stand there
 */
export function readKnastId(text: string, name?: string): string | null {
  const ids = new Set<string>();
  for (const statement of scanJailConf(text)) {
    if (statement.name !== "$knast_id" || statement.jail === null) continue;
    if (name !== undefined && statement.jail !== name) continue;
    ids.add(statement.operator === "=" ? statement.values.join(",") : "");
  }
  const [id] = ids;
  return ids.size === 1 && JailId.safeParse(id).success ? id! : null;
}
