import { KnastError, type Failure } from "../../contract/errors.ts";
import type { Job, JobEvent } from "../../contract/job.ts";
import { AppendLog } from "../host/append-log.ts";
import { cleanText } from "../host/lines.ts";

type Unnumbered<E> = E extends JobEvent ? Omit<E, "seq" | "at"> : never;

/** Lines of output that a job may leave; the rest is counted and left out. */
const MAX_OUTPUT = 5000;
const PROGRESS_EVERY = 250;

/** A job at work: its events in memory for followers and on disk for later. */
export class LiveJob {
  readonly job: Job;
  readonly events: JobEvent[] = [];
  ended = false;
  /** aborted by job.cancel */
  readonly cancelled = new AbortController();
  readonly #log: AppendLog;
  readonly #wake = new Set<() => void>();
  #output = 0;
  #leftOut = 0;
  #progressAt = 0;

  /** @param firstSeq number of its next event: 0, or where an interrupted job's log goes on */
  constructor(
    job: Job,
    path: string,
    private readonly firstSeq = 0,
  ) {
    this.job = job;
    this.#log = new AppendLog(path);
  }

  /** What others are told: at work until its locks are released, or who asks again at once would be told that it is busy. */
  get told(): Job {
    return { ...this.job, state: "running", endedAt: null, failure: null };
  }

  #emit(event: Unnumbered<JobEvent>): void {
    const seq = this.firstSeq + this.events.length;
    const whole = { ...event, seq, at: new Date().toISOString() } as JobEvent;
    this.events.push(whole);
    this.#log.write(JSON.stringify(whole));
    for (const wake of this.#wake) wake();
    this.#wake.clear();
  }

  step(index: number, title: string, command: string | null): void {
    this.#emit({ kind: "step", index, title, command });
  }

  output(line: string): void {
    if (++this.#output > MAX_OUTPUT) this.#leftOut++;
    else this.#emit({ kind: "output", text: cleanText(line, 2000) });
  }

  progress(done: number, total: number | null, unit: "bytes" | "files"): void {
    const now = Date.now();
    if (now - this.#progressAt < PROGRESS_EVERY && done !== total) return;
    this.#progressAt = now;
    this.#emit({ kind: "progress", done, total, unit });
  }

  end(failure: Failure | null): void {
    if (this.#leftOut > 0) this.#emit({ kind: "output", text: `(${this.#leftOut} more lines are left out)` });
    this.ended = true;
    this.#emit(failure ? { kind: "failed", failure } : { kind: "done" });
    this.#log.close();
  }

  /** Events after number `after`, those to come too; ends after the job's last one, or when `signal` is aborted. */
  async *follow(after: number, signal: AbortSignal): AsyncGenerator<JobEvent> {
    let next = Math.max(0, after + 1 - this.firstSeq);
    for (;;) {
      while (next < this.events.length) yield this.events[next++]!;
      if (this.ended || signal.aborted) return;
      await new Promise<void>((resolve) => {
        const wake = () => {
          signal.removeEventListener("abort", wake);
          this.#wake.delete(wake);
          resolve();
        };
        this.#wake.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      });
    }
  }
}

/** @returns what the person is told; anything that is no KnastError becomes "internal" */
export function failureOf(error: unknown): Failure {
  return (error instanceof KnastError ? error : new KnastError("internal", { cause: error })).toFailure();
}
