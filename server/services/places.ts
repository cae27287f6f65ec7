import { KnastError } from "../contract/errors.ts";

/** So many places for each key, taken for as long as something lasts; who finds none is told, nobody waits. */
export class Places {
  readonly #taken = new Map<string, number>();

  constructor(private readonly each: number) {}

  /** @returns what gives the place back (twice is fine). @throws KnastError too_many */
  take(key: string): () => void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.each) throw new KnastError("too_many");
    this.#taken.set(key, taken + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const left = this.#taken.get(key)! - 1;
      if (left === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    };
  }
}
