import { CopyButton } from "./copy-button.tsx";
import { diffLines } from "./diff-lines.ts";

const SIGN = { same: " ", gone: "−", new: "+" };
const INK = {
  same: "border-l-transparent",
  gone: "border-l-bad text-ink-3 line-through",
  new: "border-l-accent-text bg-mark",
};

/** A file before and after a change: whole, what goes struck through above what comes in its place. The copy is of what comes. */
export function FileDiff({ path, before, after }: { path: string; before: string; after: string }) {
  return (
    <figure className="min-w-0 rounded border bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-3">
        <code className="truncate text-ink-2" title={path}>
          {path}
        </code>
        <CopyButton text={after} label={`Copy ${path}`} />
      </figcaption>
      <pre className="relative overflow-x-auto py-2 text-13" tabIndex={0} aria-label={path}>
        {diffLines(before, after).map(({ kind, text }, i) => (
          <span key={i} data-kind={kind} className={`block w-max min-w-full border-l-2 pr-3 ${INK[kind]}`}>
            <span aria-hidden className="inline-block w-5 text-center text-ink-3">
              {SIGN[kind]}
            </span>
            {kind === "same" ? null : <span className="sr-only">{kind === "gone" ? "goes: " : "comes: "}</span>}
            {text || " "}
          </span>
        ))}
      </pre>
    </figure>
  );
}
