/**
 * Bytes from somebody who brings them now and then, for a program that reads at its own pace (`feed` of host/run.ts): one piece waits
 * at most, and the next is taken when the program has read it.
 */
export class Feed implements AsyncIterable<Buffer> {
  #slot: Buffer | null = null;
  #over = false;
  #changed: () => void = () => {};
  #change = this.#next();

  #next(): Promise<void> {
    return new Promise((resolve) => (this.#changed = resolve));
  }

  #tell(): void {
    const changed = this.#changed;
    this.#change = this.#next();
    changed();
  }

  get over(): boolean {
    return this.#over;
  }

  /** @returns whether it was taken before `until` (performance.now()) */
  async put(piece: Buffer, until: number): Promise<boolean> {
    while (this.#slot !== null && !this.#over) {
      const left = until - performance.now();
      if (left <= 0) return false;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.#change, new Promise<void>((resolve) => (timer = setTimeout(resolve, left)))]);
      clearTimeout(timer);
    }
    if (this.#over) return false;
    this.#slot = piece;
    this.#tell();
    return true;
  }

  /** Nothing more comes; what waits is still read. */
  end(): void {
    this.#over = true;
    this.#tell();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const piece = this.#slot;
      if (piece) {
        this.#slot = null;
        this.#tell();
        yield piece;
      } else if (this.#over) return;
      else await this.#change;
    }
  }
}
