/** Hands pieces from a writer to one reader; the writer waits until the reader has taken each. */
export class Channel implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  #ended = false;
  #failed: unknown = null;
  #wakeReader: () => void = () => {};
  #wakeWriter: () => void = () => {};

  /** @throws what the reader's side failed with */
  async push(piece: Buffer): Promise<void> {
    if (this.#failed === null && !this.#ended) this.#waiting.push(piece);
    this.#wakeReader();
    while (this.#waiting.length > 4 && this.#failed === null && !this.#ended)
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    if (this.#failed !== null) throw this.#failed;
  }

  /** No more comes. */
  end(): void {
    this.#ended = true;
    this.#wakeReader();
    this.#wakeWriter();
  }

  /** The reader takes no more. */
  close(): void {
    this.end();
  }

  fail(error: unknown): void {
    this.#failed ??= error;
    this.#wakeReader();
    this.#wakeWriter();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#failed !== null) throw this.#failed;
      const piece = this.#waiting.shift();
      this.#wakeWriter();
      if (piece) yield piece;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#wakeReader = resolve));
    }
  }
}
