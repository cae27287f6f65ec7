import { KnastError } from "../contract/errors.ts";

type Line = { busy: number; waiting: (() => void)[] };

/** Lets each key do so much at once, the rest in order, so that nobody takes the places of the others. */
export class Turns {
  readonly #lines = new Map<string, Line>();

  /**
   * @param atOnce how much of one key may go on at the same time
   * @param waiting how much of it may stand in line
   */
  constructor(
    private readonly atOnce: number,
    private readonly waiting: number,
  ) {}

  /** @throws KnastError too_many when the line is too long, and what `work` throws */
  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { busy: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.waiting.length >= this.waiting) throw new KnastError("too_many");
    if (line.busy < this.atOnce) line.busy++;
    else await new Promise<void>((resolve) => line.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else if (--line.busy === 0) this.#lines.delete(key);
    }
  }
}
