export type MarkTone = "ok" | "idle" | "warn" | "bad";
const MARKS: Record<MarkTone, string> = { ok: "●", idle: "○", warn: "◐", bad: "▲" };
const INKS: Record<MarkTone, string> = { ok: "text-ok", idle: "text-idle", warn: "text-warn", bad: "text-bad" };

/** Mark and word of a state; `short` shows the mark alone and leaves the word to screen readers and to the pointer. */
export function StateMark({ tone, word, short = false }: { tone: MarkTone; word: string; short?: boolean }) {
  return (
    <span
      className={`inline-flex items-baseline gap-1.5 whitespace-nowrap ${INKS[tone]}`}
      title={short ? word : undefined}
    >
      <span aria-hidden className="inline-block w-3.5 text-center font-mono">
        {MARKS[tone]}
      </span>
      <span className={short ? "sr-only" : undefined}>{word}</span>
    </span>
  );
}
