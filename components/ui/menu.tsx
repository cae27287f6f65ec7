"use client";
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { useHydrated } from "./use-hydrated.ts";

export type MenuItem = { label: string; onSelect: () => void; checked?: boolean };

/** A button that opens a menu: arrows move, Enter chooses, Esc and a press elsewhere close it. An item with `checked` is one of several. */
export function Menu({
  label,
  children,
  items,
  up = false,
}: {
  label: string;
  children: ReactNode;
  items: MenuItem[];
  /** opens above its button, where there is no room below */
  up?: boolean;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const hydrated = useHydrated();
  const root = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>("[data-item]")?.focus();
    const away = (event: PointerEvent) => {
      if (!root.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener("pointerdown", away);
    return () => document.removeEventListener("pointerdown", away);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return;
    if (event.key === "Escape") {
      setOpen(false);
      opener.current?.focus();
    }
    const all = [...(root.current?.querySelectorAll<HTMLElement>("[data-item]") ?? [])];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || all.length === 0) return;
    event.preventDefault();
    all[(all.indexOf(document.activeElement as HTMLElement) + step + all.length) % all.length]?.focus();
  };

  return (
    <div ref={root} className="relative flex items-center" onKeyDown={onKeyDown}>
      <button
        ref={opener}
        type="button"
        aria-haspopup="menu"
        disabled={!hydrated}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={label}
        onClick={() => setOpen(!open)}
        className="flex h-8 items-center gap-1 rounded px-2 text-ink-2 hover:bg-sunken hover:text-ink max-md:h-11"
      >
        {children}
        <span aria-hidden>▾</span>
      </button>
      {open ? (
        <div
          id={id}
          role="menu"
          aria-label={label}
          className={`absolute right-0 z-30 min-w-44 rounded border border-line-2 bg-raised py-1 shadow-over ${up ? "bottom-full mb-1" : "top-full mt-1"}`}
        >
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              data-item
              role={item.checked === undefined ? "menuitem" : "menuitemradio"}
              aria-checked={item.checked}
              tabIndex={-1}
              onClick={() => {
                setOpen(false);
                opener.current?.focus();
                item.onSelect();
              }}
              className="flex h-9 w-full items-center gap-2 px-3 text-left -outline-offset-2 hover:bg-sunken max-md:h-12"
            >
              {item.checked === undefined ? null : (
                <span aria-hidden className="w-3">
                  {item.checked ? "●" : ""}
                </span>
              )}
              {item.label}
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
