import { StateMark, type MarkTone } from "./state-mark.tsx";

export type Step = {
  title: string;
  command: string | null;
  state: "todo" | "now" | "done" | "failed";
  /** what its command printed */
  output: string[];
  progress: string | null;
};
const LOOK: Record<Step["state"], { tone: MarkTone; word: string }> = {
  todo: { tone: "idle", word: "to do" },
  now: { tone: "warn", word: "now" },
  done: { tone: "ok", word: "done" },
  failed: { tone: "bad", word: "failed" },
};

/** Long work in words: each step with its state, the command that it runs and what that printed. */
export function Steps({ label, steps }: { label: string; steps: Step[] }) {
  return (
    <ol aria-label={label} aria-live="polite" className="rows rounded border bg-raised">
      {steps.map((step, i) => (
        <li
          key={i}
          aria-current={step.state === "now" ? "step" : undefined}
          className={`grid grid-cols-[5rem_1fr] gap-x-3 px-3 py-1.5 ${step.state === "todo" ? "text-ink-3" : ""}`}
        >
          <StateMark {...LOOK[step.state]} />
          <div className="min-w-0">
            <p>
              {step.title}
              {step.progress ? <span className="ml-2 font-mono text-13 text-ink-2">{step.progress}</span> : null}
            </p>
            {step.command ? <code className="block break-all text-ink-3">{step.command}</code> : null}
            {step.output.length > 0 && step.state === "failed" ? (
              <pre className="mt-1 max-h-40 overflow-auto text-ink-2">{step.output.join("\n")}</pre>
            ) : null}
            {step.output.length > 0 && step.state !== "failed" ? (
              <details className="text-13 text-ink-3">
                <summary className="w-fit">what it printed</summary>
                <pre className="max-h-40 overflow-auto text-ink-2">{step.output.join("\n")}</pre>
              </details>
            ) : null}
          </div>
        </li>
      ))}
    </ol>
  );
}
