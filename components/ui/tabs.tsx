"use client";
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useHydrated } from "./use-hydrated.ts";

export type Tab = { id: string; label: string; panel: ReactNode };

/** Pixels of a tab beside the chosen one, so that one sees that the row goes on. */
const TAB_SEEN = 32;

/** Tabs after the ARIA pattern: arrows, Home and End move and choose at once. Only the chosen panel is in the page. */
export function Tabs({
  label,
  tabs,
  chosen,
  onChoose,
}: {
  label: string;
  tabs: Tab[];
  chosen: string;
  onChoose: (id: string) => void;
}) {
  const base = useId();
  const hydrated = useHydrated();
  const list = useRef<HTMLDivElement>(null);
  const current = tabs.find((tab) => tab.id === chosen) ?? tabs[0]!;
  const { id } = current;
  useEffect(() => {
    // Of a row that is wider than a phone, the chosen one is in sight, and a part of what stands beside it.
    const row = list.current!;
    const tab = row.querySelector<HTMLElement>(`[data-tab="${id}"]`)!;
    const [from, to] = [tab.offsetLeft - TAB_SEEN, tab.offsetLeft + tab.offsetWidth + TAB_SEEN];
    if (from < row.scrollLeft) row.scrollLeft = from;
    else if (to > row.scrollLeft + row.clientWidth) row.scrollLeft = to - row.clientWidth;
  }, [id]);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.indexOf(current);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length]!;
    onChoose(next.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus();
  };
  return (
    <div>
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="relative flex gap-1 overflow-x-auto border-b [scrollbar-width:none]"
      >
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            disabled={!hydrated}
            data-tab={tab.id}
            id={`${base}-${tab.id}`}
            aria-selected={tab === current}
            aria-controls={`${base}-panel`}
            tabIndex={tab === current ? 0 : -1}
            onClick={() => onChoose(tab.id)}
            className={`-mb-px h-9 shrink-0 border-b-2 px-3 -outline-offset-2 max-md:h-12 ${
              tab === current ? "border-b-ink font-medium text-ink" : "border-b-transparent text-ink-2 hover:text-ink"
            }`}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${base}-panel`} aria-labelledby={`${base}-${current.id}`} className="pt-4">
        {current.panel}
      </div>
    </div>
  );
}
