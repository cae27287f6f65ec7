import type { Duplex } from "node:stream";
import { isTyped } from "../handover/is-typed.ts";

/** What an open splice was allowed for; `sessionKey` is opaque here. */
export type Pass = {
  accountId: string;
  jail: string;
  as: string | null;
  sessionKey: string;
  actor: string;
  guestOf?: string;
};

/** How long the slower end may take to say goodbye once the other one is gone. */
const GOODBYE = 2000;

/** What stays open only as long as its person may: a browser's splice, or one who came by ssh. */
export type Guarded = {
  readonly pass: Pass;
  /** Whether somebody has typed since this was asked last. */
  takeUsed(): boolean;
  close(): void;
};

/** Whether somebody has typed since that was asked last; for a new one somebody has. */
abstract class Watched implements Guarded {
  readonly pass: Pass;
  protected used = true;

  constructor(pass: Pass) {
    this.pass = pass;
  }

  takeUsed(): boolean {
    const { used } = this;
    this.used = false;
    return used;
  }

  abstract close(): void;
}

/** Two sockets joined: bytes go both ways untouched, both end together. */
export class Splice extends Watched {
  readonly #browser: Duplex;
  readonly #daemon: Duplex;

  constructor(pass: Pass, browser: Duplex, daemon: Duplex) {
    super(pass);
    this.#browser = browser;
    this.#daemon = daemon;
    browser.pipe(daemon);
    daemon.pipe(browser);
    browser.on("data", (bytes: Buffer) => {
      if (isTyped(bytes)) this.used = true;
    });
  }

  close(): void {
    this.#browser.destroy();
    this.#daemon.destroy();
  }
}

/** A connection that knastd has taken: what is left of it here is the leash. */
export class Handed extends Watched {
  readonly #leash: Duplex;

  constructor(pass: Pass, leash: Duplex) {
    super(pass);
    this.#leash = leash;
    // knastd says so while somebody types.
    leash.on("data", () => (this.used = true));
  }

  close(): void {
    this.#leash.destroy();
  }
}

/** When one of them is closed the other one is ended, and cut off if that takes long. */
export function endTogether(one: Duplex, other: Duplex): void {
  let timer: NodeJS.Timeout | undefined;
  const after = (rest: Duplex) => () => {
    if (rest.destroyed) return clearTimeout(timer);
    rest.end();
    rest.resume();
    timer ??= setTimeout(() => rest.destroy(), GOODBYE);
    timer.unref();
  };
  one.once("close", after(other));
  other.once("close", after(one));
  one.once("end", () => other.end());
  other.once("end", () => one.end());
}

/** All that is open to shells in this process. */
export class Splices {
  readonly #open = new Set<Guarded>();

  get size(): number {
    return this.#open.size;
  }

  /** Joins the two and keeps them until either is closed. */
  join(pass: Pass, browser: Duplex, daemon: Duplex): void {
    browser.once("close", this.watch(new Splice(pass, browser, daemon)));
  }

  /** Keeps what knastd has taken until either side ends it. */
  hold(pass: Pass, leash: Duplex): void {
    leash.once("close", this.watch(new Handed(pass, leash)));
  }

  /** Keeps another one under watch. @returns takes it out again */
  watch(one: Guarded): () => void {
    this.#open.add(one);
    return () => void this.#open.delete(one);
  }

  forEach(action: (splice: Guarded) => void): void {
    for (const splice of [...this.#open]) action(splice);
  }

  /** @returns how many were closed */
  closeWhere(predicate: (pass: Pass) => boolean): number {
    let count = 0;
    for (const splice of [...this.#open]) {
      if (!predicate(splice.pass)) continue;
      splice.close();
      this.#open.delete(splice);
      count++;
    }
    return count;
  }
}
