import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** The networks of one copy: derived from DIR, so that two copies side by side differ, and checked to be free. */
export type Networks = {
  hash: string;
  bridge: string;
  pool: string;
  address: string;
  pool6?: string;
  address6?: string;
};

/** @returns what of 10.0.0.0/8 the machine routes somewhere already, as blocks of [first byte triple, mask] in host order */
function routedBlocks(): { network: number; mask: number }[] {
  const rows = readFileSync("/proc/net/route", "utf8").trim().split("\n").slice(1);
  const swap = (hex: string) => Buffer.from(hex, "hex").readUInt32LE(0) >>> 0;
  return rows
    .map((row) => row.split(/\s+/))
    .map((cells) => ({ network: swap(cells[1]!), mask: swap(cells[7]!) }))
    .filter((block) => block.mask !== 0);
}

/**
 * @param dir the state directory
 * @param mine name of a bridge whose own route does not count as taken (it is ours from before)
 * @throws Error when every /24 that was tried is routed already
 */
export function chooseNetworks(dir: string): Networks {
  const digest = createHash("sha256").update(dir).digest();
  const hash = digest.toString("hex").slice(0, 7);
  const taken = routedBlocks();
  for (let i = 0; i < 256; i++) {
    const second = 64 + ((digest[0]! + i) % 190);
    const third = digest[1]!;
    const network = ((10 << 24) | (second << 16) | (third << 8)) >>> 0;
    const clash = taken.some(
      (block) => (network & block.mask) >>> 0 === block.network || (block.network & 0xffffff00) >>> 0 === network,
    );
    if (clash) continue;
    const prefix = `10.${second}.${third}`;
    const prefix6 = `fd${digest.toString("hex", 2, 3)}:${digest.toString("hex", 3, 5)}:${digest.toString("hex", 5, 7)}:1`;
    const six = hasIp6() ? { pool6: `${canonical(prefix6)}::/64`, address6: `${canonical(prefix6)}::1` } : {};
    return { hash, bridge: `kh${hash}`, pool: `${prefix}.0/24`, address: `${prefix}.1`, ...six };
  }
  throw new Error("devjail: no free network in 10.64.0.0/10");
}

const canonical = (groups: string): string => groups.replace(/(^|:)0{1,3}(?=[0-9a-f])/g, "$1");

function hasIp6(): boolean {
  try {
    return readFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "utf8").trim() === "0";
  } catch {
    return false;
  }
}
