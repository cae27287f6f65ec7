import { parseFstab } from "../conf/fstab.ts";
import type { Parameter } from "../conf/jail-export.ts";
import { addressBytes, canonicalAddress } from "../../contract/ip.ts";
import { readText, realPath } from "../host/disk.ts";

/** What jail(8) sets up outside the jail when it starts one: what has to be there afterwards, and gone after a stop. */
export type SetUp = {
  /** without links on the way, as the mount table has it */
  path: string;
  /** mount points in the order of mounting */
  targets: string[];
  addresses: { address: string; interface: string | null }[];
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
  const written = path.replace(/\/+$/, "");
  const root = await realPath(written);
  const fstab = valueOf(params, "mount.fstab");
  const targets = fstab ? parseFstab((await readText(fstab)) ?? "").map((line) => line.target) : [];
  // Options hold commas too; a new entry of the list begins with an absolute path after its comma.
  for (const line of (valueOf(params, "mount") ?? "").split(/,(?=\/)/))
    targets.push(...parseFstab(line).map((entry) => entry.target));
  for (const [name, below] of [
    ["mount.devfs", "dev"],
    ["mount.fdescfs", "dev/fd"],
    ["mount.procfs", "proc"],
  ] as const)
    if (flag(params, name)) targets.push(`${written}/${below}`);
  return {
    path: root,
    targets: targets
      .map((target) => target.replace(/(?<=.)\/+$/, ""))
      .map((target) => (target.startsWith(`${written}/`) ? root + target.slice(written.length) : target)),
    addresses: [...addressList(params, "ip4.addr"), ...addressList(params, "ip6.addr")],
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
