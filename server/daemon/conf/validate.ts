import { addressBytes, blockContains, canonicalAddress, formatAddress, parseBlock } from "../../contract/ip.ts";
import type { JailSpec } from "../../contract/jail.ts";
import type { Flavour } from "../../contract/flavour.ts";
import type { Pool } from "../../contract/pool.ts";
import type { ErrorCode, Problem } from "../../contract/errors.ts";
import { ERRORS } from "../../contract/errors.ts";
import { JailName, jailNameFromHostname } from "../../contract/names.ts";
import { type HostInterface, isBridge } from "./ifconfig.ts";
import type { RunningJail } from "./jls.ts";
import type { HostPaths } from "./paths.ts";
import { keptInPool, specialInBlock } from "./propose-address.ts";
import { wiresOf } from "./vnet.ts";

/** A jail that FreeBSD's config knows, running or not, ours or foreign. `addresses` are canonical. */
export type KnownJail = { name: string; hostname: string; addresses: string[] };

/** What a new jail is checked against. */
export type PlanHost = {
  paths: HostPaths;
  pools: Pool[];
  interfaces: HostInterface[];
  /** units of epair(4) that are in use */
  units: ReadonlySet<number>;
  configured: KnownJail[];
  running: RunningJail[];
  /** whether the base that the jail is to stand on is there */
  base: boolean;
  /** the host's own, for a jail that names none */
  nameservers: string[];
  /** the one that is wished for; null when there is none, or none such */
  flavour?: Flavour | null;
};

const problem = (field: string, code: ErrorCode, message: string = ERRORS[code].message): Problem => ({
  field,
  code,
  message,
});

/** @returns the name that the jail gets: the one given, or the one of row 5 */
export const nameOf = (spec: JailSpec): string => spec.name ?? jailNameFromHostname(spec.hostname);

/** @returns everything that is wrong with a spec on this host, each at its field; [] when jail.create may go ahead */
export function validateJail(spec: JailSpec, host: PlanHost): Problem[] {
  const problems: Problem[] = [];
  const name = nameOf(spec);
  const jails: KnownJail[] = [...host.configured, ...host.running];
  const nameField = spec.name === undefined ? "hostname" : "name";

  const parsed = JailName.safeParse(name);
  if (!parsed.success)
    problems.push(
      problem(nameField, "invalid", `${name}: ${parsed.error.issues[0]?.message ?? ERRORS.invalid.message}`),
    );
  const namesake = jails.find((jail) => jail.name.toLowerCase() === name.toLowerCase());
  if (namesake) problems.push(problem(nameField, "exists", `There is a jail ${namesake.name} already.`));
  else {
    const same = jails.find((jail) => jail.hostname.toLowerCase() === spec.hostname);
    if (same) problems.push(problem("hostname", "exists", `The jail ${same.name} has this host name already.`));
  }

  const wire = host.interfaces.find((one) => one.name === spec.interface);
  if (!wire) problems.push(problem("interface", "interface_missing", `The host has no interface ${spec.interface}.`));
  else if (spec.network === "vnet" && !isBridge(wire)) {
    const message = `A jail with a network stack of its own hangs on a bridge, and ${spec.interface} is none.`;
    problems.push(problem("interface", "invalid", message));
  }
  const wires = spec.network === "vnet" ? wiresOf(spec.interface, host.interfaces) : [spec.interface];

  if (spec.ip4.length + spec.ip6.length === 0)
    problems.push(problem("ip4", "invalid", "Give the jail at least one address."));
  const seen = new Set<string>();
  for (const family of ["ip4", "ip6"] as const)
    for (const [i, text] of spec[family].entries()) {
      const address = canonicalAddress(text);
      const field = `${family}.${i}`;
      if (address === null) problems.push(problem(field, "invalid", "This is not an IP address."));
      else if (seen.has(address)) problems.push(problem(field, "invalid", "This address stands here twice."));
      else problems.push(...addressProblem(field, address, wires, host, jails));
      if (address) seen.add(address);
    }

  if (!host.base) {
    const message = spec.base === "basejail" ? undefined : `There is no base ${spec.base}. Install it first.`;
    problems.push(problem("base", "base_missing", message));
  }
  return problems;
}

/** One sentence at most: the first thing that is wrong with an address. */
export function addressProblem(
  field: string,
  address: string,
  wires: readonly string[],
  host: PlanHost,
  jails: KnownJail[],
): Problem[] {
  const bytes = addressBytes(address)!;
  const within = (pool: Pool): boolean => {
    const block = parseBlock(pool.block);
    return block !== null && blockContains(block, bytes);
  };
  const running = host.running.find((jail) => jail.addresses.includes(address));
  const owner = running ?? jails.find((jail) => jail.addresses.includes(address));
  if (owner) {
    const how = running ? "running" : "stopped";
    return [problem(field, "address_taken", `The ${how} jail ${owner.name} has this address.`)];
  }
  const pools = host.pools.filter(within);
  const own = host.interfaces.find((one) => one.addresses.some((it) => it.address === address));
  if (own) return [problem(field, "address_taken", `The host itself has this address on ${own.name}.`)];
  if (pools.length === 0) return [problem(field, "address_outside_pools")];
  const known = host.interfaces.some((one) => one.name === wires[0]);
  if (known && !pools.some((pool) => wires.includes(pool.interface))) {
    const message = `This address is in the pool of ${pools[0]!.interface}, not of ${wires[0]}.`;
    return [problem(field, "address_outside_pools", message)];
  }
  const kept = pools.map((pool) => keptInPool(pool, address)).find((one) => one !== null);
  if (kept) {
    const message =
      kept.why === "gateway" ? "This address is the gateway of its pool." : "This address is reserved in its pool.";
    return [problem(field, "address_taken", message)];
  }
  const blocks = [...pools.map((pool) => pool.block), ...hostBlocks(host.interfaces)];
  const special = blocks.map((block) => specialInBlock(block, address)).find((what) => what !== null);
  if (special) return [problem(field, "invalid", `This is the ${special} address of its network. Take another one.`)];
  return [];
}

/** The networks that the host's addresses lie in, as blocks. */
function hostBlocks(interfaces: readonly HostInterface[]): string[] {
  return interfaces.flatMap((one) =>
    one.addresses.map(({ address, bits }) => {
      const bytes = addressBytes(address)!;
      const masked = bytes.map((byte, i) => byte & (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))));
      return `${formatAddress(masked)}/${bits}`;
    }),
  );
}
