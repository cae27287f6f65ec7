/** Who has typed within so many milliseconds may be waiting for what his keys do. */
const ATTENTIVE = 1000;
/** A turn that comes later than so many milliseconds says that there is more to do than processors for it. */
const LATE = 2;
/** A flood rests so many times as long as its turn was late, and so many milliseconds at most. */
const TIMES = 8;
const LONGEST = 100;

/**
 * Lets a flood give way to who types in another shell. What prints without end takes processors from everybody, also
 * those that a key's way goes over; while its pty is not read it sleeps. On a machine that keeps up nothing ever rests.
 */
export class Courtesy {
  #latest = { shell: "", at: -Infinity };
  /** when somebody typed in another shell than the latest one */
  #other = -Infinity;

  /** Somebody types in this shell. */
  typed(shell: string): void {
    if (shell !== this.#latest.shell) this.#other = this.#latest.at;
    this.#latest = { shell, at: performance.now() };
  }

  /**
   * @param shell one that prints without end
   * @param late milliseconds by which its turn to be sent came too late
   * @returns milliseconds for which it is not to be read
   */
  restOf(shell: string, late: number): number {
    const typed = this.#latest.shell === shell ? this.#other : this.#latest.at;
    if (late < LATE || performance.now() - typed > ATTENTIVE) return 0;
    return Math.min(late * TIMES, LONGEST);
  }
}
