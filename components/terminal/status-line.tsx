import type { ConnectionState, Notice } from "./connection.ts";
import { describe, describeNotice } from "./words.ts";

/** What there is to say about the line to the shell, below its screen; while all is well it is only there for screen readers. */
export function StatusLine({ state, notice }: { state: ConnectionState; notice: Notice | null }) {
  const wary = state.kind === "lost" || notice;
  return (
    <p
      role="status"
      data-testid="terminal-status"
      className={
        state.kind === "open" && !notice
          ? "sr-only"
          : `shrink-0 border-t bg-raised px-3 py-1 text-13 ${wary ? "text-warn" : "text-ink-2"}`
      }
    >
      {state.kind === "lost" ? "◐ " : ""}
      {state.kind === "open" && notice ? describeNotice(notice) : describe(state)}
    </p>
  );
}
