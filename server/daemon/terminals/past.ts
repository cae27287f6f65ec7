import { ModeTracker } from "./modes.ts";

/** What is kept of the normal screen is two halves of some so many bytes; the older one goes when the newer one is full. */
const HALF = 12 * 1024;
/** The state is looked at in steps of so many bytes. */
const STEP = 4 * 1024;
/** What a step keeps at most: itself, and what leads back from the alternate screen, which is not needed for short visits. */
const PART = HALF + 2 * STEP;
const SHORT = 512;
/** The longest sequence of which the begin is kept. */
const TAIL = 64;

const NOTHING: Buffer = Buffer.alloc(0);

/** A part of a stream, and the state at its beginning. */
type Part = { modes: ModeTracker; bytes: Buffer; length: number };

/**
 * What has left the ring: the state at the ring's start, and the end of what was printed on the normal screen, which comes back when a
 * full-screen program ends that has filled the ring long since.
 */
export class Past {
  /** at the ring's start */
  readonly modes = new ModeTracker((alternate, start, end) => this.#turns(alternate, start, end));
  #older: Part | null = null;
  #newer: Part | null = null;
  /** nothing of the normal screen has been forgotten */
  #whole = true;
  /** the present step, from where it is kept, and where the alternate screen was entered in it */
  #bytes = NOTHING;
  #from: number | null = 0;
  #entered: number | null = null;
  /** the last bytes before the ring, while that starts on the alternate screen */
  #tail = NOTHING;

  /** Takes what comes next in the stream. */
  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += STEP) this.#step(bytes.subarray(at, at + STEP));
  }

  /**
   * @returns bytes after which a terminal has the normal screen as it was, the state at their beginning, and whether nothing came before
   *   them. Either the ring goes on where they end, or they end on the alternate screen, with some of what was there first.
   */
  below(): { modes: ModeTracker; bytes: Buffer; whole: boolean } | null {
    const parts = [this.#older, this.#newer].filter((part) => part !== null);
    if (parts.length === 0) return null;
    const bytes = Buffer.concat(parts.map((part) => part.bytes.subarray(0, part.length)));
    return { modes: parts[0]!.modes.clone(), bytes, whole: this.#whole };
  }

  /** @returns what has left of the sequence in which a ring starts that starts on the alternate screen; null of a long one */
  begun(): Buffer | null {
    const length = this.modes.atRest ? 0 : this.modes.begun || 1;
    return length <= this.#tail.length ? this.#tail.subarray(this.#tail.length - length) : null;
  }

  clear(): void {
    this.#older = this.#newer = null;
  }

  #step(bytes: Buffer): void {
    if (!this.#newer || this.#newer.length >= HALF) this.#turnOver();
    this.#bytes = bytes;
    this.#from = this.modes.alternateScreen ? null : 0;
    this.#entered = null;
    this.modes.feed(bytes);
    if (this.#from !== null) this.#keep(bytes.subarray(this.#from));
    // it is the ring's own
    this.#bytes = NOTHING;
    if (!this.modes.alternateScreen) return;
    const last = bytes.length < TAIL ? Buffer.concat([this.#tail, bytes]) : bytes;
    this.#tail = Buffer.from(last.subarray(-TAIL));
  }

  /** The sequence from `start` to `end` is about to change the screen. */
  #turns(alternate: boolean, start: number, end: number): void {
    if (alternate) {
      this.#keep(this.#bytes.subarray(this.#from ?? 0, end));
      this.#from = null;
      this.#entered = end;
    } else if (this.#entered !== null && start - this.#entered < SHORT) this.#from = this.#entered;
    else {
      // What was on the alternate screen is gone; what it has left behind of modes is not, and its last sequence may have begun before.
      this.#keep(this.modes.transition());
      if (start < 0) this.#keep(-start <= this.#tail.length ? this.#tail.subarray(start) : this.modes.leaving());
      this.#from = start < 0 && -start > this.#tail.length ? end : Math.max(start, 0);
    }
  }

  #keep(bytes: Buffer): void {
    const part = this.#newer;
    if (!part) return;
    if (part.length + bytes.length <= PART) part.length += bytes.copy(part.bytes, part.length);
    else {
      this.clear();
      this.#whole = false;
    }
  }

  #turnOver(): void {
    this.#whole &&= !this.#older;
    const bytes = this.#older?.bytes ?? Buffer.allocUnsafeSlow(PART);
    this.#older = this.#newer;
    this.#newer = { modes: this.modes.clone(), bytes, length: 0 };
  }
}
