import type { ChildProcess } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

type Ends = { take?: (chunk: Buffer) => Promise<void> | void; feed?: AsyncIterable<Buffer> };

/** After a program's end its output is read on for this long without a byte: something that it started may hold it open. */
const QUIET_END = 5000;

/** What a program is fed and what is taken from it, at the pace of the slower one; nothing is kept. */
export class Streams {
  /** what `take` or `feed` threw first */
  failed: Error | null = null;
  readonly #work: Promise<void>[] = [];
  #last = Date.now();

  /** @param giveUp ends the program */
  constructor(
    child: ChildProcess,
    ends: Ends,
    private readonly giveUp: () => void,
  ) {
    if (child.pid === undefined) return;
    if (ends.take) this.#work.push(this.#guard(this.#take(child.stdout!, ends.take)));
    if (ends.feed) this.#work.push(this.#guard(this.#feed(child.stdin!, ends.feed)));
  }

  #guard(work: Promise<void>): Promise<void> {
    return work.catch((error: unknown) => {
      this.failed ??= error instanceof Error ? error : new Error(String(error));
      this.giveUp();
    });
  }

  async #take(stdout: Readable, take: NonNullable<Ends["take"]>): Promise<void> {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      this.#last = Date.now();
      await take(chunk);
    }
  }

  /** A program that ends early has said why by its status: its closed input is no error here. */
  async #feed(stdin: Writable, feed: AsyncIterable<Buffer>): Promise<void> {
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
      this.#last = Date.now();
    }
    if (!closed) stdin.end();
  }

  /** Resolves when both have ended, or when after the program's end nothing moves any more. */
  async drained(): Promise<void> {
    const all = Promise.all(this.#work).then(() => true);
    const began = Date.now();
    while (this.#work.length > 0) {
      const done = await Promise.race([all, sleep(200, false)]);
      if (done || Date.now() - Math.max(this.#last, began) > QUIET_END) return;
    }
  }
}
