import { addressBytes, blockContains, canonicalAddress, formatAddress, parseBlock } from "../../contract/ip.ts";
import type { JailSpec } from "../../contract/jail.ts";
import { InterfaceName } from "../../contract/names.ts";
import type { Pool } from "../../contract/pool.ts";
import type { HostInterface, InterfaceAddress } from "./ifconfig.ts";
import type { Parameter } from "./jail-export.ts";

/** A jail with a network stack of its own: one end of an epair(4) is a member of `bridge`, the other is moved into the jail. */
export type Vnet = {
  bridge: string;
  /** of the epair; the ends are then called kn5a and kn5b, as names of epair5 may be made by anybody */
  unit: number;
  addresses: InterfaceAddress[];
};

/** Below are units that `ifconfig epair create` gives away by itself; above is no unit (if_clone(9), IF_MAXUNIT). */
const FIRST_UNIT = 1000;
const LAST_UNIT = 32_767;

/** @returns what the ends of an epair are called: as ifconfig(8) makes them and as a jail of ours names them */
export const endsOf = (unit: number) => ({
  made: [`epair${unit}a`, `epair${unit}b`] as const,
  host: `kn${unit}a`,
  inside: `kn${unit}b`,
});

/**
 * @param id the jail's $knast_id, which decides where the search begins, so that a unit is seldom used again soon
 * @throws RangeError when all are taken
 */
export function chooseUnit(id: string, taken: ReadonlySet<number>): number {
  const count = LAST_UNIT - FIRST_UNIT + 1;
  const start = parseInt(id.slice(0, 8), 16) % count;
  for (let i = 0; i < count; i++) {
    const unit = FIRST_UNIT + ((start + i) % count);
    if (!taken.has(unit)) return unit;
  }
  throw new RangeError("no epair unit is free");
}

/** @returns the units that interfaces of the host and configured jails use */
export function unitsIn(interfaces: readonly HostInterface[], configs: readonly (readonly Parameter[])[]): Set<number> {
  const units = new Set<number>();
  const note = (name: string) => {
    const found = /^(?:epair|kn)([0-9]{1,5})[ab]$/.exec(name);
    if (found) units.add(Number(found[1]));
  };
  for (const { name } of interfaces) note(name);
  for (const params of configs) {
    for (const name of valueOf(params, "vnet.interface").split(",")) note(name);
    for (const word of valueOf(params, "exec.prestart").split(/[\s,]+/)) note(`${word.replace(/[ab]$/, "")}a`);
  }
  return units;
}

/** @returns the wires on which a vnet jail's addresses may lie: the bridge itself and its members */
export function wiresOf(bridge: string, interfaces: readonly HostInterface[]): string[] {
  return [bridge, ...(interfaces.find((one) => one.name === bridge)?.members ?? [])];
}

/**
 * The network of a new vnet jail. A prefix is as long as that of the host's own address in the same network on the bridge or a
 * member; else as long as the pool's, a whole address when no pool has it.
 */
export function planVnet(
  spec: Pick<JailSpec, "interface" | "ip4" | "ip6">,
  host: { interfaces: readonly HostInterface[]; pools: readonly Pool[] },
  unit: number,
): Vnet {
  const wires = wiresOf(spec.interface, host.interfaces);
  const own = host.interfaces.filter((one) => wires.includes(one.name)).flatMap((one) => one.addresses);
  const addresses = [...spec.ip4, ...spec.ip6].flatMap((address): InterfaceAddress[] => {
    const bytes = addressBytes(address);
    if (!bytes) return [];
    const near = own
      .filter((one) => one.bits < bytes.length * 8 && blockContains(networkOf(one), bytes))
      .toSorted((a, b) => b.bits - a.bits)[0];
    return [{ address, bits: near?.bits ?? poolOf(address, host.pools, wires)?.bits ?? bytes.length * 8 }];
  });
  return { bridge: spec.interface, unit, addresses };
}

/** @returns the pool's gateway of the first address of a family, null when it has none */
export function gatewayOf(vnet: Vnet, pools: readonly Pool[], wires: readonly string[], six: boolean): string | null {
  const first = vnet.addresses.find((one) => one.address.includes(":") === six);
  return (first && poolOf(first.address, pools, wires)?.pool.gateway) ?? null;
}

function poolOf(address: string, pools: readonly Pool[], wires: readonly string[]) {
  const bytes = addressBytes(address)!;
  for (const pool of pools) {
    const block = parseBlock(pool.block);
    if (block && wires.includes(pool.interface) && blockContains(block, bytes)) return { pool, bits: block.bits };
  }
  return null;
}

