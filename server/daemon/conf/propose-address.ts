import { addressBytes, blockContains, canonicalAddress, formatAddress, parseBlock } from "../../contract/ip.ts";
import type { Pool } from "../../contract/jail.ts";

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
  const used = new Set<string>();
  for (const address of taken) used.add(canonicalAddress(address) ?? address);
  const first = (length: 4 | 16): Proposed | null => {
    for (const pool of pools) {
      const address = firstFree(pool.block, length, used);
      if (address) return { interface: pool.interface, address };
    }
    return null;
  };
  return { ip4: first(4), ip6: first(16) };
}

function firstFree(text: string, length: 4 | 16, used: ReadonlySet<string>): string | null {
  const block = parseBlock(text);
  if (block?.bytes.length !== length) return null;
  const bytes = Uint8Array.from(block.bytes);
  for (let tries = 0; tries < MAX_TRIES && blockContains(block, bytes); tries++) {
    const address = formatAddress(bytes);
    if (!used.has(address) && specialInBlock(text, address) === null) return address;
    if (!increment(bytes)) return null;
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
