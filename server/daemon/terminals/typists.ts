/** More than may look at a shell at once; one line that breaks keeps its name. */
const MOST = 32;

/** How many bytes each viewer has typed, by the name that he gave himself; whoever typed longest ago is forgotten first. */
export class Typists {
  readonly #counts = new Map<string, number>();

  get(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** @returns all that he has typed */
  add(name: string, bytes: number): number {
    const count = this.get(name) + bytes;
    this.#counts.delete(name);
    this.#counts.set(name, count);
    if (this.#counts.size > MOST) this.#counts.delete(this.#counts.keys().next().value!);
    return count;
  }
}
