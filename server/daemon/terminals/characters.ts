import { isUtf8 } from "node:buffer";

/** How many bytes at the end are of a character (UTF-8) that is not whole. */
export function brokenCharacter(bytes: Buffer): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

/** The byte order mark, which xterm never sees. */
const MARK = Buffer.from("\ufeff");

/** What xterm reads of bytes that are not all UTF-8: it drops the others, and a sequence that they stand in goes on. */
export function onlyCharacters(bytes: Buffer): Buffer {
  if (isUtf8(bytes) && !bytes.includes(MARK)) return bytes;
  const out = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length;) {
    const size = sizeAt(bytes, at);
    const keeps = at + size > bytes.length || isCharacter(bytes, at, size);
    const end = keeps ? Math.min(at + size, bytes.length) : at + 1;
    for (; at < end; at++) if (keeps) out[length++] = bytes[at]!;
  }
  return out.subarray(0, length);
}

/** How many bytes the character has that begins here; one for what begins none. */
function sizeAt(bytes: Buffer, at: number): number {
  const byte = bytes[at]!;
  const size = byte >= 0xf8 || byte < 0xc0 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  // What does not go on is none, also where it would be cut off.
  for (let i = 1; i < size && at + i < bytes.length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 1;
  return size;
}

/** Whether bytes that look like a character are one (RFC 3629 4): not longer than needed, no surrogate, and no byte order mark. */
function isCharacter(bytes: Buffer, at: number, size: number): boolean {
  const [first, second] = [bytes[at]!, bytes[at + 1]!];
  if (size === 1) return first < 0x80;
  if (size === 2) return first >= 0xc2;
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xef) return second !== 0xbb || bytes[at + 2] !== 0xbf;
  if (first === 0xf0) return second >= 0x90;
  return first === 0xf4 ? second < 0x90 : first < 0xf4;
}
