import { formatAddress, addressBytes } from "../../contract/ip.ts";
import { HostInfo } from "../../contract/jail.ts";
import type { Pool } from "../../contract/pool.ts";
import { InterfaceName } from "../../contract/names.ts";
import type { HostInterface } from "../conf/ifconfig.ts";
import { isBridge } from "../conf/ifconfig.ts";
import { proposeAddress, proposePerPool } from "../conf/propose-address.ts";
import { knownJails } from "../jails/known-jails.ts";
import type { Daemon } from "../daemon.ts";
import { diskSpace } from "../host/disk.ts";
import { readBase } from "../base/base-record.ts";
import { readNameservers, readSettings } from "./settings.ts";

/** knastd's own version. */
const VERSION = "0.1.0";

/** host.info: what the panel shows of the host and offers in the form. A tool that is missing leaves its field empty. */
export async function hostInfo(daemon: Daemon): Promise<HostInfo> {
  const { view, options } = daemon;
  const [settings, base, nameservers, interfaces, known, running, disk, hostname, release, racct] = await Promise.all([
    readSettings(daemon),
    readBase(daemon.options),
    readNameservers(daemon),
    view.interfaces(),
    knownJails(daemon),
    view.running(),
    diskSpace(daemon.paths.jails),
    line(daemon, "hostname", []),
    line(daemon, "freebsd-version", []),
    line(daemon, "sysctl", ["-n", "kern.racct.enable"]),
  ]);
  const taken = [
    ...interfaces.flatMap((one) => one.addresses.map((it) => it.address)),
    ...[...known, ...running].flatMap((jail) => jail.addresses),
  ];
  const free = proposeAddress(settings.pools, taken);
  return {
    hostname: hostname.slice(0, 256),
    release: release.slice(0, 64),
    version: VERSION,
    jailsDir: daemon.paths.jails,
    interfaces: interfaces.map((one) => ({
      name: one.name,
      addresses: one.addresses.map((it) => it.address),
      bridge: isBridge(one),
      members: (one.members ?? []).slice(0, 1000),
    })),
    pools: settings.pools,
    suggestedPools: suggestPools(options.pools, interfaces),
    freeIp4: free.ip4,
    freeIp6: free.ip6,
    free: proposePerPool(settings.pools, taken),
    nameservers,
    base,
    racct: racct === "1",
    disk,
    jails: new Set([...known, ...running].map((jail) => jail.name)).size,
  };
}

async function line(daemon: Daemon, program: string, args: string[]): Promise<string> {
  const result = await daemon.run(program, args, { deadline: 10_000 }).catch(() => null);
  return result?.status === 0 ? (result.stdout.split("\n")[0] ?? "").trim() : "";
}

/** @returns the pools given as options, then the networks that the host is in, without loopback, link-local and host routes */
function suggestPools(given: readonly Pool[], interfaces: readonly HostInterface[]): Pool[] {
  const found = new Map(given.map((pool) => [`${pool.interface} ${pool.block}`, pool]));
  for (const wire of interfaces) {
    if (!InterfaceName.safeParse(wire.name).success || wire.name.startsWith("lo")) continue;
    for (const { address, bits } of wire.addresses) {
      const bytes = addressBytes(address)!;
      if (bits > bytes.length * 8 - 2 || bits < 8 || address.startsWith("fe80:")) continue;
      const network = bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
      const pool = { interface: wire.name, block: `${formatAddress(network)}/${bits}` };
      found.set(`${pool.interface} ${pool.block}`, pool);
    }
  }
  return [...found.values()].slice(0, 32);
}
