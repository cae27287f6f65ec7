import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { KnastError } from "../../contract/errors.ts";

/** Bytes of one piece: what is read, summed and written at once. */
export const PIECE = 1024 * 1024;
const PIECES = 4;

/** A text of its own and no file, so that knastd stays one bundle; it gets nothing but the shared memory and where to look in it. */
const THREAD = `
const { parentPort, workerData } = require("node:worker_threads");
const hash = require("node:crypto").createHash("sha256");
parentPort.on("message", ({ at, length }) => {
  if (at === null) return parentPort.postMessage(hash.digest("hex"));
  hash.update(Buffer.from(workerData, at, length));
  parentPort.postMessage(at);
});`;

/** A piece of the shared memory, PIECE bytes, which is the borrower's until he gives it back. */
export type Lent = { readonly bytes: Buffer; readonly at: number };

/**
 * The SHA-256 of a stream, made in a thread beside, while who lends its pieces reads and writes. Holds 4 MiB, whatever streams by; what is
 * less than a piece needs no thread. close() it in the end, as the thread keeps the process alive.
 */
export class SumThread {
  readonly #memory = new SharedArrayBuffer(PIECE * PIECES);
  readonly #free: Lent[] = [];
  /** by where they lie: for how many, borrower and thread, a piece is in use */
  readonly #held = new Map<number, { lent: Lent; holds: number }>();
  #worker: Worker | null = null;
  #digest: string | null = null;
  #failed: KnastError | null = null;
  #wake: (() => void)[] = [];

  constructor() {
    for (let i = 0; i < PIECES; i++)
      this.#free.push({ bytes: Buffer.from(this.#memory, i * PIECE, PIECE), at: i * PIECE });
  }

  /** Waits until a piece is free. @throws KnastError internal when the thread died */
  async lend(): Promise<Lent> {
    await this.#until(() => this.#free.length > 0);
    const lent = this.#free.shift()!;
    this.#held.set(lent.at, { lent, holds: 1 });
    return lent;
  }

  /**
   * Sums the first `length` bytes, in the order of the calls, PIECE in all but the last; who lends leaves them as they are until he gives them back.
   */
  sum(lent: Lent, length: number): void {
    if (!this.#worker && length < PIECE) {
      this.#digest = createHash("sha256").update(lent.bytes.subarray(0, length)).digest("hex");
      return;
    }
    this.#held.get(lent.at)!.holds++;
    this.#thread().postMessage({ at: lent.at, length });
  }

  /** The piece may be overwritten as soon as it is summed. */
  giveBack({ at }: Lent): void {
    const held = this.#held.get(at);
    if (!held || --held.holds > 0) return;
    this.#held.delete(at);
    this.#free.push(held.lent);
    this.#wakeAll();
  }

  /** @returns of all that was summed, in hex; nothing may be summed after it; of nothing too. @throws KnastError internal when the thread died */
  async digest(): Promise<string> {
    if (this.#digest !== null) return this.#digest;
    this.#thread().postMessage({ at: null, length: 0 });
    await this.#until(() => this.#digest !== null);
    return this.#digest!;
  }

  async close(): Promise<void> {
    this.#fail(new Error("closed"));
    await this.#worker?.terminate();
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(THREAD, {
      eval: true,
      workerData: this.#memory,
      env: {},
      execArgv: [],
      resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 16 },
    });
    worker.on("message", (said: number | string) => {
      if (typeof said === "number") return this.giveBack(this.#held.get(said)!.lent);
      this.#digest = said;
      this.#wakeAll();
    });
    worker.on("error", (error) => this.#fail(error));
    worker.on("exit", () => this.#fail(new Error("the thread ended")));
    return (this.#worker = worker);
  }

  #fail(cause: unknown): void {
    this.#failed ??= new KnastError("internal", { cause });
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async #until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.#failed) throw this.#failed;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }
}
