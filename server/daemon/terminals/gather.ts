/** Output is gathered until the end of the turn, in a flood for a millisecond, or up to this many bytes. */
const GATHER = 64 * 1024;
/** So many milliseconds without output end a burst. */
const CALM = 2;

/** Decides when what was printed goes out: the first piece at once, as it may be a key's echo; in a flood nobody waits for one. */
export class Gatherer {
  readonly #send: () => void;
  readonly #late: (milliseconds: number) => void;
  #waiting = false;
  #burst = 0;
  #lastAt = 0;

  /** @param late is told by how much a turn of a flood came too late */
  constructor(send: () => void, late: (milliseconds: number) => void) {
    this.#send = send;
    this.#late = late;
  }

  /**
   * @param length of what was printed
   * @param behind bytes that the one who types has not been sent, 0 without anybody
   * @param known whether this is known to be a flood
   */
  printed(length: number, behind: number, known: boolean): void {
    const now = performance.now();
    if (now - this.#lastAt > CALM) this.#burst = 0;
    this.#lastAt = now;
    this.#burst += length;
    if (this.#waiting) {
      if (behind >= GATHER) this.#send();
      return;
    }
    const flood = known || this.#burst > GATHER;
    if (!flood) this.#send();
    const turn = () => {
      this.#waiting = false;
      this.#send();
      if (flood) this.#late(performance.now() - now - 1);
    };
    this.#waiting = true;
    if (flood) setTimeout(turn, 1);
    else setImmediate(turn);
  }
}
