/** Mulberry32: the same numbers between 0 and 1 in every run of a seed. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Random choices out of one seed. */
export function chooser(seed: number) {
  const random = generator(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const bytes = (most: number): Buffer => Buffer.from(Array.from({ length: below(most + 1) }, () => below(256)));
  return { random, below, pick, bytes };
}
export type Chooser = ReturnType<typeof chooser>;

/** How many random cases a test takes: all of them with KNAST_FUZZ=all, for a release; else a part, as every run pays for them. */
export const cases = (all: number, part = 20): number =>
  process.env.KNAST_FUZZ === "all" ? all : Math.ceil(all / part);
