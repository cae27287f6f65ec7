import type { JailLimits, LimitKind } from "../../contract/limits.ts";

/** By $knast_id and kind of limit. `looks`: how often in a row it was found high. */
export type LimitMemory = Record<string, { at: number; high: boolean; looks: number }>;
export type LimitHit = { kind: LimitKind; use: number; of: number };

const HIGH = 0.95;
/** Told again only after it was below this. */
const LOW = 0.85;
/** A jail that swings across both marks all day is told of once an hour for each limit. */
const QUIET_MS = 3_600_000;
/** A busy processor is no news before it stays so. */
const LOOKS: Partial<Record<LimitKind, number>> = { cpuPercent: 3 };

/** @returns what to tell of one jail now, and what to remember of it; `known` holds its own entries only, by kind */
export function judgeLimits(
  { limits, use, holds }: Pick<JailLimits, "limits" | "use" | "holds">,
  known: LimitMemory,
  now: number,
): { hits: LimitHit[]; memory: LimitMemory } {
  const hits: LimitHit[] = [];
  const memory: LimitMemory = {};
  if (!use || !holds) return { hits, memory: known };
  for (const kind of Object.keys(limits) as LimitKind[]) {
    const of = limits[kind];
    if (of === null || of === 0) continue;
    const was = known[kind] ?? { at: 0, high: false, looks: 0 };
    const share = use[kind] / of;
    const looks = share >= HIGH ? was.looks + 1 : 0;
    const tell = !was.high && looks >= (LOOKS[kind] ?? 1) && now - was.at >= QUIET_MS;
    if (tell) hits.push({ kind, use: use[kind], of });
    memory[kind] = { at: tell ? now : was.at, high: tell || (was.high && share >= LOW), looks };
  }
  return { hits, memory };
}
