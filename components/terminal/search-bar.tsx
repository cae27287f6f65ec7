"use client";
import type { ISearchOptions, SearchAddon } from "@xterm/addon-search";
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import type { Shade } from "./colours.ts";
import { countInWords, type Found } from "./matches.ts";

/** Looks for text in the screen and what has scrolled off; Enter and Shift-Enter step, Esc closes. */
export function SearchBar({
  search,
  shade,
  onClose,
}: {
  search: SearchAddon;
  shade: () => Shade;
  onClose: () => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [regex, setRegex] = useState(false);
  const [wrong, setWrong] = useState(false);
  const [found, setFound] = useState<Found | null>(null);

  useEffect(() => {
    input.current?.focus();
    const listener = search.onDidChangeResults(setFound);
    return () => {
      listener.dispose();
      search.clearDecorations();
    };
  }, [search]);

  const look = (way: "on" | "back" | "again") => {
    if (text === "" || (regex && !isRegex(text))) {
      search.clearDecorations();
      setFound(null);
      return setWrong(text !== "");
    }
    setWrong(false);
    // The addon overlooks that only a switch has changed.
    if (way === "again") search.clearDecorations();
    const { mark, markHere, foreground, cursor } = shade();
    const options: ISearchOptions = {
      caseSensitive,
      regex,
      incremental: way === "again",
      decorations: {
        matchBackground: mark,
        matchOverviewRuler: foreground,
        activeMatchBackground: markHere,
        activeMatchColorOverviewRuler: cursor,
      },
    };
    if (way === "back") search.findPrevious(text, options);
    else search.findNext(text, options);
  };
  const again = useRef(look);
  again.current = look;
  useEffect(() => again.current("again"), [text, caseSensitive, regex]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter") look(event.shiftKey ? "back" : "on");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const toggle = (label: string, sign: string, on: boolean, set: (on: boolean) => void) => (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={on}
      onClick={() => set(!on)}
      className={`${LOOK} font-mono text-13 aria-pressed:bg-ink aria-pressed:text-paper`}
    >
      {sign}
    </button>
  );

  return (
    <div
      role="search"
      onKeyDown={onKeyDown}
      className="absolute top-2 right-4 z-10 flex items-center gap-1 rounded border border-line-2 bg-raised p-1 shadow-over max-md:static max-md:order-first max-md:rounded-none max-md:border-x-0 max-md:border-t-0 max-md:shadow-none"
    >
      <input
        ref={input}
        value={text}
        aria-label="Search the screen"
        aria-invalid={wrong || undefined}
        placeholder="Search"
        spellCheck={false}
        autoCapitalize="none"
        enterKeyHint="search"
        onChange={(event) => setText(event.target.value)}
        className="h-7 w-44 min-w-0 rounded border border-line bg-paper px-2 font-mono text-13 aria-invalid:border-bad max-md:h-11 max-md:flex-1 max-md:text-16"
      />
      <span role="status" className="min-w-16 px-1 text-13 whitespace-nowrap text-ink-2">
        {wrong ? "not a pattern" : countInWords(text === "" ? null : found)}
      </span>
      {toggle("Capitals count", "Aa", caseSensitive, setCaseSensitive)}
      {toggle("Regular expression", ".*", regex, setRegex)}
      <button type="button" aria-label="Previous match" onClick={() => look("back")} className={LOOK}>
        ↑
      </button>
      <button type="button" aria-label="Next match" onClick={() => look("on")} className={LOOK}>
        ↓
      </button>
      <button type="button" aria-label="Close the search" onClick={onClose} className={LOOK}>
        ✕
      </button>
    </div>
  );
}

function isRegex(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}

const LOOK = "h-7 w-7 shrink-0 rounded text-ink-2 hover:bg-sunken hover:text-ink max-md:h-11 max-md:w-9";
