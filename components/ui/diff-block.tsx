import { diffRows } from "./diff-rows.ts";

const WORD = { "+": "added", "-": "taken out", " ": "" } as const;

/** What becomes of a file: its path, and its changed lines with a few around them. */
export function DiffBlock({ path, before, after }: { path: string; before: string | null; after: string | null }) {
  const rows = diffRows(before, after);
  const what = before === null ? "new file" : after === null ? "goes, a copy is kept" : "changed";
  return (
    <figure className="min-w-0 rounded border bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-b px-3 py-1">
        <code className="truncate text-ink-2" title={path}>
          {path}
        </code>
        <span className="shrink-0 text-13 text-ink-3">{what}</span>
      </figcaption>
      <pre className="relative overflow-x-auto py-2 text-13" tabIndex={0} aria-label={path}>
        {rows.map((row, i) => (
          <span key={i} className="block w-max min-w-full">
            {i > 0 && row.sign !== "-" && rows[i - 1]!.sign === " " && row.line > rows[i - 1]!.line + 1 ? (
              <span className="block px-3 text-ink-3">⋯</span>
            ) : null}
            <span
              className={`block border-l-2 pr-3 pl-2.5 ${
                row.sign === "+"
                  ? "border-l-ok bg-mark"
                  : row.sign === "-"
                    ? "border-l-bad text-ink-2 line-through decoration-ink-3"
                    : "border-l-transparent text-ink-2"
              }`}
            >
              <span aria-hidden className="mr-2 inline-block w-3 text-ink-3 no-underline select-none">
                {row.sign === "-" ? "−" : row.sign}
              </span>
              {WORD[row.sign] ? <span className="sr-only">{WORD[row.sign]}: </span> : null}
              {row.text || " "}
            </span>
          </span>
        ))}
      </pre>
    </figure>
  );
}
