import type { LimitKind, Limits } from "../../contract/limits.ts";

/** A jail that counts, with its limits; null: no limit of this kind. */
export type Claim = { name: string; limits: Limits };
export type Excess = { kind: LimitKind; sentence: string };

const WORDS: Record<LimitKind, { of: (value: number) => string; noun: string }> = {
  memoryBytes: { of: (value) => `${bytesText(value)} of memory`, noun: "memory" },
  processes: { of: (value) => `${value} processes`, noun: "process" },
  cpuPercent: { of: (value) => `${value} % of one core`, noun: "CPU" },
  openFiles: { of: (value) => `${value} open files`, noun: "open files" },
  terminals: { of: (value) => `${value} terminals`, noun: "terminal" },
};
export const LIMIT_KINDS = Object.keys(WORDS) as LimitKind[];

/**
 * What jails that run together have above their owner's budget. A jail without a limit of a kind that has a budget is above it.
 * @param whose "anna's jails", "Your jails"
 * @param claims all of his that run, are being started, and are asked for
 * @param how what would make them so, for example "with mail running"
 * @param kinds those to look at
 */
export function excesses(
  whose: string,
  budget: Limits,
  claims: readonly Claim[],
  how: string,
  kinds: readonly LimitKind[] = LIMIT_KINDS,
): Excess[] {
  return kinds.flatMap((kind) => {
    const most = budget[kind];
    if (most === null) return [];
    const { of, noun } = WORDS[kind];
    const may = `${whose} may use ${of(most)} together`;
    const without = claims.find((claim) => claim.limits[kind] === null);
    if (without) return [{ kind, sentence: `${may}; ${without.name} has no ${noun} limit. Give it one first.` }];
    const sum = claims.reduce((all, claim) => all + (claim.limits[kind] ?? 0), 0);
    return sum > most ? [{ kind, sentence: `${may} and would use ${of(sum)} ${how}.` }] : [];
  });
}

/** @returns the kinds of which `after` allows more than `before` */
export const raised = (before: Limits, after: Limits): LimitKind[] =>
  LIMIT_KINDS.filter((kind) => (after[kind] ?? Infinity) > (before[kind] ?? Infinity));

/** @returns as many whole sentences as a failure's message holds */
export function together(sentences: readonly string[], most = 500): string {
  let text = "";
  for (const sentence of sentences) {
    if (text.length + sentence.length + 1 > most) break;
    text += `${text && " "}${sentence}`;
  }
  return text;
}

/** Exact, so that a sum that is one megabyte too much does not read like the budget. */
function bytesText(bytes: number): string {
  for (const [unit, size] of [
    ["G", 1024 ** 3],
    ["M", 1024 ** 2],
    ["K", 1024],
  ] as const)
    if (bytes % size === 0) return `${bytes / size} ${unit}`;
  return `${bytes} bytes`;
}
