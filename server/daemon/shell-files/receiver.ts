import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { Taken, Transfer } from "../../contract/shell-file.ts";
import type { Daemon } from "../daemon.ts";
import { LineSplitter } from "../host/lines.ts";
import { Feed } from "./feed.ts";
import { nthName, partsOf } from "./names.ts";
import { parseFree } from "./place.ts";
import { PUT_SCRIPT } from "./scripts.ts";
import { inJail, type Inside } from "./stand.ts";

export type Wanted = { directory: string; file: string; bytes: number; taken: Taken };

/** The program in the jail has so long to begin, to take what lies before it, and to put the file in its place. */
const BEGIN = 15_000;
const PATIENCE = 10_000;
const FINISH = 5000;
/** Longer than anybody sends a file; what nobody goes on with ends by itself long before. */
const LONGEST = 7 * 24 * 3600_000;
/** What is given up is told so by its closed input; then by a signal. */
const SIGNAL_AFTER = 3000;
const SLICE = 64 * 1024;
/** The script says three lines; a jail's own program in its place could go on for days. */
const MOST_SAID = 16 * 1024;

/** What the script says when it can't, in words for the person. */
const REFUSALS: Record<string, () => KnastError> = {
  place: () => new KnastError("not_found", { message: "This directory is not there any more, or may not be entered." }),
  free: () => new KnastError("exists", { message: "There is a file of this name already." }),
  directory: () => new KnastError("exists", { message: "A directory has this name." }),
  write: () => new KnastError("forbidden", { message: "The shell's account may not write in this directory." }),
  room: () => new KnastError("disk_full", { message: "The jail's disk took no more of it. Nothing of it was kept." }),
  name: () => new KnastError("exists", { message: "A hundred files have this name already." }),
};

/** A file on its way into a jail: the program there that takes it, and how far it has come. */
export class Receiver {
  readonly id = randomBytes(16).toString("hex");
  #received = 0;
  #name: string | null = null;
  #failed: KnastError | null = null;
  #busy = false;
  #ready = false;
  #over = false;
  #lastByteAt = performance.now();
  #endedAt: number | null = null;
  #free = Infinity;
  readonly #feed = new Feed();
  readonly #abort = new AbortController();
  readonly #wanted: Wanted;
  #changed: () => void = () => {};
  /** resolves when the program in the jail has ended */
  done: Promise<void> = Promise.resolve();

  private constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  /** Has the jail begin. @throws KnastError not_found, exists, forbidden, disk_full, timed_out */
  static async open({ run }: Pick<Daemon, "run">, inside: Inside, wanted: Wanted): Promise<Receiver> {
    const one = new Receiver(wanted);
    const { directory, file, bytes, taken } = wanted;
    const part = `.knast-${one.id}.part`;
    const args = [directory, file, String(bytes), taken, part, ...partsOf(file)];
    const lines = new LineSplitter((line) => one.#heard(line));
    let said = 0;
    one.done = run("jexec", inJail(inside, PUT_SCRIPT, args), {
      feed: one.#feed,
      take: (chunk) => {
        if ((said += chunk.length) > MOST_SAID)
          throw new KnastError("cancelled", { message: "What took the file in the jail says too much." });
        lines.push(chunk);
      },
      signal: one.#abort.signal,
      deadline: LONGEST,
      cap: 1024,
    }).then(
      () => one.#ended(null),
      (error: unknown) => one.#ended(error),
    );
    await one.#until(() => one.#ready, BEGIN);
    if (!one.#ready) one.cut(new KnastError("timed_out", { message: "Nothing in the jail takes the file." }));
    else if (one.#free < bytes)
      one.cut(new KnastError("disk_full", { message: "The jail's disk has no room for it." }));
    else if (one.#failed) one.cut(one.#failed); // it may say so and stay
    one.#check();
    if (bytes === 0) await one.#finish();
    return one;
  }

  /** When nothing more comes of it: whole, or not. */
  get over(): boolean {
    return this.#over;
  }

  get endedAt(): number | null {
    return this.#endedAt;
  }

  get lastByteAt(): number {
    return this.#lastByteAt;
  }

  get bytes(): number {
    return this.#received;
  }

  /** why nothing came of it */
  get failed(): KnastError | null {
    return this.#failed;
  }

  /** @throws KnastError: why it has failed */
  state(): Transfer {
    this.#check();
    return { transfer: this.id, bytes: this.#wanted.bytes, received: this.#received, name: this.#name };
  }

  /**
   * Gives the jail what comes next; it may take less than all.
   * @throws KnastError busy, invalid (another offset), too_large, timed_out when it takes nothing, and why it has failed
   */
  async piece(offset: number, piece: Buffer): Promise<Transfer> {
    this.#check();
    if (this.#busy) throw new KnastError("busy", { message: "A piece of this file is on its way already." });
    if (offset !== this.#received) {
      const message = `${this.#received} bytes have arrived: go on from there.`;
      throw new KnastError("invalid", { message, problems: [{ field: "offset", code: "invalid", message }] });
    }
    if (offset + piece.length > this.#wanted.bytes) throw new KnastError("too_large");
    this.#busy = true;
    try {
      const until = performance.now() + PATIENCE;
      for (let at = 0; at < piece.length; at += SLICE) {
        const slice = piece.subarray(at, at + SLICE);
        if (!(await this.#feed.put(slice, until))) break;
        this.#received += slice.length;
        this.#lastByteAt = performance.now();
      }
      this.#check();
      if (this.#received === offset && piece.length > 0)
        this.cut(new KnastError("timed_out", { message: "The jail takes nothing more of the file." }));
      if (this.#received === this.#wanted.bytes) await this.#finish();
      return this.state();
    } finally {
      this.#busy = false;
    }
  }

  /** Gives it up, with the reason that is told from now on; nothing of it stays in the jail. */
  cut(reason: KnastError): void {
    if (this.#over) return;
    this.#failed ??= reason;
    this.#feed.end();
    const timer = setTimeout(() => this.#abort.abort(), SIGNAL_AFTER);
    timer.unref();
    this.#changed();
  }

  async #finish(): Promise<void> {
    this.#feed.end();
    await this.#until(() => this.#over, FINISH);
  }

  #check(): void {
    if (this.#failed) throw this.#failed;
  }

  /** It is the jail that speaks: what it says decides about this file and nothing else. */
  #heard(line: string): void {
    const [word, more] = [line.split(" ", 1)[0]!, line.slice(line.indexOf(" ") + 1)];
    if (line === "ready") this.#ready = true;
    else if (word === "df") this.#free = parseFree(more) ?? Infinity;
    else if (word === "done" && this.#received === this.#wanted.bytes && /^[1-9][0-9]?$/.test(more))
      this.#name = nthName(this.#wanted.file, Number(more));
    else if (word === "no") {
      this.#failed ??= REFUSALS[more]?.() ?? new KnastError("cancelled", { message: "The file was given up." });
      this.#feed.end();
    }
    this.#changed();
  }

  #ended(error: unknown): void {
    this.#over = true;
    this.#endedAt = performance.now();
    this.#feed.end();
    if (this.#name === null)
      this.#failed ??=
        error instanceof KnastError
          ? error
          : new KnastError("cancelled", { message: "What took the file in the jail was ended.", cause: error });
    this.#changed();
  }

  /** Waits for something, for the end, or for so many milliseconds. */
  async #until(condition: () => boolean, milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (!condition() && !this.#over && !this.#failed && performance.now() < until)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, until - performance.now());
        this.#changed = () => {
          clearTimeout(timer);
          resolve();
        };
      });
  }
}
