import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

type Ends = { take?: (chunk: Buffer) => Promise<void> | void; feed?: AsyncIterable<Buffer> };

/** After a program's end no more is waited for its output than this in all, and so long for its input without a byte taken: something that it started may hold them open. */
const PATIENCE = 5000;
const LOOK_EVERY = 200;

/** What a program is fed and what is taken from it, at the pace of the slower one; nothing is kept. */
export class Streams {
  /** what `take` or `feed` threw first */
  failed: Error | null = null;
  readonly #work: Promise<void>[] = [];
  readonly #child: ChildProcess;
  #fedAt = Date.now();
  #feeding = false;
  #reading = false;
  /** a piece is with `take`, which may take its time */
  #taking = false;
  #left = false;

  /** @param giveUp ends the program */
  constructor(
    child: ChildProcess,
    ends: Ends,
    private readonly giveUp: () => void,
  ) {
    this.#child = child;
    if (ends.take) this.#work.push(this.#guard(this.#take(child.stdout!, ends.take)));
    if (ends.feed) this.#work.push(this.#guard(this.#feed(child.stdin!, ends.feed)));
  }

  #guard(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      if (this.#left) return;
      this.failed ??= error instanceof Error ? error : new Error(String(error));
      this.giveUp();
    });
  }

  async #take(stdout: Readable, take: NonNullable<Ends["take"]>): Promise<void> {
    this.#reading = true;
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      if (this.#left) return;
      this.#taking = true;
      await take(chunk);
      this.#taking = false;
    }
    this.#reading = false;
  }

  /** A program that ends early has said why by its status: its closed input is no error here. */
  async #feed(stdin: Writable, feed: AsyncIterable<Buffer>): Promise<void> {
    this.#feeding = true;
    let closed = false;
    stdin.on("error", () => (closed = true));
    stdin.on("close", () => (closed = true));
    for await (const chunk of feed) {
      // Read to its end all the same: who feeds may compare a checksum there.
      // Written to its last byte before the next is asked for: who feeds may use the piece's memory again.
      if (!closed)
        await new Promise<void>((resolve) => {
          const go = () => {
            stdin.off("close", go);
            resolve();
          };
          stdin.once("close", go);
          stdin.write(chunk, go);
        });
      this.#fedAt = Date.now();
      if (this.#left) return;
    }
    if (!closed) stdin.end();
    this.#feeding = false;
  }

  /**
   * To be called at the program's end. Resolves when both have ended, or when only what the program has left behind keeps them open:
   * however it drips, it holds nobody up.
   */
  async drained(): Promise<void> {
    const all = Promise.all(this.#work).then(() => true);
    const began = Date.now();
    let waited = 0;
    while (this.#work.length > 0 && !this.#left) {
      const from = Date.now();
      if (await Promise.race([all, sleep(LOOK_EVERY, false)])) return;
      if (!this.#taking) waited += Date.now() - from;
      const read = !this.#reading || waited > PATIENCE;
      const fed = !this.#feeding || Date.now() - Math.max(this.#fedAt, began) > PATIENCE;
      if (read && fed && !this.#taking) this.leave();
    }
  }

  /** Nothing more is read or fed, whoever is at the other ends. */
  leave(): void {
    this.#left = true;
    this.#child.stdout?.destroy();
    this.#child.stdin?.destroy();
  }
}
