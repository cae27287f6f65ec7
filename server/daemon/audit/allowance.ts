/** So many a second, and so many at once after a quiet time. */
export class Allowance {
  #left: number;
  #at = Date.now();

  constructor(
    private readonly perSecond: number,
    private readonly most: number,
  ) {
    this.#left = most;
  }

  /** @returns whether `many` more are allowed, and counts them */
  take(many: number, now = Date.now()): boolean {
    const passed = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#left = Math.min(this.most, this.#left + passed * this.perSecond);
    if (this.#left < many) return false;
    this.#left -= many;
    return true;
  }
}
