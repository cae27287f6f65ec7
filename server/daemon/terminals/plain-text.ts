/** Bytes that mean something in plain text: ESC, the lead byte of C1 controls written in UTF-8, SO and SI. */
const STOPS = [0x1b, 0xc2, 0x0e, 0x0f] as const;
const isStop = new Uint8Array(256);
for (const byte of STOPS) isStop[byte] = 1;
/** Plain text of so many bytes is likely to go on: from there memchr(3) finds its end faster than a loop here. */
const NEAR = 12;

/** Skips what a terminal only shows. */
export class PlainText {
  /** where each of STOPS comes next, as far as it was looked for */
  readonly #next = new Int32Array(STOPS.length);

  /** Another buffer follows. */
  begin(): void {
    this.#next.fill(-1);
  }

  /** @returns where the plain text that begins at `from` ends: at one of STOPS, or at the end; `from` only grows in one buffer */
  endOf(bytes: Uint8Array, from: number): number {
    const to = bytes.length;
    const near = Math.min(from + NEAR, to);
    for (let i = from; i < near; i++) {
      const byte = bytes[i]!;
      if (byte > 0x1b ? byte === 0xc2 : isStop[byte] === 1) return i;
    }
    const next = this.#next;
    let end = to;
    for (let k = 0; k < STOPS.length; k++) {
      if (next[k]! < near) {
        const at = bytes.indexOf(STOPS[k]!, near);
        next[k] = at < 0 ? to : at;
      }
      if (next[k]! < end) end = next[k]!;
    }
    return end;
  }
}
