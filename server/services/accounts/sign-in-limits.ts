import { KnastError } from "../../contract/errors.ts";
import { db } from "../db.ts";
import { networkOf } from "./network-of.ts";
import { FRESH, pauseAfter, PER_SOURCE, SOURCE_MS, standing, waitOf } from "./waits.ts";

/** Rows kept, so that made-up names can't fill the disk; those with the fewest failures go first. */
const KEPT = 50_000;
const LOOK_EVERY = 500;
const DAY_MS = 24 * 3_600_000;

/** `device`: the hash of a known device of this account; the other kinds count on their own. `ssh` has an address for its account. */
export type Try = {
  kind: "account" | "second" | "prove" | "ssh";
  account: string;
  source: string;
  device: string | null;
};

const rowsOf = ({ kind, account, source, device }: Try) => {
  if (device !== null) return { main: `device:${kind === "account" ? "" : `${kind}:`}${device}` };
  const network = networkOf(source);
  const name = account.slice(0, 64);
  return { main: `${kind}:${name}`, source: `source:${network}`, pair: `pair:${kind}:${name} ${network}` };
};

/**
 * Slows guessing down. All of it stands in the database: a restart forgives nobody, and `knast unlock` can. Names that do not
 * exist are counted like those that do. How long one waits: waits.ts.
 */
export class SignInLimits {
  #turn: Promise<unknown> = Promise.resolve();
  #counted = 0;
  constructor(
    private readonly now: () => number = Date.now,
    private readonly kept = KEPT,
  ) {}

  /**
   * Asks for one try; it counts as a failure until succeeded() or takeBack() says otherwise, so that tries at once don't slip through.
   * @throws KnastError too_many, with the time to wait in its sentence
   */
  attempt(one: Try): Promise<void> {
    return this.#inTurn(async () => {
      const now = this.now();
      const names = rowsOf(one);
      const found = await db().signInFailure.findMany({ where: { key: { in: Object.values(names) } } });
      const row = (key: string | undefined) => found.find((each) => each.key === key);
      const main = standing(row(names.main), now, DAY_MS);
      const source = names.source ? standing(row(names.source), now, SOURCE_MS) : null;
      // Who comes from an address that has not failed here yet is not kept waiting by one who has, until too many are new.
      const fresh = names.pair !== undefined && !row(names.pair) && main.failures < FRESH;
      const wait = Math.max(fresh ? 0 : waitOf(main, now), source ? source.until - now : 0);
      if (wait > 0) throw new KnastError("too_many", { message: `Too many attempts. ${words(wait)}` });
      const failures = main.failures + 1;
      const writes = [put(names.main, failures, Math.max(main.until, now + pauseAfter(failures)), now)];
      // It counts like the account: what says that an address is not new must not be tidied away first.
      if (names.pair) writes.push(put(names.pair, failures, 0, now));
      if (names.source && source) {
        const used = source.failures + 1;
        writes.push(put(names.source, used, used >= PER_SOURCE ? now + SOURCE_MS : 0, now));
      }
      await db().$transaction(writes);
      if (++this.#counted % LOOK_EVERY === 0) await this.#tidy(now);
    });
  }

  /** Takes a try back that was right but is not the whole sign-in; earlier failures stay. */
  takeBack(one: Try): Promise<void> {
    return this.#inTurn(async () => {
      const { main, source } = rowsOf(one);
      const key = { in: source ? [main, source] : [main] };
      await db().signInFailure.updateMany({
        where: { key, failures: { gt: 0 } },
        data: { failures: { decrement: 1 } },
      });
    });
  }

  /** Forgets an account's failures and the address's last one. */
  succeeded(one: Try): Promise<void> {
    return this.#inTurn(async () => {
      const { main, source } = rowsOf(one);
      const stranger = rowsOf({ ...one, device: null });
      await db().signInFailure.deleteMany({
        where: { OR: [{ key: { in: [main, stranger.main] } }, { key: { startsWith: `pair:${stranger.main} ` } }] },
      });
      if (source) {
        const where = { key: source, failures: { gt: 0 } };
        await db().signInFailure.updateMany({ where, data: { failures: { decrement: 1 }, blockedUntil: null } });
      }
    });
  }

  async #tidy(now: number): Promise<void> {
    await db().signInFailure.deleteMany({ where: { updatedAt: { lt: new Date(now - DAY_MS) } } });
    const extra = (await db().signInFailure.count()) - this.kept;
    if (extra <= 0) return;
    const orderBy = [{ failures: "asc" }, { updatedAt: "asc" }] as const;
    const gone = await db().signInFailure.findMany({
      orderBy: [...orderBy],
      take: Math.min(extra, 5000),
      select: { key: true },
    });
    await db().signInFailure.deleteMany({ where: { key: { in: gone.map(({ key }) => key) } } });
  }

  /** One after the other: what is read decides what is written. knast-web is one process. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => {});
    return mine;
  }
}

function put(key: string, failures: number, until: number, now: number) {
  const data = { failures, blockedUntil: until > now ? new Date(until) : null, updatedAt: new Date(now) };
  return db().signInFailure.upsert({ where: { key }, create: { key, ...data }, update: data });
}

/** @returns when to come back, in words */
export function words(wait: number): string {
  const [n, unit] =
    wait < 120_000
      ? ([Math.ceil(wait / 1000), "second"] as const)
      : wait < 7_200_000
        ? ([Math.ceil(wait / 60_000), "minute"] as const)
        : ([Math.ceil(wait / 3_600_000), "hour"] as const);
  return `Try again in ${n} ${unit}${n === 1 ? "" : "s"}.`;
}

const shared = globalThis as { knastSignInLimits?: SignInLimits };

/** The process's one: its turns are what keeps tries at once in order. */
export const signInLimits = (): SignInLimits => (shared.knastSignInLimits ??= new SignInLimits());