function networkOf({ address, bits }: InterfaceAddress) {
  const bytes = addressBytes(address)!;
  return { bits, bytes: bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i)))) };
}

const ifconfig = (...words: string[]): string => `/sbin/ifconfig ${words.join(" ")}`;

/**
 * The commands of a vnet jail's config, each as one value. Nothing in them but names and addresses of checked shape.
 * `prestart` and `poststop` run on the host, `start` in the jail. @throws ZodError, RangeError on anything else
 */
export function vnetCommands(vnet: Vnet): { prestart: string[]; start: string[]; poststop: string[] } {
  const { unit } = vnet;
  if (!Number.isInteger(unit) || unit < 0 || unit > LAST_UNIT) throw new RangeError("no unit of an epair");
  const bridge = InterfaceName.parse(vnet.bridge);
  const { made, host, inside } = endsOf(unit);
  return {
    prestart: [
      ifconfig(`epair${unit}`, "create", "up"),
      ifconfig(made[0], "name", host),
      ifconfig(made[1], "name", inside),
      ifconfig(bridge, "addm", host),
    ],
    start: vnet.addresses.map(({ address, bits }) => {
      const bytes = addressBytes(address);
      if (!bytes || !Number.isInteger(bits)) throw new RangeError("no address");
      return ifconfig(inside, bytes.length === 4 ? "inet" : "inet6", `${formatAddress(bytes)}/${bits}`, "up");
    }),
    // A member that is destroyed leaves its bridge, and both ends go together.
    poststop: [ifconfig(host, "destroy")],
  };
}

/** Lines of a new vnet jail's own rc.conf(5): rc.d/netif would else switch IPv6 off on its interface, rc.d/routing set no route. */
export function vnetRcConf(vnet: Vnet, gateways: { ip4: string | null; ip6: string | null }): string[] {
  const { inside } = endsOf(vnet.unit);
  const six = vnet.addresses.some((one) => one.address.includes(":"));
  return [
    `ifconfig_${inside}="up"`,
    ...(six ? [`ifconfig_${inside}_ipv6="inet6 -ifdisabled"`] : []),
    ...(gateways.ip4 ? [`defaultrouter="${gateways.ip4}"`] : []),
    ...(gateways.ip6 ? [`ipv6_defaultrouter="${gateways.ip6}"`] : []),
  ];
}

const valueOf = (params: readonly Parameter[], name: string): string =>
  params.findLast((one) => one.name === name)?.value ?? "";

/**
 * Reads a vnet jail back from what `jail -e` prints of it, made here or by hand.
 * @returns null for a jail without `vnet`. `inside`: vnet.interface; `host`: the ends that exec.prestart names and that stay on the
 *   host; `addresses`: what exec.start, exec.created and exec.poststart set on an interface of the jail's
 */
export function readVnet(
  params: readonly Parameter[],
): { inside: string[]; bridge: string | null; unit: number | null; addresses: InterfaceAddress[] } | null {
  const last = params.findLast((one) => one.name === "vnet" || one.name === "novnet");
  if (last?.name !== "vnet" || ["0", "false", "no", "inherit"].includes(last.value ?? "")) return null;
  const inside = valueOf(params, "vnet.interface")
    .split(/[\s,]+/)
    .filter((name) => name !== "");
  const lines = ["exec.created", "exec.start", "exec.poststart"].flatMap((name) => valueOf(params, name).split(","));
  const addresses = lines.flatMap((line): InterfaceAddress[] => {
    const [, wire, text, length] =
      /^\s*(?:\/sbin\/)?ifconfig (\S+) inet6? ([0-9a-fA-F.:]+)(?:\/([0-9]{1,3}))?(?:\s|$)/.exec(line) ?? [];
    const address = canonicalAddress(text ?? "");
    if (!address || !inside.includes(wire!)) return [];
    return [{ address, bits: length === undefined ? (address.includes(":") ? 128 : 32) : Number(length) }];
  });
  const prestart = valueOf(params, "exec.prestart");
  const unit = /^kn([0-9]{1,5})b$/.exec(inside.find((name) => /^kn[0-9]{1,5}b$/.test(name)) ?? "")?.[1];
  const ours = unit !== undefined && prestart.includes(`epair${unit} create`) ? Number(unit) : null;
  const bridge = /(?:^|[\s,/])ifconfig (\S+) addm /.exec(prestart)?.[1] ?? null;
  return { inside, bridge, unit: ours, addresses };
}
