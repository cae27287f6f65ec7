import { ModeTracker } from "./modes.ts";

/** What is kept of the normal screen is two halves of at most so many bytes; the older one goes when the newer one is full. */
const HALF = 32 * 1024;
/** Then the state is looked at in steps of so many bytes. */
const STEP = 8 * 1024;

/** A part of a stream, and the state at its beginning. */
type Part = { modes: ModeTracker; bytes: Buffer; length: number };

/**
 * What has left the ring: the state at the ring's start, and the end of what was printed on the normal screen, which comes back when a
 * full-screen program ends that has filled the ring long since.
 */
export class Past {
  /** at the ring's start */
  readonly modes = new ModeTracker();
  #older: Part | null = null;
  #newer: Part | null = null;
  /** nothing of the normal screen has been forgotten */
  #whole = true;

  /** Takes what comes next in the stream. */
  add(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += STEP) this.#step(bytes.subarray(at, at + STEP));
  }

  /**
   * @returns bytes after which a terminal has the normal screen as it was and shows the alternate one, its state at their beginning, and
   *   whether nothing came before them; null where the ring starts on the normal screen
   */
  below(): { modes: ModeTracker; bytes: Buffer; whole: boolean } | null {
    const parts = [this.#older, this.#newer].filter((part) => part !== null);
    if (parts.length === 0 || !this.modes.alternateScreen) return null;
    const bytes = Buffer.concat(parts.map((part) => part.bytes.subarray(0, part.length)));
    return { modes: parts[0]!.modes.clone(), bytes, whole: this.#whole };
  }

  clear(): void {
    this.#older = this.#newer = null;
  }

  #step(bytes: Buffer): void {
    if (this.modes.alternateScreen) return this.#above(bytes);
    this.#keep(bytes, this.modes);
    this.modes.feed(bytes);
  }

  /** Nothing is kept of the alternate screen but how it is left, in a piece that begins between two sequences. */
  #above(bytes: Buffer): void {
    let at = 0;
    const before = this.modes.clone();
    while (at < bytes.length && !this.modes.atRest) this.modes.feed(bytes.subarray(at, ++at));
    const rest = bytes.subarray(at);
    if (!this.modes.alternateScreen) {
      this.#keep(Buffer.concat([before.transition(), before.leaving(), rest]), before);
      this.modes.feed(rest);
      return;
    }
    const between = at > 0 ? this.modes.clone() : before;
    this.modes.feed(rest);
    if (!this.modes.alternateScreen) this.#keep(Buffer.concat([between.transition(), rest]), between);
  }

  #keep(bytes: Buffer, modes: ModeTracker): void {
    if (!this.#newer || this.#newer.length + bytes.length > HALF) {
      this.#whole &&= !this.#older;
      const free = this.#older?.bytes ?? Buffer.allocUnsafeSlow(HALF);
      this.#older = this.#newer;
      this.#newer = { modes: modes.clone(), bytes: free, length: 0 };
    }
    this.#newer.length += bytes.copy(this.#newer.bytes, this.#newer.length);
  }
}
