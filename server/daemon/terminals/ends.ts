import type { EndedTerminal } from "../../contract/terminal.ts";

/**
 * How the last shells ended, for those who come back later: the oldest go when there are more than `most`, each after
 * `keepFor` milliseconds.
 */
export class Ends {
  readonly #kept = new Map<string, { end: EndedTerminal; at: number }>();
  readonly #most: number;
  readonly #keepFor: number;

  constructor(most: number, keepFor: number) {
    this.#most = most;
    this.#keepFor = keepFor;
  }

  add(end: EndedTerminal): void {
    this.#prune();
    this.#kept.set(end.terminal, { end, at: performance.now() });
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(id);
    }
  }

  get(id: string): EndedTerminal | undefined {
    this.#prune();
    return this.#kept.get(id)?.end;
  }

  /** The youngest first. */
  list(): EndedTerminal[] {
    this.#prune();
    return [...this.#kept.values()].map(({ end }) => end).reverse();
  }

  #prune(): void {
    const before = performance.now() - this.#keepFor;
    for (const [id, { at }] of this.#kept) {
      if (at > before) break;
      this.#kept.delete(id);
    }
  }
}
