import { addressBytes, formatAddress, parseBlock, parseRange, rangeContains } from "@/server/contract/ip.ts";

export type Cell = { address: string; use: "free" | "jail" | "host" | "edge" | "kept"; by: string | null };

/** Larger blocks are not drawn: 256 cells are what an eye can take in. */
const MOST = 256;

/**
 * The addresses of a small block as cells.
 * @param used addresses of jails, running or stopped; @param own addresses of the host, with or without a prefix length
 * @param kept gateway and reserved addresses or ranges
 * @returns null when the block is ill-formed or larger than 256 addresses; `edge`: network and broadcast address of IPv4
 */
export function poolCells(
  block: string,
  used: { address: string; by: string }[],
  own: string[],
  kept: string[] = [],
): Cell[] | null {
  const parsed = parseBlock(block);
  const size = parsed ? 2 ** (parsed.bytes.length * 8 - parsed.bits) : Infinity;
  if (!parsed || size > MOST) return null;
  const canonical = (text: string): string => {
    const bytes = addressBytes(text.split("/")[0]!);
    return bytes ? formatAddress(bytes) : text;
  };
  const jails = new Map(used.map(({ address, by }) => [canonical(address), by]));
  const hosts = new Set(own.map(canonical));
  const ranges = kept.flatMap((text) => parseRange(text) ?? []);
  const last = parsed.bytes.length - 1;
  return Array.from({ length: size }, (_, i) => {
    const bytes = parsed.bytes.slice();
    bytes[last] = bytes[last]! + i;
    const address = formatAddress(bytes);
    const by = jails.get(address) ?? null;
    if (by !== null) return { address, use: "jail", by };
    if (hosts.has(address)) return { address, use: "host", by: "the host" };
    if (ranges.some((range) => rangeContains(range, bytes))) return { address, use: "kept", by: "kept back" };
    const edge = bytes.length === 4 && size > 2 && (i === 0 || i === size - 1);
    return { address, use: edge ? "edge" : "free", by: null };
  });
}
