import { KnastError } from "../../contract/errors.ts";

const FREE_FAILURES = 5;
const LONGEST_WAIT_MS = 15 * 60_000;
const PER_ADDRESS = 20;
const ADDRESS_WINDOW_MS = 60_000;
/** Entries kept of each kind, so that made-up names can't fill the memory. */
const KEPT = 10_000;

type Failures = { count: number; until: number };

/**
 * Slows guessing down: per account 5 failures are free, then each one doubles the wait up to 15 minutes; per address 20
 * failures a minute. Names that do not exist are counted like those that do. `now` gives milliseconds.
 */
export class SignInLimits {
  private readonly accounts = new Map<string, Failures>();
  private readonly addresses = new Map<string, number[]>();
  constructor(private readonly now: () => number = Date.now) {}

  /**
   * Asks for one try; it counts as a failure until succeeded() says otherwise, so that tries at once don't slip through.
   * @throws KnastError too_many, with the seconds to wait in its sentence
   */
  attempt(account: string, address: string): void {
    const now = this.now();
    const failures = this.accounts.get(account) ?? { count: 0, until: 0 };
    const recent = (this.addresses.get(address) ?? []).filter((at) => at > now - ADDRESS_WINDOW_MS);
    const wait = Math.max(failures.until - now, recent.length < PER_ADDRESS ? 0 : recent[0]! + ADDRESS_WINDOW_MS - now);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      const message = `Too many attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
      throw new KnastError("too_many", { message });
    }
    // A quiet quarter of an hour after the last wait forgives.
    const count = (now - failures.until > LONGEST_WAIT_MS ? 0 : failures.count) + 1;
    const pause = count > FREE_FAILURES ? Math.min(2 ** (count - FREE_FAILURES) * 1000, LONGEST_WAIT_MS) : 0;
    keep(this.accounts, account, { count, until: now + pause });
    keep(this.addresses, address, [...recent, now]);
  }

  /** Forgets the account's failures and the address's last one. */
  succeeded(account: string, address: string): void {
    this.accounts.delete(account);
    this.addresses.get(address)?.pop();
  }
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > KEPT) map.delete(map.keys().next().value!);
}
