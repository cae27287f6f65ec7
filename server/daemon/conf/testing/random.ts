/** Numbers that look random and are the same in each run (mulberry32), so that a failure can be repeated. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** 0 to n - 1 */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4294967296) * n);
  }
  pick<T>(from: ArrayLike<T>): T {
    return from[this.below(from.length)]!;
  }
  /** text of up to `max` pieces out of `from` */
  text(from: ArrayLike<string>, max: number): string {
    let out = "";
    for (let n = this.below(max + 1); n > 0; n--) out += this.pick(from);
    return out;
  }
}
