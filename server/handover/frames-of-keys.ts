/** First byte of a frame that is whole and binary; the bit of the second one that says that it is masked (RFC 6455 5.2). */
const WHOLE_BINARY = 0x82;
const FIN = 0x80;
const MASKED = 0x80;
const CONTROL = 0x08;
/** Header of a short frame: two bytes and the mask. Longer ones have their length in two or eight bytes more. */
const SHORT_HEADER = 6;
const LONGEST_SHORT = 125;
const LENGTH_16 = 126;
const LONGEST_HEADER = 14;

/**
 * Follows the frames that come from a browser, so that a key's is known: one short frame and nothing beside it. All others are a
 * WebSocket library's to read; this judges none of them, and once it can't follow one it knows no key any more.
 */
export class FramesOfKeys {
  readonly #header = Buffer.alloc(LONGEST_HEADER);
  #filled = 0;
  /** bytes of the present frame's payload that are still to come */
  #left = 0;
  /** a message has begun whose last frame has not come */
  #inMessage = false;

  /**
   * Every piece that comes has to pass here, in order.
   * @returns what was typed, unmasked and the caller's own; null when the piece is anything else
   */
  key(piece: Buffer): Buffer | null {
    const between = this.#left === 0 && this.#filled === 0 && !this.#inMessage;
    if (between && isShort(piece)) return unmasked(piece);
    this.#follow(piece);
    return null;
  }

  #follow(piece: Buffer): void {
    for (let at = 0; at < piece.length;) {
      if (this.#left > 0) {
        const part = Math.min(this.#left, piece.length - at);
        this.#left -= part;
        at += part;
        continue;
      }
      this.#header[this.#filled++] = piece[at++]!;
      if (this.#filled === lengthOfHeader(this.#header, this.#filled)) this.#begin();
    }
  }

  /** A header is whole. */
  #begin(): void {
    const [first, second] = this.#header as unknown as [number, number];
    const short = second & 0x7f;
    if (short <= LONGEST_SHORT) this.#left = short;
    else if (short === LENGTH_16) this.#left = this.#header.readUInt16BE(2);
    else this.#left = Number(this.#header.readBigUInt64BE(2));
    if ((first & CONTROL) === 0) this.#inMessage = (first & FIN) === 0;
    this.#filled = 0;
  }
}

function isShort(piece: Buffer): boolean {
  if (piece.length <= SHORT_HEADER || piece[0] !== WHOLE_BINARY) return false;
  return piece.length - SHORT_HEADER <= LONGEST_SHORT && piece[1] === (MASKED | (piece.length - SHORT_HEADER));
}

function unmasked(piece: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(piece.length - SHORT_HEADER);
  for (let i = 0; i < bytes.length; i++) bytes[i] = piece[SHORT_HEADER + i]! ^ piece[2 + (i & 3)]!;
  return bytes;
}

/** @returns how long a header is of which so many bytes are there; more than that until it can be told */
function lengthOfHeader(header: Buffer, filled: number): number {
  if (filled < 2) return 2;
  const short = header[1]! & 0x7f;
  const more = short <= LONGEST_SHORT ? 0 : short === LENGTH_16 ? 2 : 8;
  return 2 + more + (header[1]! & MASKED ? 4 : 0);
}
