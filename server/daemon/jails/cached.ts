/**
 * The last answer of a slow question, for at most `maxAge` milliseconds. Callers that come while it is asked share the
 * answer; `fresh` always asks anew, as what it must see has happened before the call.
 */
export class Cached<T> {
  #asked: { at: number; answer: Promise<T> } | null = null;

  constructor(
    private readonly maxAge: number,
    private readonly ask: () => Promise<T>,
  ) {}

  get(): Promise<T> {
    if (this.#asked && Date.now() - this.#asked.at < this.maxAge) return this.#asked.answer;
    return this.fresh();
  }

  fresh(): Promise<T> {
    const asked = { at: Date.now(), answer: this.ask() };
    this.#asked = asked;
    asked.answer.catch(() => {
      if (this.#asked === asked) this.#asked = null;
    });
    return asked.answer;
  }

  forget(): void {
    this.#asked = null;
  }
}
