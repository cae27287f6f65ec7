import { LIMIT_WORDS, limitText } from "@/components/jails/limit-form.ts";
import type { Limits } from "@/server/contract/limits.ts";

/** @returns "memory 2G, processes 200, CPU 150 %"; "" without a budget */
export const budgetWords = (budget: Limits): string =>
  LIMIT_WORDS.filter(({ kind }) => budget[kind] !== null)
    .map(({ kind, label }) =>
      kind === "cpuPercent" ? `${label} ${budget[kind]} %` : `${label.toLowerCase()} ${limitText(kind, budget[kind])}`,
    )
    .join(", ");
