"use client";
import { useRef } from "react";
import { CopyButton } from "./copy-button.tsx";
import { changedLines } from "./diff-lines.ts";

export type Remark = { line: number | null; text: string };

/**
 * A file as it is or will be: its path, its text with line numbers, a copy button.
 * @param mark lines that differ from the text shown before are marked, for a preview that changes as one types
 * @param remarks what is wrong, below its line (counted from 0) or, with null, at the end
 */
export function CodeBlock({
  path,
  text,
  mark = false,
  remarks = [],
}: {
  path: string;
  text: string;
  mark?: boolean;
  remarks?: Remark[];
}) {
  const changed = useChanged(mark ? text : null);
  const lines = text.replace(/\n$/, "").split("\n");
  const at = (line: number | null) =>
    remarks
      .filter((remark) => remark.line === line)
      .map((remark) => (
        <span key={remark.text} className="block px-3 whitespace-pre-wrap text-bad">
          ▲ {remark.text}
        </span>
      ));
  return (
    <figure className="min-w-0 rounded border bg-sunken">
      <figcaption className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-3">
        <code className="truncate text-ink-2" title={path}>
          {path}
        </code>
        <CopyButton text={text} label={`Copy ${path}`} />
      </figcaption>
      <pre className="overflow-x-auto py-2 text-13" tabIndex={0} aria-label={path}>
        {lines.map((line, i) => (
          <span key={i} className="block w-max min-w-full">
            <span
              data-changed={changed.has(i) || undefined}
              className={`block border-l-2 pr-3 pl-2.5 ${changed.has(i) ? "border-l-accent-text bg-mark" : "border-l-transparent"}`}
            >
              {line || " "}
            </span>
            {at(i)}
          </span>
        ))}
        {at(null)}
      </pre>
    </figure>
  );
}

/** Lines that the newest change touched; stays until the next change, so that it can be looked at. */
function useChanged(text: string | null): Set<number> {
  const seen = useRef<{ text: string | null; changed: Set<number> }>({ text: null, changed: new Set() });
  if (text !== null && text !== seen.current.text) {
    const before = seen.current.text;
    seen.current = { text, changed: before === null ? new Set() : changedLines(before, text) };
  }
  return text === null ? new Set() : seen.current.changed;
}
