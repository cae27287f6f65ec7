import { KnastError } from "../../contract/errors.ts";
import { SHELL_FILES_MAX, SHELL_FILES_PER_PERSON, type Transfer } from "../../contract/shell-file.ts";
import type { Daemon } from "../daemon.ts";
import { Receiver, type Wanted } from "./receiver.ts";
import { foregroundOf } from "./stand.ts";

type Host = Pick<Daemon, "run" | "terminals" | "view" | "log">;
type Entry = { terminal: string; jail: string; actor: string; file: Receiver };

const EVERY = 1000;
/** Nobody goes on with it; and how it ended is told for so long. */
const IDLE = 180_000;
const TOLD_FOR = 60_000;

/** All files on their way into jails and out of them: who has how many, and when they are given up. */
export class ShellFiles {
  readonly #host: () => Host;
  readonly #entries = new Map<string, Entry>();
  readonly #places = new Map<string, number>();
  #total = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: () => Host) {
    this.#host = host;
  }

  /** A place among the files at once. @returns what gives it back; throws KnastError too_many */
  take(actor: string): () => void {
    const his = this.#places.get(actor) ?? 0;
    if (his >= SHELL_FILES_PER_PERSON || this.#total >= SHELL_FILES_MAX)
      throw new KnastError("too_many", { message: "Too many files are on their way at once. Wait for one of them." });
    this.#places.set(actor, his + 1);
    this.#total++;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#total--;
      const left = this.#places.get(actor)! - 1;
      if (left > 0) this.#places.set(actor, left);
      else this.#places.delete(actor);
    };
  }

  /** shell.put. @throws KnastError too_many and what Receiver.open() throws */
  async open(actor: string, { terminal, ...wanted }: Wanted & { terminal: string }): Promise<Transfer> {
    const host = this.#host();
    const leave = this.take(actor);
    try {
      const front = await foregroundOf(host, terminal);
      const file = await Receiver.open(host, front, wanted);
      const entry = { terminal, jail: front.jail.name, actor, file };
      this.#entries.set(file.id, entry);
      void file.done.finally(() => {
        leave();
        const result = file.failed?.code ?? "ok";
        host.log.audit({ verb: "shell.file-in", actor, jail: front.jail.name, terminal, bytes: file.bytes, result });
      });
      this.#timer ??= setInterval(() => this.#sweep(), EVERY).unref();
      return file.state();
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** @throws KnastError not_found */
  #find({ terminal, transfer }: { terminal: string; transfer: string }): Receiver {
    const entry = this.#entries.get(transfer);
    if (entry?.terminal !== terminal) throw new KnastError("not_found");
    return entry.file;
  }

  state(ref: { terminal: string; transfer: string }): Transfer {
    return this.#find(ref).state();
  }

  piece(ref: { terminal: string; transfer: string; offset: number }, piece: Buffer): Promise<Transfer> {
    return this.#find(ref).piece(ref.offset, piece);
  }

  cancel(ref: { terminal: string; transfer: string }): void {
    this.#find(ref).cut(new KnastError("cancelled", { message: "The file was given up." }));
  }

  /** Gives all up and waits a moment for the jails to have removed them. */
  async shutdown(): Promise<void> {
    clearInterval(this.#timer);
    const all = [...this.#entries.values()].filter(({ file }) => !file.over);
    for (const { file } of all) file.cut(new KnastError("cancelled", { message: "The daemon was stopped." }));
    await Promise.race([
      Promise.all(all.map(({ file }) => file.done)),
      new Promise((resolve) => setTimeout(resolve, 2000).unref()),
    ]);
  }

  #sweep(): void {
    const now = performance.now();
    const { terminals } = this.#host();
    for (const [id, { terminal, file }] of this.#entries) {
      if (file.endedAt !== null) {
        if (now - file.endedAt > TOLD_FOR) this.#entries.delete(id);
      } else if (!terminals.find(terminal)?.alive)
        file.cut(new KnastError("cancelled", { message: "The shell has ended." }));
      else if (now - file.lastByteAt > IDLE)
        file.cut(new KnastError("timed_out", { message: "Nobody went on with this file." }));
    }
    if (this.#entries.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
