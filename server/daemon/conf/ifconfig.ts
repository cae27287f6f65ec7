import { addressBytes, canonicalAddress } from "../../contract/ip.ts";

export type InterfaceAddress = { address: string; bits: number };
/** `groups` and `members` only where ifconfig(8) prints some: a bridge has the group "bridge" and a line for each member. */
export type HostInterface = { name: string; addresses: InterfaceAddress[]; groups?: string[]; members?: string[] };

export const isBridge = (one: HostInterface): boolean => one.groups?.includes("bridge") ?? false;

/** Reads `ifconfig -a`: addresses canonical and without a zone; `bits` is the length of the netmask or prefix. */
export function parseIfconfig(text: string): HostInterface[] {
  const interfaces: HostInterface[] = [];
  for (const line of text.split("\n")) {
    const name = /^([^\s:]+): /.exec(line)?.[1];
    if (name) interfaces.push({ name, addresses: [] });
    const words = line.trim().split(/\s+/);
    const last = interfaces.at(-1);
    if (last && line.startsWith("\tgroups: ")) last.groups = words.slice(1);
    if (last && line.startsWith("\tmember: ")) (last.members ??= []).push(words[1] ?? "");
    const address = canonicalAddress(words[1]?.split(/[%/]/, 1)[0] ?? "");
    if (!address || !/^\s/.test(line) || (words[0] !== "inet" && words[0] !== "inet6")) continue;
    const after = (word: string): string | undefined => words[words.indexOf(word) + 1 || words.length];
    const slash = words[1]!.split("/")[1];
    const bits =
      words[0] === "inet6"
        ? Number(after("prefixlen") ?? slash ?? 128)
        : slash
          ? Number(slash)
          : maskBits(after("netmask"));
    last?.addresses.push({ address, bits });
  }
  return interfaces;
}

/** "0xffffff00" or "255.255.255.0"; 32 when it is neither. */
function maskBits(mask: string | undefined): number {
  if (!mask) return 32;
  const bytes = addressBytes(mask);
  const value = bytes ? bytes.reduce((sum, byte) => sum * 256 + byte, 0) : Number(mask);
  return Number.isFinite(value) ? value.toString(2).replaceAll("0", "").length : 32;
}
