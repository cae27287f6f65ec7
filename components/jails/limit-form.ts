import { formatBytes } from "@/components/ui/format.ts";
import { Limits, type LimitKind } from "@/server/contract/limits.ts";

/** What each limit is called, what it is to rctl(8), and what it means to who lives in the jail. */
export const LIMIT_WORDS: { kind: LimitKind; label: string; resource: string; hint: string }[] = [
  {
    kind: "memoryBytes",
    label: "Memory",
    resource: "memoryuse",
    hint: "For example 512M or 2G. Beyond it the jail is paged out and slows down.",
  },
  { kind: "processes", label: "Processes", resource: "maxproc", hint: "The brake against a fork bomb; 100 is plenty." },
  { kind: "cpuPercent", label: "CPU", resource: "pcpu", hint: "Percent of one core: 150 is one core and a half." },
  { kind: "openFiles", label: "Open files", resource: "openfiles", hint: "Over all its processes." },
  {
    kind: "terminals",
    label: "Terminals",
    resource: "pseudoterminals",
    hint: "Those that it opens itself (sshd, tmux). The panel's shells are the host's and do not count.",
  },
];

/** @returns the text of a field for a limit: 512M, 100, "" for none */
export function limitText(kind: LimitKind, value: number | null): string {
  if (value === null || Number.isNaN(value)) return "";
  if (kind !== "memoryBytes") return String(value);
  for (const [unit, size] of [
    ["G", 1024 ** 3],
    ["M", 1024 ** 2],
    ["K", 1024],
  ] as const)
    if (value % size === 0) return `${value / size}${unit}`;
  return String(value);
}

/** @returns the limit that a field's text means, null for an empty one, NaN for what is none (the contract refuses it) */
export function readLimit(kind: LimitKind, text: string): number | null {
  const typed = text.trim().replace(/\s+/g, "");
  if (typed === "") return null;
  const match = /^(\d{1,15})(?:([kmgt])(?:i?b)?)?$/i.exec(typed);
  if (!match || (kind !== "memoryBytes" && match[2])) return NaN;
  return Number(match[1]) * 1024 ** " kmgt".indexOf(match[2]?.toLowerCase() ?? " ");
}

/** @returns what is wrong with one limit, null when it can be used */
export function limitProblem(kind: LimitKind, value: number | null): string | null {
  if (value !== null && Number.isNaN(value))
    return kind === "memoryBytes" ? "Write it as 512M or 2G." : "Write a whole number.";
  const result = Limits.shape[kind].safeParse(value);
  return result.success ? null : (result.error.issues[0]?.message ?? "This is not right.");
}

/** @returns "212 M of 512 M", "12 of 100", "3 % of 150 %"; without a limit the use alone, without a use the limit alone */
export function useWords(kind: LimitKind, use: number | null, limit: number | null): string {
  const word = (value: number) =>
    kind === "memoryBytes" ? formatBytes(value) : kind === "cpuPercent" ? `${value} %` : String(value);
  if (use === null) return limit === null ? "no limit" : `at most ${word(limit)}`;
  return limit === null ? `${word(use)}, no limit` : `${word(use)} of ${word(limit)}`;
}
