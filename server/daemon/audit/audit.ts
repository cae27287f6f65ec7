import { cut } from "../../chain/line.ts";
import { KnastError } from "../../contract/errors.ts";
import { ChainWriter, type Unchained } from "../host/chain-writer.ts";
import type { Log } from "../log.ts";
import { Allowance } from "./allowance.ts";

/** A record before it has its time, its number and its place in the chain; texts may be too long. */
export type Entry = Omit<Unchained, "at">;

/** Records that wait in memory while the disk takes none; what comes then is counted. */
const WAITING_MAX = 1000;
/** Records of one write and one fsync(2). */
const TOGETHER = 200;
const AGAIN_AFTER = 5000;
/** What the daemon says of the trail itself. */
const OWN = { origin: "knastd", who: "root", source: "-", requestId: "-" } as const;

/** `now`: it is written at once or not at all. */
type Waiting = { record: Unchained; now: boolean; told: (written: boolean) => void };

/**
 * The audit trail of the host. It never fails and stops nobody from doing anything: a record that the disk does not take waits,
 * beyond a thousand it is counted, and how many were lost is a record itself. Only what leaves the host waits for its record.
 */
export class Audit {
  #writer: ChainWriter | null = null;
  #waiting: Waiting[] = [];
  #lost = 0;
  #working: Promise<void> | null = null;
  #again: NodeJS.Timeout | null = null;
  #failing = false;
  /** nobody has to record something first */
  #trying = false;
  /** what was refused or went wrong, and what knast-web says: neither may fill the disk */
  readonly allowance = new Allowance(50, 2000);

  /** @param directory where the files are; its own mode and owner are the caller's affair */
  constructor(
    readonly directory: string,
    private readonly log: Log,
    private readonly options: { fileMax?: number; waitingMax?: number; now?: () => Date } = {},
  ) {}

  /** Opens the chain and mends its end; what was found is a record. */
  async open(): Promise<void> {
    await this.#open().catch((error: unknown) => this.#fail(error));
    if (this.#writer) await this.#work();
  }

  /** @returns when the record is on the disk, or as soon as it is known that it can't be now */
  async record(entry: Entry): Promise<void> {
    if (entry.origin === "knastd") this.#log(entry);
    const vain = entry.origin === "knastd" && (entry.result === "failed" || entry.result === "refused");
    if (this.#isFull || (vain && !this.allowance.take(1))) this.#lost++;
    else await this.#add(entry, false);
  }

  /** Records what is done only when it is on record. @throws KnastError disk_full; nothing of it is written later either */
  async recordFirst(entry: Entry): Promise<void> {
    if (this.#isFull || !(await this.#add(entry, true)))
      throw new KnastError("disk_full", { message: "This can't be put on record now, so it is not handed out." });
    this.#log(entry);
  }

  get #isFull(): boolean {
    return this.#waiting.length >= (this.options.waitingMax ?? WAITING_MAX);
  }

  #log(entry: Entry): void {
    const { what: verb, who: actor, jail = null, job, result, code, requestId: request } = entry;
    this.log.audit({ verb, actor, jail, job, request, result, code });
  }

  #add(entry: Entry, now: boolean): Promise<boolean> {
    return new Promise((told) => {
      this.#waiting.push({ record: this.#dated(entry), now, told });
      void this.#work();
    });
  }

  /** Waits until all that was recorded has been written or could not be; then nothing more is. */
  async close(): Promise<void> {
    await this.#work();
    if (this.#again) clearTimeout(this.#again);
    await this.#writer?.close();
    this.#writer = null;
  }

  #dated(entry: Entry): Unchained {
    const short = Object.entries(entry).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, typeof value === "string" ? cut(value) : value]],
    );
    return { at: (this.options.now?.() ?? new Date()).toISOString(), ...Object.fromEntries(short) } as Unchained;
  }

  /** One at a time: whatever comes while a write is at work goes into the next one. */
  #work(): Promise<void> {
    if (this.#isDone()) return Promise.resolve();
    this.#working ??= this.#writeAll();
    return this.#working;
  }

  #isDone(): boolean {
    return this.#waiting.length === 0 && (this.#lost === 0 || (this.#failing && !this.#trying));
  }

  async #writeAll(): Promise<void> {
    try {
      while (!this.#isDone()) await this.#writeSome();
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#working = null;
    }
  }

  async #writeSome(): Promise<void> {
    const writer = this.#writer ?? (await this.#open());
    const batch = this.#waiting.slice(0, TOGETHER);
    const lost = batch.length === this.#waiting.length ? this.#lost : 0;
    const records = batch.map(({ record }) => record);
    if (lost > 0) records.push(this.#dated({ ...OWN, what: "audit.lost", count: lost, result: "failed" }));
    await writer.append(records);
    this.#waiting.splice(0, batch.length);
    this.#lost -= lost;
    for (const { told } of batch) told(true);
    if (this.#failing) this.log.info("audit written again", { lost });
    this.#failing = false;
  }

  async #open(): Promise<ChainWriter> {
    const { writer, found } = await ChainWriter.open(this.directory, this.options.fileMax);
    this.#writer = writer;
    const findings = found.map(({ what, count }) => this.#dated({ ...OWN, what, count, result: "failed" }));
    this.#waiting.unshift(...findings.map((record) => ({ record, now: false, told: () => {} })));
    return writer;
  }

  #fail(error: unknown): void {
    if (!this.#failing) this.log.error("audit not written", error);
    this.#failing = true;
    for (const one of this.#waiting) one.told(false);
    this.#waiting = this.#waiting.filter(({ now }) => !now);
    this.#again ??= setTimeout(() => {
      this.#again = null;
      void this.#retry();
    }, AGAIN_AFTER).unref();
  }

  async #retry(): Promise<void> {
    this.#trying = true;
    await this.#work();
    this.#trying = false;
  }
}
