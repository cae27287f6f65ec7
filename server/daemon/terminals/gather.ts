/** Output is gathered until the end of the turn, in a flood for a millisecond, or up to this many bytes. */
const GATHER = 64 * 1024;
/** So many milliseconds without output end a burst. */
const CALM = 2;

/** Decides when what was printed goes out: the first piece at once, as it may be a key's echo; in a flood nobody waits for one. */
export class Gatherer {
  readonly #send: () => void;
  readonly #courtesy: { isFlood(): boolean; cameLate(milliseconds: number): void };
  #waiting = false;
  #burst = 0;
  #lastAt = 0;

  /** @param courtesy knows whether this is a flood that gives way, and is told by how much a turn of a flood came too late */
  constructor(send: () => void, courtesy: { isFlood(): boolean; cameLate(milliseconds: number): void }) {
    this.#send = send;
    this.#courtesy = courtesy;
  }

  /** @param length of what was printed; @param behind bytes that the one who types has not been sent, 0 without anybody */
  printed(length: number, behind: number): void {
    const now = performance.now();
    if (now - this.#lastAt > CALM) this.#burst = 0;
    this.#lastAt = now;
    this.#burst += length;
    if (this.#waiting) {
      if (behind >= GATHER) this.#send();
      return;
    }
    const flood = this.#burst > GATHER || this.#courtesy.isFlood();
    if (!flood) this.#send();
    const turn = () => {
      this.#waiting = false;
      this.#send();
      if (flood) this.#courtesy.cameLate(performance.now() - now - 1);
    };
    this.#waiting = true;
    if (flood) setTimeout(turn, 1);
    else setImmediate(turn);
  }
}
