import { parseFstab } from "../conf/fstab.ts";
import type { Parameter } from "../conf/jail-export.ts";
import { addressBytes, canonicalAddress } from "../../contract/ip.ts";
import { endsOf, readVnet } from "../conf/vnet.ts";
import { readText, realPath } from "../host/disk.ts";

/** What jail(8) sets up outside the jail when it starts one: what has to be there afterwards, and gone after a stop. */
export type SetUp = {
  /** without links on the way, as the mount table has it */
  path: string;
  /** mount points in the order of mounting */
  targets: string[];
  /** what is mounted at its /basejail, null when nothing is */
  base?: string | null;
  addresses: { address: string; interface: string | null }[];
  /** names that the epair of a vnet jail of ours may have on the host, and where it belongs; null for all others */
  vnet: { host: string; bridge: string | null; ends: string[] } | null;
  /** null: no devfs; 0: devfs without any rules */
  devfsRuleset: number | null;
  /** seconds; 0 is none */
  execTimeout: number;
};

type Read = { path: string; params: Parameter[] };

const valueOf = (params: Parameter[], name: string) => params.findLast((one) => one.name === name)?.value;
const flag = (params: Parameter[], name: string): boolean => {
  const last = params.findLast((one) => one.name === name || one.name === name.replace(/([^.]+)$/, "no$1"));
  return last?.name === name && !["0", "false", "no"].includes(last.value ?? "");
};

/**
 * @param jail path and parameters as `jail -e` gave them
 * @returns after jail(8): mount.fstab, mount, mount.devfs, mount.fdescfs, mount.procfs, interface, ip4.addr, ip6.addr;
 *   throws KnastError internal when its fstab can't be read
 */
export async function readSetUp({ path, params }: Read): Promise<SetUp> {
  const vnet = readVnet(params);
  const ends = vnet && vnet.unit !== null ? endsOf(vnet.unit) : null;
  const written = path.replace(/\/+$/, "");
  const root = await realPath(written);
  const fstab = valueOf(params, "mount.fstab");
  const entries = fstab ? parseFstab((await readText(fstab)) ?? "") : [];
  // Options hold commas too; a new entry of the list begins with an absolute path after its comma.
  for (const line of (valueOf(params, "mount") ?? "").split(/,(?=\/)/)) entries.push(...parseFstab(line));
  const targets = entries.map((entry) => entry.target);
  for (const [name, below] of [
    ["mount.devfs", "dev"],
    ["mount.fdescfs", "dev/fd"],
    ["mount.procfs", "proc"],
  ] as const)
    if (flag(params, name)) targets.push(`${written}/${below}`);
  const base = entries.find((entry) => entry.target.replace(/\/+$/, "") === `${written}/basejail`)?.source ?? null;
  return {
    path: root,
    base,
    targets: targets
      .map((target) => target.replace(/(?<=.)\/+$/, ""))
      .map((target) => (target.startsWith(`${written}/`) ? root + target.slice(written.length) : target)),
    addresses: [
      ...addressList(params, "ip4.addr"),
      ...addressList(params, "ip6.addr"),
      // Set inside: no alias of the host's.
      ...(vnet?.addresses ?? []).map(({ address }) => ({ address, interface: null })),
    ],
    vnet: ends && { host: ends.host, bridge: vnet!.bridge, ends: [ends.host, ends.inside, ...ends.made] },
    devfsRuleset: flag(params, "mount.devfs") ? Number(valueOf(params, "devfs_ruleset") ?? 4) : null,
    execTimeout: Number(valueOf(params, "exec.timeout") ?? 0) || 0,
  };
}

/** Without an interface, of its own or the jail's, jail(8) sets no alias: the address is the host's affair then. */
function addressList(params: Parameter[], name: string): SetUp["addresses"] {
  const common = valueOf(params, "interface") ?? null;
  return (valueOf(params, name) ?? "").split(",").flatMap((item) => {
    const [, own, text] = /^(?:([^|]+)\|)?([^/\s]+)/.exec(item.trim()) ?? [];
    const address = canonicalAddress(text ?? "");
    return address ? [{ address, interface: own ?? common }] : [];
  });
}

/** @returns the family word of ifconfig(8) and the length of a host route for an address */
export function aliasWords(address: string): { family: "inet" | "inet6"; bits: 32 | 128 } {
  return addressBytes(address)?.length === 16 ? { family: "inet6", bits: 128 } : { family: "inet", bits: 32 };
}
