"use client";
import { useEffect, useMemo, useRef, useState } from "react";
import { matches } from "./match.ts";

export type PaletteItem = { id: string; label: string; detail: string; onSelect: () => void };

/** ⌘K or Ctrl-K: a box to type in and what fits below; arrows choose, Enter goes, Esc closes. */
export function Palette({
  open,
  onOpen,
  onClose,
  items,
}: {
  open: boolean;
  onOpen: () => void;
  onClose: () => void;
  items: PaletteItem[];
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const found = useMemo(
    () => items.filter((item) => matches(query, `${item.label} ${item.detail}`)).slice(0, 50),
    [items, query],
  );

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // Ctrl-K inside a shell belongs to the shell.
      const typing = (event.target as HTMLElement | null)?.closest?.(".xterm");
      if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey || (typing && !event.metaKey)) return;
      if (!event.metaKey && !event.ctrlKey) return;
      event.preventDefault();
      onOpen();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onOpen]);

  useEffect(() => {
    if (!open) return dialog.current?.close();
    setQuery("");
    setAt(0);
    dialog.current?.showModal();
  }, [open]);

  const choose = (item: PaletteItem | undefined) => {
    if (!item) return;
    onClose();
    item.onSelect();
  };
  const chosen = found[Math.min(at, found.length - 1)];
  useEffect(() => {
    if (open && chosen) document.getElementById(`palette-${chosen.id}`)?.scrollIntoView({ block: "nearest" });
  }, [open, chosen]);

  return (
    <dialog
      ref={dialog}
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
      className="mx-auto mt-[10vh] w-[min(36rem,calc(100vw-2rem))] rounded border border-line-2 bg-raised p-0 shadow-over"
    >
      {open ? (
        <div>
          <input
            autoFocus
            role="combobox"
            aria-label="Search jails and pages"
            aria-expanded
            aria-controls="palette-list"
            aria-activedescendant={chosen ? `palette-${chosen.id}` : undefined}
            value={query}
            placeholder="A jail, a host name, an address, a page"
            spellCheck={false}
            onChange={(event) => {
              setQuery(event.target.value);
              setAt(0);
            }}
            onKeyDown={(event) => {
              const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
              if (step !== undefined && found.length > 0) {
                event.preventDefault();
                setAt((Math.min(at, found.length - 1) + step + found.length) % found.length);
              }
              if (event.key === "Enter") {
                event.preventDefault();
                choose(chosen);
              }
            }}
            className="h-12 w-full rounded-t border-b bg-transparent px-4 text-16 outline-none"
          />
          <ul id="palette-list" role="listbox" aria-label="What fits" className="max-h-[50vh] overflow-y-auto py-1">
            {found.map((item) => (
              <li
                key={item.id}
                id={`palette-${item.id}`}
                role="option"
                aria-selected={item === chosen}
                onClick={() => choose(item)}
                className={`flex h-9 cursor-pointer items-center justify-between gap-4 border-l-2 px-4 max-md:h-12 ${
                  item === chosen ? "border-l-accent-text bg-sunken" : "border-l-transparent hover:bg-sunken"
                }`}
              >
                <span className="truncate">{item.label}</span>
                <span className="truncate font-mono text-13 text-ink-3">{item.detail}</span>
              </li>
            ))}
            {found.length === 0 ? <li className="px-4 py-2 text-ink-3">Nothing fits “{query}”.</li> : null}
          </ul>
        </div>
      ) : null}
    </dialog>
  );
}
