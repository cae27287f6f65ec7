import { expect, it } from "vitest";
import type { Limits, LimitUse } from "../../contract/limits.ts";
import { judgeLimits, type LimitMemory } from "./judge-limits.ts";

const HOUR = 3_600_000;
const limits: Limits = { memoryBytes: null, processes: 100, cpuPercent: 50, openFiles: null, terminals: 0 };
const idle: LimitUse = { memoryBytes: 1e9, processes: 5, cpuPercent: 0, openFiles: 1e6, terminals: 0 };

/** Looks once a minute at uses of one kind; @returns the minutes at which it tells */
function told(kind: keyof LimitUse, uses: number[], from: LimitMemory = {}, start = HOUR * 10): number[] {
  let memory = from;
  return uses.flatMap((use, minute) => {
    const judged = judgeLimits({ limits, use: { ...idle, [kind]: use }, holds: true }, memory, start + minute * 60_000);
    memory = judged.memory;
    return judged.hits.map((hit) => (expect(hit.kind).toBe(kind), minute));
  });
}

it("tells once at 95 %, and again only after it went below 85 % and an hour has passed", () => {
  expect(told("processes", [94, 95, 96, 100, 90, 86, 96])).toEqual([1]);
  expect(told("processes", [100, 80, 100, 80, 100])).toEqual([0]);
  expect(told("processes", [100, 80, ...Array<number>(60).fill(80), 100])).toEqual([0, 62]);
  expect(told("processes", [100, ...Array<number>(61).fill(90), 100])).toEqual([0]);
});

it("swings do not swallow the next hour's news", () => {
  expect(told("processes", [100, 10, ...Array<number>(70).fill(100)])).toEqual([0, 60]);
});

it("waits whether a processor stays busy", () => {
  expect(told("cpuPercent", [50, 50, 10, 50, 50, 50, 50])).toEqual([5]);
});

it("knows no limit that is not set, is nought or does not hold", () => {
  expect(told("memoryBytes", [1e12])).toEqual([]);
  expect(told("openFiles", [1e9])).toEqual([]);
  expect(told("terminals", [0, 0])).toEqual([]);
  const full = { ...idle, processes: 100 };
  expect(judgeLimits({ limits, use: full, holds: false }, {}, HOUR).hits).toEqual([]);
  expect(judgeLimits({ limits, use: null, holds: true }, {}, HOUR).hits).toEqual([]);
});
