/** Parsing and printing of addresses without node:net, as the browser imports this file too. */

/** @returns the 4 or 16 bytes of an address, null if it is none (no zones, no leading zeros, RFC 4291 §2.2 forms) */
export function addressBytes(text: string): Uint8Array | null {
  if (text.length > 45) return null;
  return text.includes(":") ? bytes6(text) : bytes4(text);
}

function bytes4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null;
    bytes[i] = Number(part);
  }
  return bytes;
}

function bytes6(text: string): Uint8Array | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const groups = halves.map((half) => (half === "" ? [] : half.split(":")));
  const words: number[][] = [];
  for (const [h, half] of groups.entries()) {
    const out: number[] = [];
    for (const [i, group] of half.entries()) {
      const last = h === groups.length - 1 && i === half.length - 1;
      if (last && group.includes(".")) {
        const four = bytes4(group);
        if (!four) return null;
        out.push((four[0]! << 8) | four[1]!, (four[2]! << 8) | four[3]!);
      } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) out.push(parseInt(group, 16));
      else return null;
    }
    words.push(out);
  }
  const [left, right] = [words[0]!, words[1] ?? []];
  const missing = 8 - left.length - right.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...left, ...Array<number>(missing).fill(0), ...right];
  return Uint8Array.from(all.flatMap((word) => [word >> 8, word & 255]));
}

export const isIPv4 = (text: string): boolean => !text.includes(":") && addressBytes(text) !== null;
export const isIPv6 = (text: string): boolean => text.includes(":") && addressBytes(text) !== null;

/** @returns the one spelling of an address by which two are compared (RFC 5952 for IPv6); throws RangeError on other lengths than 4 and 16 */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new RangeError("an address has 4 or 16 bytes");
  const words = Array.from({ length: 8 }, (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!);
  let best = { at: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let n = 0;
    while (i + n < 8 && words[i + n] === 0) n++;
    if (n > best.length) best = { at: i, length: n };
  }
  const hex = (part: number[]) => part.map((word) => word.toString(16)).join(":");
  if (best.at < 0) return hex(words);
  return `${hex(words.slice(0, best.at))}::${hex(words.slice(best.at + best.length))}`;
}

/** @returns the canonical spelling, null if text is no address */
export function canonicalAddress(text: string): string | null {
  const bytes = addressBytes(text);
  return bytes && formatAddress(bytes);
}

/** A block of addresses: `bits` leading bits of `bytes` are fixed. */
export type Block = { bytes: Uint8Array; bits: number };

/** @returns the block of "10.0.2.0/24" or "2001:db8::/64"; null if malformed or if host bits are set */
export function parseBlock(text: string): Block | null {
  const [address, length, more] = text.split("/");
  const bytes = addressBytes(address ?? "");
  if (!bytes || more !== undefined || !/^(0|[1-9][0-9]{0,2})$/.test(length ?? "")) return null;
  const bits = Number(length);
  if (bits > bytes.length * 8) return null;
  const rest = bytes.some((byte, i) => (byte & ~maskByte(bits, i)) !== 0);
  return rest ? null : { bytes, bits };
}

const maskByte = (bits: number, i: number): number => (0xff00 >> Math.min(8, Math.max(0, bits - 8 * i))) & 0xff;

export function blockContains(block: Block, address: Uint8Array): boolean {
  return (
    address.length === block.bytes.length &&
    address.every((byte, i) => (byte & maskByte(block.bits, i)) === block.bytes[i])
  );
}

/** Two addresses of one family and all between them. */
export type Range = { from: Uint8Array; to: Uint8Array };

/** @returns the range of "10.0.2.1" or "10.0.2.10-10.0.2.19"; null if malformed, of two families, or the wrong way round */
export function parseRange(text: string): Range | null {
  const [first, last, more] = text.split("-").map((part) => addressBytes(part.trim()));
  const to = last === undefined ? first : last;
  if (!first || !to || more !== undefined || first.length !== to.length || compareAddresses(first, to) > 0) return null;
  return { from: first, to };
}

/** Of two addresses of one family: less than 0, 0 or more than 0, in the order of their numbers. */
export function compareAddresses(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

export const rangeContains = ({ from, to }: Range, address: Uint8Array): boolean =>
  address.length === from.length && compareAddresses(from, address) <= 0 && compareAddresses(address, to) <= 0;
