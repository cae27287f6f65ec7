"use client";

/** Which shells one had before are open no more, until one has read it. */
export function GoneShells({ words, onRead }: { words: readonly string[]; onRead: () => void }) {
  return (
    <p role="status" className="flex shrink-0 items-center gap-2 border-t border-b px-3 py-1 text-13 text-ink-2">
      <span>Not open any more: {words.join(", ")}.</span>
      <button type="button" onClick={onRead} className="ml-auto shrink-0 rounded px-2 hover:bg-sunken max-md:h-10">
        Good to know
      </button>
    </p>
  );
}
