import Link from "next/link";

export type SetUpStep = "base" | "addresses" | "jail";
const STEPS: { id: "admin" | SetUpStep; word: string }[] = [
  { id: "admin", word: "Admin" },
  { id: "base", word: "Base jail" },
  { id: "addresses", word: "Addresses" },
  { id: "jail", word: "First jail" },
];

/** How far the set-up has come; steps that are done can be looked at again. */
export function SetUpSteps({ now, done }: { now: SetUpStep; done: ReadonlySet<string> }) {
  return (
    <nav aria-label="Steps of the set-up">
      <ol className="flex flex-wrap gap-x-6 gap-y-1 border-b">
        {STEPS.map((step, i) => {
          const ready = done.has(step.id);
          const text = (
            <>
              <span aria-hidden className={`font-mono ${ready ? "text-ok" : "text-ink-3"}`}>
                {ready ? "●" : "○"}
              </span>
              <span>
                {i + 1} {step.word}
              </span>
              <span className="sr-only">{ready ? "done" : "to do"}</span>
            </>
          );
          const look = `-mb-px flex h-9 items-center gap-2 border-b-2 max-md:h-12 ${
            step.id === now ? "border-b-ink font-medium" : "border-b-transparent text-ink-2"
          }`;
          return (
            <li key={step.id} aria-current={step.id === now ? "step" : undefined}>
              {step.id === "admin" ? (
                <span className={look}>{text}</span>
              ) : (
                <Link href={`/set-up?step=${step.id}`} className={look}>
                  {text}
                </Link>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
