/** Milliseconds; `longest` 0 is without an end. */
export type Span = { idleAfter: number; longest: number; warnBefore: number };
export type Limit = "idle" | "too-long";

/** A timer can't wait longer (setTimeout takes 31 bits). */
const LONGEST_WAIT = 2 ** 31 - 1;

/** Ends what nothing happens in, and what lasts too long, after a warning. The host's clock may be set: it measures no time. */
export class LifeSpan {
  readonly #span: Span;
  readonly #over: (limit: Limit) => void;
  readonly #warn: (limit: Limit, endsIn: number | null) => void;
  readonly #bornAt = performance.now();
  #activeAt = performance.now();
  #warned: Limit | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param warn is told how many milliseconds are left, and null when it is called off */
  constructor(span: Span, over: (limit: Limit) => void, warn: (limit: Limit, endsIn: number | null) => void) {
    this.#span = span;
    this.#over = over;
    this.#warn = warn;
    this.#look();
  }

  /** Something has happened. Costs no timer, as it is called for every key and every read. */
  active(): void {
    this.#activeAt = performance.now();
    if (this.#warned !== "idle") return;
    this.#warned = null;
    this.#warn("idle", null);
    this.#look();
  }

  /** The warning that stands, for who comes later. */
  get warning(): { limit: Limit; endsIn: number } | null {
    return this.#warned
      ? { limit: this.#warned, endsIn: Math.max(0, Math.round(this.#end().at - performance.now())) }
      : null;
  }

  /** Milliseconds since it began. */
  get age(): number {
    return performance.now() - this.#bornAt;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#warned = null;
  }

  #end(): { limit: Limit; at: number } {
    const { idleAfter, longest } = this.#span;
    const idle = this.#activeAt + idleAfter;
    const old = longest > 0 ? this.#bornAt + longest : Infinity;
    return idle <= old ? { limit: "idle", at: idle } : { limit: "too-long", at: old };
  }

  #look(): void {
    clearTimeout(this.#timer);
    const { limit, at } = this.#end();
    const left = at - performance.now();
    if (left <= 0) return this.#over(limit);
    const whole = limit === "idle" ? this.#span.idleAfter : this.#span.longest;
    const warnIn = left - Math.min(this.#span.warnBefore, whole / 2);
    if (warnIn <= 0 && this.#warned !== limit) {
      this.#warned = limit;
      this.#warn(limit, Math.round(left));
    }
    this.#timer = setTimeout(() => this.#look(), Math.min(warnIn > 0 ? warnIn : left, LONGEST_WAIT));
    this.#timer.unref();
  }
}
