import { KnastError } from "../../contract/errors.ts";

/** Size of a header and of what data is padded to: tar(5). */
export const BLOCK = 512;

/** One header of a ustar archive, its names as latin1 so that every byte survives. */
export type TarHeader = { name: string; type: string; size: number | null; linkname: string };

export const invalid = (what: string): KnastError =>
  new KnastError("archive_invalid", { message: `The archive was refused: ${what}`.slice(0, 500) });

const text = (block: Buffer, at: number, length: number): string => {
  const end = block.indexOf(0, at);
  return block.toString("latin1", at, end < 0 || end > at + length ? at + length : end);
};

/** @returns a number of octal digits, null for what tar writers put there when it does not fit; throws on anything else */
function octal(block: Buffer, at: number, length: number): number | null {
  if (block[at]! >= 0x80) return null;
  const digits = /^ *([0-7]*)[ \0]*$/.exec(block.toString("latin1", at, at + length));
  if (!digits) throw invalid("a header holds a number that is none.");
  return digits[1] === "" ? 0 : parseInt(digits[1]!, 8);
}

export const isZero = (block: Buffer): boolean => block.every((byte) => byte === 0);

/**
 * Reads one block after tar(5), ustar only: what `tar --format pax` writes. `size` is null when it is in the pax header alone.
 * @throws KnastError archive_invalid on another format, a wrong checksum, a number that is none
 */
export function parseHeader(block: Buffer): TarHeader {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 0x20 : block[i]!;
  if (octal(block, 148, 8) !== sum) throw invalid("a header's checksum is wrong.");
  if (block.toString("latin1", 257, 265) !== "ustar\x0000") throw invalid("it is not in the format ustar.");
  const prefix = text(block, 345, 155);
  const name = text(block, 0, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    type: block[156] === 0 ? "0" : String.fromCharCode(block[156]!),
    size: octal(block, 124, 12),
    linkname: text(block, 157, 100),
  };
}

/** @returns the header of a regular file, root's, 0600; a size beyond 8 GiB as the big number that all of today's tars read */
export function renderHeader(name: string, size: number, mtime: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const put = (at: number, length: number, value: number) =>
    block.write(`${value.toString(8).padStart(length - 1, "0")}\0`, at, "latin1");
  block.write(name, 0, 100, "latin1");
  put(100, 8, 0o600);
  put(108, 8, 0);
  put(116, 8, 0);
  if (size < 8 ** 11) put(124, 12, size);
  else {
    block.writeUInt8(0x80, 124);
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  put(136, 12, mtime);
  block.write("        0", 148, "latin1");
  block.write("ustar\x0000root", 257, "latin1");
  block.write("wheel", 297, "latin1");
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return block;
}

/** @returns the size in a header that renderHeader() wrote, also one beyond 8 GiB */
export function sizeOf(block: Buffer): number {
  const size = octal(block, 124, 12);
  if (size !== null) return size;
  const big = block.readBigUInt64BE(128);
  if (block[124] !== 0x80 || block.readUInt32BE(124) !== 0x80000000 || big > BigInt(Number.MAX_SAFE_INTEGER))
    throw invalid("a member's size is no number.");
  return Number(big);
}

/** @returns the zeros that follow data of this size up to a whole block */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;
