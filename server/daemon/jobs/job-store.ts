import { join } from "node:path";
import { z } from "zod";
import { Job, JobEvent } from "../../contract/job.ts";
import { JobId } from "../../contract/names.ts";
import { readLines } from "../host/append-log.ts";
import { listNames, readText, removeFile, writeAtomic } from "../host/disk.ts";

/** How many ended jobs can be asked for. */
const KEEP = 200;

const Stored = z.strictObject({ job: Job, key: z.string().nullable() });
export type Stored = z.infer<typeof Stored>;

/** Jobs as files: STATE/jobs/JOB.json (what job.get answers) and JOB.ndjson (its events). Newest first in `all()`. */
export class JobStore {
  readonly #directory: string;
  readonly #jobs = new Map<string, Stored>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  logPath(job: string): string {
    return join(this.#directory, `${JobId.parse(job)}.ndjson`);
  }

  async load(): Promise<void> {
    const found: Stored[] = [];
    for (const name of (await listNames(this.#directory)) ?? []) {
      const path = join(this.#directory, name);
      if (name.endsWith(".tmp")) await removeFile(path);
      if (!/^[0-9a-f]{32}\.json$/.test(name)) continue;
      const parsed = Stored.safeParse(parseJson((await readText(path).catch(() => null)) ?? ""));
      if (parsed.success) found.push(parsed.data);
      else await removeFile(path);
    }
    found.sort((a, b) => a.job.startedAt.localeCompare(b.job.startedAt));
    for (const one of found) this.#jobs.set(one.job.id, one);
    await this.prune();
  }

  get(id: string): Job | null {
    return this.#jobs.get(id)?.job ?? null;
  }

  /** @returns the job that was begun under this idempotency key (which holds verb and input too) */
  byKey(key: string): Job | null {
    for (const one of this.#jobs.values()) if (one.key === key) return one.job;
    return null;
  }

  all(): Job[] {
    return [...this.#jobs.values()].map((one) => one.job).reverse();
  }

  add(job: Job, key: string | null): void {
    this.#jobs.set(job.id, { job, key });
  }

  /** For a job that never began: its key may be used again. */
  forget(id: string): void {
    this.#jobs.delete(id);
  }

  /** Throws KnastError disk_full; the job stays known in memory then. */
  async save(id: string): Promise<void> {
    const stored = this.#jobs.get(id);
    if (stored) await writeAtomic(join(this.#directory, `${JobId.parse(id)}.json`), JSON.stringify(stored));
  }

  /** Forgets all but the last 200, never one at work. */
  async prune(): Promise<void> {
    const ended = [...this.#jobs.values()].filter((one) => one.job.state !== "running");
    for (const { job } of ended.slice(0, Math.max(0, this.#jobs.size - KEEP))) {
      this.#jobs.delete(job.id);
      await removeFile(this.logPath(job.id));
      await removeFile(join(this.#directory, `${job.id}.json`));
    }
  }

  /** Events of an ended job after number `after`; a log that a full disk cut short still ends with done or failed. */
  async *events(job: Job, after: number): AsyncGenerator<JobEvent> {
    let seq = -1;
    let ended = false;
    for await (const line of readLines(this.logPath(job.id))) {
      const event = JobEvent.safeParse(parseJson(line));
      if (!event.success || event.data.seq <= seq) continue;
      seq = event.data.seq;
      ended = event.data.kind === "done" || event.data.kind === "failed";
      if (seq > after) yield event.data;
    }
    const last = { seq: Math.max(seq, after) + 1, at: job.endedAt ?? job.startedAt };
    if (ended || job.state === "running") return;
    yield job.failure ? { kind: "failed", ...last, failure: job.failure } : { kind: "done", ...last };
  }

  /** @returns the number that the next event in a job's log gets */
  async nextSeq(id: string): Promise<number> {
    let next = 0;
    for await (const line of readLines(this.logPath(id))) {
      const event = JobEvent.safeParse(parseJson(line));
      if (event.success) next = Math.max(next, event.data.seq + 1);
    }
    return next;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
