import { z } from "zod";
import { Schedule } from "../../contract/schedule.ts";
import { readText, writeAtomic } from "../host/disk.ts";
import type { Log } from "../log.ts";
import { latestSlot } from "./slot.ts";

/** What is done when it is due; `key` says to what (a jail's name, "" when there is only one). It begins a job and returns. */
export type Scheduled = (key: string) => Promise<unknown>;

export type Clock = { now(): Date; every(ms: number, tick: () => void): () => void };

const Entry = z.strictObject({
  kind: z.string().max(64),
  key: z.string().max(255),
  schedule: Schedule,
  /** no slot before this is made up for */
  since: z.string(),
  /** the slot that ran, or was let go, last */
  last: z.string().nullable(),
});
type Entry = z.infer<typeof Entry>;

/** Who runs what is due by itself. */
export const SCHEDULE_ACTOR = "schedule";
/** A slot that knastd was not there for is made up for within this; later it waits for the next one. */
const GRACE = 6 * 60 * 60 * 1000;
/** Clocks jump and machines sleep: what is due is asked anew this often instead of being reckoned once. */
const TICK = 20_000;
/** A last run in the future says that the clock was wrong then. */
const SLACK = 24 * 60 * 60 * 1000;

const systemClock: Clock = {
  now: () => new Date(),
  every: (ms, tick) => {
    const timer = setInterval(tick, ms);
    timer.unref();
    return () => clearInterval(timer);
  },
};

/** What happens by itself at a time of the day: kept in STATE/schedule.json, one timer, each slot at most once. */
export class Scheduler {
  readonly #kinds = new Map<string, Scheduled>();
  #entries: Entry[] = [];
  #work: Promise<unknown> = Promise.resolve();
  #stop = () => {};

  constructor(
    private readonly path: string,
    private readonly log: Pick<Log, "info" | "error">,
    private readonly clock: Clock = systemClock,
  ) {}

  /** Says what a kind does; before start(). */
  register(kind: string, run: Scheduled): void {
    this.#kinds.set(kind, run);
  }

  /** Reads the file, makes up for what is due, and goes on. A file that can't be read is left alone and nothing is scheduled. */
  async start(): Promise<void> {
    try {
      const text = await readText(this.path);
      this.#entries = text === null ? [] : z.array(Entry).parse(JSON.parse(text));
    } catch (error) {
      this.log.error("schedule not read", error, { path: this.path });
    }
    this.#stop = this.clock.every(TICK, () => void this.tick());
    await this.tick();
  }

  stop(): void {
    this.#stop();
  }

  /** @returns when something is due, null when it is not scheduled */
  get(kind: string, key = ""): Schedule | null {
    return this.#entries.find((one) => one.kind === kind && one.key === key)?.schedule ?? null;
  }

  /** @returns the keys of a kind and their schedules */
  list(kind: string): { key: string; schedule: Schedule }[] {
    return this.#entries.filter((one) => one.kind === kind).map(({ key, schedule }) => ({ key, schedule }));
  }

  /** Sets or, with null, removes a schedule; the slots before now do not count. Throws KnastError disk_full, internal. */
  set(kind: string, key: string, schedule: Schedule | null): Promise<void> {
    return this.#one(async () => {
      const others = this.#entries.filter((one) => one.kind !== kind || one.key !== key);
      const since = this.clock.now().toISOString();
      const entries = schedule === null ? others : [...others, { kind, key, schedule, since, last: null }];
      await this.#save(entries);
      this.#entries = entries;
    });
  }

  /** Begins what is due. The slot is noted on disk first: killed in between, it is not begun twice. */
  tick(): Promise<void> {
    return this.#one(async () => {
      const now = this.clock.now();
      for (const entry of this.#entries) await this.#look(entry, now);
    });
  }

  async #look(entry: Entry, now: Date): Promise<void> {
    const { kind, key } = entry;
    if (entry.last !== null && Date.parse(entry.last) > now.getTime() + SLACK) entry.last = now.toISOString();
    const slot = latestSlot(entry.schedule, now);
    if (slot.getTime() <= Math.max(Date.parse(entry.since), Date.parse(entry.last ?? entry.since))) return;
    const before = entry.last;
    entry.last = slot.toISOString();
    try {
      await this.#save(this.#entries);
    } catch (error) {
      entry.last = before; // tried again as long as it is not too late
      return this.log.error("schedule not noted", error, { kind, key });
    }
    const run = this.#kinds.get(kind);
    const late = now.getTime() - slot.getTime() > GRACE;
    if (!run || late) return this.log.info("schedule missed", { kind, key, slot: entry.last });
    this.log.info("schedule", { kind, key, slot: entry.last });
    await run(key).catch((error: unknown) => this.log.error("schedule failed", error, { kind, key }));
  }

  #save(entries: Entry[]): Promise<void> {
    return writeAtomic(this.path, `${JSON.stringify(entries, null, 2)}\n`);
  }

  #one<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#work.then(work, work);
    this.#work = result.catch(() => {});
    return result;
  }
}
