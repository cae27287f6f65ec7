import type { MarkTone } from "@/components/ui/state-mark.tsx";
import type { AuditResult, AuditRow } from "@/server/contract/audit.ts";

/** How what was done came out. */
export const RESULTS: { value: AuditResult; tone: MarkTone; word: string }[] = [
  { value: "ok", tone: "ok", word: "done" },
  { value: "begun", tone: "idle", word: "begun" },
  { value: "refused", tone: "warn", word: "refused" },
  { value: "failed", tone: "bad", word: "failed" },
];

export const resultLook = (result: AuditResult): { tone: MarkTone; word: string } => {
  const { tone, word } = RESULTS.find(({ value }) => value === result)!;
  return { tone, word };
};

/** @returns "2026-11-24 12:05:31" in UTC */
export const momentWords = (iso: string): string => iso.slice(0, 19).replace("T", " ");

/** What else a record says, in a few words. */
export function detailWords({ account, object, code, count, happenedAt, origin, job, result }: AuditRow): string[] {
  return [
    account === undefined ? "" : `account ${account}`,
    object ?? "",
    code === undefined ? "" : code.replaceAll(/[_-]/g, " "),
    count === undefined ? "" : String(count),
    happenedAt === undefined ? "" : `happened ${momentWords(happenedAt)}, told later`,
    origin === "knastd" && job !== undefined && result !== "begun" ? "end of the job" : "",
  ].filter((word) => word !== "");
}
