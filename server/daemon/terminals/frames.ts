/** Largest payload of a frame to a viewer; small enough that a key's echo never waits long behind one. */
export const FRAME = 64 * 1024;
/** Longest header of a frame from a server: two bytes and a length of eight. */
const HEADER = 10;
/** Buffers kept for the next frames, as a flood would give the collector 64 KiB for each. */
const KEPT = 16;
const BINARY = 0x82;

const free: Buffer[] = [];

/** A binary frame (RFC 6455 5.2, whole and unmasked) that is filled in place and written in one piece. */
export class Frame {
  readonly #buffer = free.pop() ?? Buffer.allocUnsafeSlow(HEADER + FRAME);

  /** Where `length` bytes of payload belong. */
  payload(length: number): Buffer {
    return this.#buffer.subarray(HEADER, HEADER + length);
  }

  /** @returns header and payload */
  bytes(length: number): Buffer {
    const buffer = this.#buffer;
    if (length < 126) {
      buffer[HEADER - 2] = BINARY;
      buffer[HEADER - 1] = length;
      return buffer.subarray(HEADER - 2, HEADER + length);
    }
    if (length < 65_536) {
      buffer[HEADER - 4] = BINARY;
      buffer[HEADER - 3] = 126;
      buffer.writeUInt16BE(length, HEADER - 2);
      return buffer.subarray(HEADER - 4, HEADER + length);
    }
    buffer[0] = BINARY;
    buffer[1] = 127;
    buffer.writeUInt32BE(0, 2);
    buffer.writeUInt32BE(length, 6);
    return buffer.subarray(0, HEADER + length);
  }

  /** To be called once, when the bytes are written or never will be. */
  done(): void {
    if (free.length < KEPT) free.push(this.#buffer);
  }
}
