/** Callers whose last requests are remembered; one that is forgotten starts with all of its requests. */
const KEPT = 10_000;

type Bucket = { left: number; at: number };
/** What somebody may do in one go, and how much of it comes back each second. */
export type Rate = { burst: number; perSecond: number };

/** A bucket of requests for each caller. `now` gives milliseconds. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = Date.now,
  ) {}

  /** Takes one request. @returns 0, or the seconds after which there is one again */
  take(caller: string): number {
    const { burst, perSecond } = this.rate;
    const now = this.now();
    const { left, at } = this.#buckets.get(caller) ?? { left: burst, at: now };
    const filled = Math.min(burst, left + ((now - at) / 1000) * perSecond);
    this.#buckets.delete(caller);
    this.#buckets.set(caller, { left: filled >= 1 ? filled - 1 : filled, at: now });
    if (this.#buckets.size > KEPT) this.#buckets.delete(this.#buckets.keys().next().value!);
    return filled >= 1 ? 0 : Math.ceil((1 - filled) / perSecond);
  }
}
