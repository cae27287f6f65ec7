import type { ReactNode } from "react";

export type Tone = "info" | "ok" | "warn" | "bad";
const MARK: Record<Tone, string> = { info: "–", ok: "●", warn: "◐", bad: "▲" };
const INK: Record<Tone, string> = { info: "text-ink-2", ok: "text-ok", warn: "text-warn", bad: "text-bad" };
const EDGE: Record<Tone, string> = {
  info: "border-l-line-2",
  ok: "border-l-ok",
  warn: "border-l-warn",
  bad: "border-l-bad",
};

/** What happened (title), what it means and what to do (children). Bad news interrupts a screen reader, the rest waits. */
export function Notice({
  tone = "info",
  title,
  children,
  quiet,
}: {
  tone?: Tone;
  title: ReactNode;
  children?: ReactNode;
  quiet?: boolean;
}) {
  return (
    <div
      role={quiet ? undefined : tone === "bad" ? "alert" : "status"}
      className={`border-l-4 py-1 pl-4 ${EDGE[tone]}`}
    >
      <p className="font-medium break-words">
        <span aria-hidden className={`mr-2 ${INK[tone]}`}>
          {MARK[tone]}
        </span>
        {title}
      </p>
      {children ? <div className="mt-1 space-y-2 text-ink-2">{children}</div> : null}
    </div>
  );
}
