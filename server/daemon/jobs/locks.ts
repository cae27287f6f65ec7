import { KnastError } from "../../contract/errors.ts";

/** Who holds a lock: the verb, and the job once it has an id. */
export type Holder = { verb: string; job: string | null };

/**
 * Locks that are taken all at once or not at all, without waiting: the second caller is told "busy". Keys in use:
 * `jail:NAME`, `address:A`, `tree:PATH` (two configs may name one), `base` (shared by jail.create, exclusive to base.install),
 * `take-over` (edits of other tools' files), `all jails` (start and stop all).
 */
export class Locks {
  readonly #exclusive = new Map<string, Holder>();
  readonly #shared = new Map<string, number>();

  /** @returns the function that releases them (twice is fine); throws KnastError busy */
  take(holder: Holder, keys: readonly string[], shared: readonly string[] = []): () => void {
    const taken = keys.some((key) => this.#exclusive.has(key) || (this.#shared.get(key) ?? 0) > 0);
    if (taken || shared.some((key) => this.#exclusive.has(key))) throw new KnastError("busy");
    for (const key of keys) this.#exclusive.set(key, holder);
    for (const key of shared) this.#shared.set(key, (this.#shared.get(key) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const key of keys) this.#exclusive.delete(key);
      for (const key of shared) this.#shared.set(key, this.#shared.get(key)! - 1);
    };
  }

  holder(key: string): Holder | null {
    return this.#exclusive.get(key) ?? null;
  }

  /** @returns what follows `prefix` in the keys that are held */
  held(prefix: string): string[] {
    return [...this.#exclusive.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  }
}

/** Lets one after the other in, in order: for edits of rc.conf and jail.conf, which two jobs may want at the same time. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

/** At most `places` at once; the others wait in order. */
export class Semaphore {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free++;
    }
  }
}

/** A semaphore of its own for each key, so that who fills his places leaves those of the others alone. */
export class Semaphores {
  readonly #each = new Map<string, { semaphore: Semaphore; users: number }>();

  constructor(private readonly places: number) {}

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const one = this.#each.get(key) ?? { semaphore: new Semaphore(this.places), users: 0 };
    this.#each.set(key, one);
    one.users++;
    try {
      return await one.semaphore.run(work);
    } finally {
      if (--one.users === 0) this.#each.delete(key);
    }
  }
}
