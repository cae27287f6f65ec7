import { sendFile } from "@/components/ui/send-file.ts";
import type { Failure } from "@/server/contract/errors.ts";
import { SHELL_PIECE, type Taken, type Transfer } from "@/server/contract/shell-file.ts";
import type { FileActions } from "./files-context.tsx";

export type Sending = {
  id: number;
  name: string;
  bytes: number;
  sent: number;
  directory: string;
  /** `asking`: the name is taken, and a person says what to do */
  state: "waiting" | "sending" | "asking" | "done" | "failed" | "cancelled";
  /** the name under which it lies there, or why it does not */
  outcome: string | null;
};

/** `taken`: what is done about a name that is taken; `ask` until a person has said it for this one */
type Job = { id: number; file: File; directory: string; taken: Taken; stop: AbortController };
type Options = { fetch?: typeof fetch; pause?: number };

/** Between two questions whether the jail has put it in its place, and how many there are. */
const PAUSE = 500;
const QUESTIONS = 240;
/** Of those that are over, so many are kept to be read. */
const KEPT = 20;

/** The files that a person has dropped on a shell, one after the other. */
export class SendQueue {
  #items: readonly Sending[] = [];
  readonly #jobs: Job[] = [];
  #running = false;
  #number = 0;
  #answer: ((taken: Taken | null) => void) | null = null;
  readonly #listeners = new Set<() => void>();

  constructor(
    private readonly terminal: string,
    private readonly actions: Pick<FileActions, "put" | "cancelPut">,
    private readonly options: Options = {},
  ) {}

  /** A new array whenever something has changed. */
  get items(): readonly Sending[] {
    return this.#items;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Puts files at the end of the line. */
  add(files: readonly File[], directory: string): void {
    for (const file of files) {
      const id = ++this.#number;
      this.#jobs.push({ id, file, directory, taken: "ask", stop: new AbortController() });
      const { name, size } = file;
      const item: Sending = { id, name, bytes: size, sent: 0, directory, state: "waiting", outcome: null };
      this.#set([...this.#items, item]);
    }
    void this.#run();
  }

  /** Something that can't be sent is told in the same list. */
  refuse(name: string, why: string): void {
    const item = { id: ++this.#number, name, bytes: 0, sent: 0, directory: "", outcome: why } as const;
    this.#set([...this.#items, { ...item, state: "failed" }]);
  }

  /** What to do about the name that is taken; null leaves the file out. @param forAll the same for those that wait now */
  answer(taken: Taken | null, forAll: boolean): void {
    if (forAll && taken === null) this.cancelAll();
    // Written into those that are there: one that is dropped later, maybe elsewhere, is asked about anew.
    if (forAll && taken !== null) for (const job of this.#jobs) job.taken = taken;
    this.#answer?.(taken);
  }

  cancel(id: number): void {
    const at = this.#jobs.findIndex((job) => job.id === id);
    if (at < 0) return;
    this.#jobs[at]!.stop.abort();
    if (at > 0 || !this.#running) {
      this.#jobs.splice(at, 1);
      this.#change(id, { state: "cancelled" });
    } else this.#answer?.(null);
  }

  cancelAll(): void {
    for (const { id } of [...this.#jobs].reverse()) this.cancel(id);
  }

  /** Takes those that are over off the list. */
  clear(): void {
    this.#set(this.#items.filter(({ state }) => ["waiting", "sending", "asking"].includes(state)));
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let job = this.#jobs[0]; job; job = this.#jobs[0]) {
      const { id } = job;
      try {
        await this.#send(job);
      } catch (error) {
        if (job.stop.signal.aborted) this.#change(id, { state: "cancelled" });
        else
          this.#change(id, { state: "failed", outcome: error instanceof Error ? error.message : "It was not sent." });
      }
      this.#jobs.shift();
    }
    this.#running = false;
  }

  async #send(job: Job): Promise<void> {
    const { id, file, directory } = job;
    const { signal } = job.stop;
    const fail = ({ message }: Pick<Failure, "message">) => this.#change(id, { state: "failed", outcome: message });
    this.#change(id, { state: "sending" });
    let { taken } = job;
    for (;;) {
      const { size: bytes, name } = file;
      const opened = await this.actions.put({ terminal: this.terminal, directory, file: name, bytes, taken });
      if (opened.ok) {
        const failure = await this.#bytes(id, file, opened.value, signal).catch((error: unknown) => {
          const { transfer } = opened.value;
          if (signal.aborted) void this.actions.cancelPut({ terminal: this.terminal, transfer }).catch(() => {});
          throw error;
        });
        return failure ? fail(failure) : undefined;
      }
      if (opened.failure.code !== "exists" || taken !== "ask") return fail(opened.failure);
      this.#change(id, { state: "asking" });
      const said = await new Promise<Taken | null>((resolve) => (this.#answer = resolve));
      this.#answer = null;
      if (said === null || signal.aborted) return this.#change(id, { state: "cancelled" });
      this.#change(id, { state: "sending" });
      taken = said;
    }
  }

  async #bytes(id: number, file: File, opened: Transfer, signal: AbortSignal): Promise<Failure | null> {
    const url = `/api/shells/${this.terminal}/files/${opened.transfer}`;
    const { fetch: ask = fetch, pause = PAUSE } = this.options;
    const progress = (sent: number) => this.#change(id, { sent });
    const begun = { upload: opened.transfer, bytes: opened.bytes, received: opened.received };
    const sent = await sendFile(file, begun, { ...this.options, signal, progress, url, most: SHELL_PIECE });
    if (sent) return sent;
    let { name } = opened;
    for (let asked = 0; name === null && asked < QUESTIONS; asked++) {
      signal.throwIfAborted();
      const response = await ask(url, { signal });
      const answer = (await response.json()) as Transfer | Failure;
      if ("code" in answer) return answer;
      ({ name } = answer);
      if (name === null) await new Promise((resolve) => setTimeout(resolve, pause));
    }
    if (name === null) throw new Error("The jail did not put it in its place.");
    this.#change(id, { state: "done", outcome: name, sent: file.size });
    return null;
  }

  #change(id: number, change: Partial<Sending>): void {
    this.#set(this.#items.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }

  #set(items: readonly Sending[]): void {
    const over = items.filter(({ state }) => ["done", "failed", "cancelled"].includes(state));
    const old = new Set(over.slice(0, Math.max(0, over.length - KEPT)));
    this.#items = old.size > 0 ? items.filter((item) => !old.has(item)) : items;
    for (const listener of this.#listeners) listener();
  }
}
