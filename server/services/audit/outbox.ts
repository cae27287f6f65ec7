import { AUDIT_BATCH_MAX, type AuditEntry } from "../../contract/audit.ts";
import { KnastError } from "../../contract/errors.ts";

type Waiting = { entry: AuditEntry; since: number; printed: boolean; told: () => void };
type Options = {
  /** hands records to the daemon */
  send(entries: AuditEntry[]): Promise<unknown>;
  /** where a record goes as well that the daemon does not take at once */
  print(entry: AuditEntry): void;
  max?: number;
  /** how long anybody waits for the daemon's word */
  patience?: number;
  againAfter?: number;
};

/**
 * Records on their way to the daemon. While it is away they are printed, wait in memory and are handed over later; beyond a
 * thousand they are counted, and the count is a record.
 */
export class Outbox {
  #waiting: Waiting[] = [];
  #lost = 0;
  #sending = false;
  #putOffNow = false;

  constructor(private readonly options: Options) {}

  /** @returns when the daemon has it, or as soon as it is known that it takes a while */
  add(entry: AuditEntry): Promise<void> {
    const { max = 1000, patience = 2000, print } = this.options;
    if (this.#waiting.length >= max) {
      print(entry);
      this.#lost++;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, patience);
      const told = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push({ entry, since: Date.now(), printed: false, told });
      void this.#sendAll();
    });
  }

  async #sendAll(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      while (this.#waiting.length > 0 || this.#lost > 0) await this.#sendSome();
    } catch (error) {
      this.#putOff(error);
    } finally {
      this.#sending = false;
    }
  }

  async #sendSome(): Promise<void> {
    const batch = this.#waiting.slice(0, AUDIT_BATCH_MAX - 1);
    const lost = batch.length === this.#waiting.length ? this.#lost : 0;
    const entries = batch.map(({ entry, printed, since }) =>
      printed ? { ...entry, happenedAt: new Date(since).toISOString() } : entry,
    );
    if (lost > 0)
      entries.push({ who: "-", source: "-", what: "audit.lost", requestId: "-", result: "failed", count: lost });
    try {
      await this.options.send(entries);
    } catch (error) {
      // One that it will never take must not keep the others.
      if (!(error instanceof KnastError && ["invalid", "too_large"].includes(error.code))) throw error;
      console.error("audit record not taken", error);
      for (const { entry } of batch) this.options.print(entry);
    }
    this.#waiting.splice(0, batch.length);
    this.#lost -= lost;
    for (const { told } of batch) told();
  }

  #putOff(error: unknown): void {
    const fresh = this.#waiting.filter(({ printed }) => !printed);
    if (fresh.length > 0 && fresh.length === this.#waiting.length) console.error("audit: knastd is away", error);
    for (const one of fresh) {
      this.options.print(one.entry);
      one.printed = true;
      one.told();
    }
    if (this.#putOffNow) return;
    this.#putOffNow = true;
    const again = () => {
      this.#putOffNow = false;
      void this.#sendAll();
    };
    setTimeout(again, this.options.againAfter ?? 2000).unref();
  }
}
