/** Pixels that a finger may tremble before it swipes. */
const SLACK = 8;
/** Milliseconds in which a swipe that was let go loses two thirds of its speed, and the speed in pixels a millisecond at which it rests. */
const SLOWS = 325;
const RESTS = 0.02;
/** A finger that has rested so long before it left throws nothing. */
const HELD = 60;
/** The fastest throw, pixels a millisecond. */
const FASTEST = 6;

/** Turns a finger's way into lines to scroll; lets what was thrown run out. Knows nothing of the page: places and times come in. */
export class Swipe {
  readonly #line: number;
  readonly #begin: number;
  #y: number;
  #time: number;
  #speed = 0;
  #moved = false;
  #left = 0;

  /** @param line the height of a line in pixels */
  constructor(line: number, y: number, time: number) {
    this.#line = line;
    this.#begin = this.#y = y;
    this.#time = time;
  }

  /** Whether it is a swipe and no tap. */
  get moved(): boolean {
    return this.#moved;
  }

  /** The finger is at `y`. @returns lines to scroll, above 0: towards what was printed last */
  move(y: number, time: number): number {
    if (!this.#moved && Math.abs(y - this.#begin) < SLACK) return 0;
    this.#moved = true;
    const way = this.#y - y;
    const took = Math.max(1, time - this.#time);
    this.#speed = took > HELD ? 0 : 0.4 * this.#speed + 0.6 * (way / took);
    this.#y = y;
    this.#time = time;
    return this.#lines(way);
  }

  /** The finger has left at `time`; afterwards `coast` goes on. */
  release(time: number): void {
    if (!this.#moved || time - this.#time > HELD) this.#speed = 0;
    this.#speed = Math.max(-FASTEST, Math.min(FASTEST, this.#speed));
    this.#time = time;
  }

  /** @returns lines to scroll since the last call, null once it rests */
  coast(time: number): number | null {
    if (Math.abs(this.#speed) < RESTS) return null;
    const fades = Math.exp(-(time - this.#time) / SLOWS);
    const way = this.#speed * SLOWS * (1 - fades);
    this.#speed *= fades;
    this.#time = time;
    return this.#lines(way);
  }

  #lines(way: number): number {
    this.#left += way;
    const lines = Math.trunc(this.#left / this.#line);
    this.#left -= lines * this.#line;
    return lines;
  }
}
