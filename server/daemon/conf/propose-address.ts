import {
  addressBytes,
  blockContains,
  canonicalAddress,
  compareAddresses,
  formatAddress,
  parseBlock,
  parseRange,
  rangeContains,
} from "../../contract/ip.ts";
import type { Pool } from "../../contract/pool.ts";

export type Proposed = { interface: string; address: string };

/** More candidates than this are not tried in one pool: the form stays quick even when somebody gave away a whole /8. */
const MAX_TRIES = 100_000;

/**
 * @param pools in the admin's order
 * @param taken every address that is in use: of jails, running or stopped, and of the host
 * @returns the first free address of each family, null where no pool has one
 */
export function proposeAddress(
  pools: readonly Pool[],
  taken: Iterable<string>,
): { ip4: Proposed | null; ip6: Proposed | null } {
  const free = proposePerPool(pools, taken);
  const first = (six: boolean): Proposed | null => free.find((one) => one.address.includes(":") === six) ?? null;
  return { ip4: first(false), ip6: first(true) };
}

/** @returns the first free address of each pool that has one, in the admin's order */
export function proposePerPool(pools: readonly Pool[], taken: Iterable<string>): Proposed[] {
  const used = new Set<string>();
  for (const address of taken) used.add(canonicalAddress(address) ?? address);
  return pools.flatMap((pool) => {
    const address = firstFree(pool, used);
    return address === null ? [] : [{ interface: pool.interface, address }];
  });
}

function firstFree(pool: Pool, used: ReadonlySet<string>): string | null {
  const block = parseBlock(pool.block);
  if (block === null) return null;
  const bytes = Uint8Array.from(block.bytes);
  for (let tries = 0; tries < MAX_TRIES && blockContains(block, bytes); tries++) {
    const address = formatAddress(bytes);
    const kept = keptInPool(pool, address);
    if (kept !== null) {
      // Past the whole range at once: a reserved half of a /64 is more than anybody counts through.
      bytes.set(kept.to);
    } else if (!used.has(address) && specialInBlock(pool.block, address) === null) return address;
    if (!increment(bytes)) return null;
  }
  return null;
}

/** @returns for what the admin keeps an address of this pool back, and up to where; null when a jail may have it */
export function keptInPool(pool: Pool, address: string): { why: "gateway" | "reserved"; to: Uint8Array } | null {
  const bytes = addressBytes(address);
  if (!bytes) return null;
  const gateway = pool.gateway === undefined ? null : addressBytes(pool.gateway);
  if (gateway?.length === bytes.length && compareAddresses(gateway, bytes) === 0) return { why: "gateway", to: bytes };
  for (const text of pool.reserved ?? []) {
    const range = parseRange(text);
    if (range && rangeContains(range, bytes)) return { why: "reserved", to: range.to };
  }
  return null;
}

/** @returns false when it has come round to zero */
function increment(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 1; i >= 0; i--) if ((bytes[i] = (bytes[i]! + 1) & 255) !== 0) return true;
  return false;
}

/**
 * @param text a block like 10.0.2.0/24
 * @returns what an address of it is reserved for, null if it can be given to a jail. Blocks of one or two addresses have
 *   nothing reserved (RFC 3021, RFC 6164); the first address of an IPv6 block is the routers' (RFC 4291 §2.6.1).
 */
export function specialInBlock(text: string, address: string): "network" | "broadcast" | null {
  const block = parseBlock(text);
  const bytes = addressBytes(address);
  if (!block || !bytes || !blockContains(block, bytes) || block.bits >= bytes.length * 8 - 1) return null;
  if (bytes.every((byte, i) => byte === block.bytes[i])) return "network";
  if (bytes.length === 16) return null;
  const next = Uint8Array.from(bytes);
  return !increment(next) || !blockContains(block, next) ? "broadcast" : null;
}
