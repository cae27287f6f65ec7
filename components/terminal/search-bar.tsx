"use client";
import type { SearchAddon } from "@xterm/addon-search";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";

/** Looks for text in the screen and what has scrolled off; Enter and Shift-Enter step, Esc closes. */
export function SearchBar({ search, onClose }: { search: SearchAddon; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [found, setFound] = useState<{ resultIndex: number; resultCount: number } | null>(null);

  useEffect(() => {
    input.current?.focus();
    const listener = search.onDidChangeResults(setFound);
    return () => {
      listener.dispose();
      search.clearDecorations();
    };
  }, [search]);

  const style = () => {
    const token = (name: string) => getComputedStyle(input.current!).getPropertyValue(name).trim();
    return {
      matchBackground: token("--mark"),
      matchOverviewRuler: token("--warn"),
      activeMatchBackground: token("--warn"),
      activeMatchColorOverviewRuler: token("--accent"),
    };
  };
  const look = (value: string, back = false, incremental = false) => {
    if (value === "") {
      search.clearDecorations();
      setFound(null);
    } else if (back) search.findPrevious(value, { decorations: style() });
    else search.findNext(value, { decorations: style(), incremental });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter") look(text, event.shiftKey);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const count =
    !found || text === "" ? "" : found.resultCount === 0 ? "none" : `${found.resultIndex + 1} of ${found.resultCount}`;

  return (
    <div
      role="search"
      className="absolute top-2 right-4 z-10 flex items-center gap-1 rounded border border-line-2 bg-raised p-1 shadow-over"
    >
      <input
        ref={input}
        value={text}
        aria-label="Search the screen"
        placeholder="Search"
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          look(event.target.value, false, true);
        }}
        onKeyDown={onKeyDown}
        className="h-7 w-40 rounded border border-line bg-paper px-2 font-mono text-13"
      />
      <span role="status" className="min-w-16 px-1 text-13 text-ink-2">
        {count}
      </span>
      <button type="button" aria-label="Previous match" onClick={() => look(text, true)} className={LOOK}>
        ↑
      </button>
      <button type="button" aria-label="Next match" onClick={() => look(text)} className={LOOK}>
        ↓
      </button>
      <button type="button" aria-label="Close the search" onClick={onClose} className={LOOK}>
        ✕
      </button>
    </div>
  );
}

const LOOK = "h-7 w-7 rounded text-ink-2 hover:bg-sunken hover:text-ink max-md:h-10 max-md:w-10";
