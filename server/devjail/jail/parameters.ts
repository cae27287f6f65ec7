import { isIPv4 } from "node:net";
import { readAddress } from "../aliases.ts";
import { sameOption, type ConfiguredJail, type Param } from "../conf/resolve.ts";

/** Parameters of jail(8) itself: what it does around jail_set(2). */
const OWN = [
  "allow.dying command depend exec.clean exec.consolelog exec.created exec.fib exec.jail_user exec.poststart exec.poststop",
  "exec.prepare exec.prestart exec.prestop exec.release exec.start exec.stop exec.system_jail_user exec.system_user exec.timeout",
  "interface ip_hostname mount mount.devfs mount.fdescfs mount.procfs mount.fstab stop.timeout vnet.interface zfs.dataset",
]
  .join(" ")
  .split(" ");

/** Parameters of the kernel, in the order of jls -n, with what a jail has when nothing is said. Flags have a boolean. */
export const KERNEL: [name: string, otherwise: string | boolean][] = [
  ["devfs_ruleset", "0"],
  ["dying", false],
  ["enforce_statfs", "2"],
  ["host", "new"],
  ["ip4", "disable"],
  ["ip6", "disable"],
  ["jid", ""],
  ["name", ""],
  ["osreldate", "1402000"],
  ["osrelease", "14.2-BETA1"],
  ["parent", "0"],
  ["path", "/"],
  ["persist", false],
  ["securelevel", "-1"],
  ["sysvmsg", "disable"],
  ["sysvsem", "disable"],
  ["sysvshm", "disable"],
  ["vnet", "inherit"],
  ["allow.chflags", false],
  ["allow.mlock", false],
  ["allow.mount", false],
  ["allow.mount.devfs", false],
  ["allow.mount.fdescfs", false],
  ["allow.mount.nullfs", false],
  ["allow.mount.procfs", false],
  ["allow.mount.tmpfs", false],
  ["allow.nfsd", false],
  ["allow.quotas", false],
  ["allow.raw_sockets", false],
  ["allow.read_msgbuf", false],
  ["allow.reserved_ports", true],
  ["allow.set_hostname", true],
  ["allow.socket_af", false],
  ["allow.suser", true],
  ["allow.sysvipc", false],
  ["allow.unprivileged_proc_debug", true],
  ["children.cur", "0"],
  ["children.max", "0"],
  ["cpuset.id", ""],
  ["host.domainname", ""],
  ["host.hostid", "0"],
  ["host.hostname", ""],
  ["host.hostuuid", "00000000-0000-0000-0000-000000000000"],
  ["ip4.addr", ""],
  ["ip4.saddrsel", true],
  ["ip6.addr", ""],
  ["ip6.saddrsel", true],
];

const RELATED = [
  "allow.mount.zfs",
  "allow.mount.linprocfs",
  "allow.mount.linsysfs",
  "allow.mount.fusefs",
  "allow.vmm",
  "allow.routing",
  "allow.extattr",
  "allow.adjtime",
  "allow.settime",
];

export const isKernelParameter = (name: string): boolean =>
  KERNEL.some(([known]) => sameOption(known, name)) ||
  RELATED.some((known) => sameOption(known, name)) ||
  /^(linux|zfs)(\.|$)/.test(name);
export const isOwnParameter = (name: string): boolean => OWN.some((known) => sameOption(known, name));

/** A configured jail's parameters by name, as jail(8) asks for them. */
export class Parameters {
  readonly jail: ConfiguredJail;
  constructor(jail: ConfiguredJail) {
    this.jail = jail;
  }
  find(name: string): Param | undefined {
    return this.jail.params.find((param) => sameOption(param.name, name));
  }
  /** the last value counts for a scalar */
  text(name: string): string | undefined {
    return this.find(name)?.values.at(-1);
  }
  list(name: string): string[] {
    return (this.find(name)?.values ?? []).filter((value) => value !== "");
  }
  flag(name: string): boolean {
    const param = this.find(name);
    if (!param) return false;
    const value = param.values.at(-1);
    const yes = value === undefined || value.toLowerCase() === "true" || parseInt(value, 10) !== 0;
    return (
      (value !== undefined && Number.isNaN(parseInt(value, 10)) && value.toLowerCase() !== "true" ? false : yes) ===
      (param.name === name)
    );
  }
  number(name: string): number | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : parseInt(value, 10);
  }
}

/** An item of ip4.addr or ip6.addr: `[interface|]address[/bits or /netmask]`. */
export type IpItem = { interface: string | undefined; text: string; address: string };

/** @returns the items; @throws Error in jail(8)'s words for what is no address */
export function readIps(params: Parameters, name: "ip4.addr" | "ip6.addr"): IpItem[] {
  return params.list(name).map((value) => {
    const bar = value.indexOf("|");
    const text = bar < 0 ? value : value.slice(bar + 1);
    const host = text.split(/[/\s]/)[0]!;
    const address = readAddress(host);
    if (!address || isIPv4(address) !== (name === "ip4.addr"))
      throw new Error(`${name}: not an ${name === "ip4.addr" ? "IPv4" : "IPv6"} address: ${host}`);
    return { interface: bar < 0 ? params.text("interface") : value.slice(0, bar), text, address };
  });
}

/** @returns kernel parameters as `jail -v` and jail_set(2) have them, in the order of the config */
export function kernelParameters(params: Parameters): { name: string; value: string | null }[] {
  return params.jail.params
    .filter((param) => isKernelParameter(param.name))
    .map((param) => {
      if (param.name === "ip4.addr" || param.name === "ip6.addr")
        return {
          name: param.name,
          value: readIps(params, param.name)
            .map((ip) => ip.address)
            .join(","),
        };
      if (param.name === "vnet" && !param.values.length) return { name: "vnet", value: "new" };
      return { name: param.name, value: param.values.at(-1) ?? null };
    });
}
