"use client";
import { useState, type KeyboardEvent } from "react";
import { type DockShell, labelOf, type News, numberOf, placeOf } from "./dock-shell.ts";
import { leaves, type Tab } from "./layout.ts";

type Props = {
  tabs: readonly Tab[];
  shells: readonly DockShell[];
  current: Tab | null;
  news: News;
  onShow: (terminal: string | null) => void;
  onClose: (shell: DockShell) => void;
  /** puts the tab of a shell at this place of the row */
  onMove: (terminal: string, to: number) => void;
  onRename: (terminal: string, name: string) => void;
};

/** What a dragged tab is for whatever else it is dropped on: nothing that is known there. */
const TAB = "application/x-knast-tab";

/**
 * A tab for each shell or group of shells: arrows move to another one, with Shift they move the tab, as the mouse does; F2 or a
 * double click names, ✕ closes the one that is typed into.
 */
export function ShellTabs({ tabs, shells, current, news, onShow, onClose, onMove, onRename }: Props) {
  const [naming, setNaming] = useState<string | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  const [moved, setMoved] = useState("");
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLInputElement) return;
    const at = current ? tabs.indexOf(current) : 0;
    if (event.key === "F2" && tabs[at]) {
      event.preventDefault();
      return setNaming(tabs[at].focus);
    }
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    if (event.shiftKey && tabs[at]) {
      const place = Math.min(tabs.length - 1, Math.max(0, to));
      setMoved(`Moved to place ${place + 1} of ${tabs.length}`);
      return onMove(tabs[at].focus, place);
    }
    const next = tabs[(to + tabs.length) % tabs.length]!.focus;
    onShow(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${next}"]`)?.focus();
  };
  return (
    <div
      role="tablist"
      aria-label="My shells"
      onKeyDown={onKeyDown}
      className="flex min-w-0 gap-1 overflow-x-auto [scrollbar-width:none] max-md:hidden"
    >
      {tabs.map((tab) => {
        const shell = shells.find((one) => one.terminal === tab.focus);
        if (!shell) return null;
        const label = labelOf(shell, shells);
        const more = leaves(tab.root).length - 1;
        return (
          <div
            key={leaves(tab.root)[0]}
            draggable={naming === null}
            onDragStart={(event) => {
              event.dataTransfer.setData(TAB, tab.focus);
              event.dataTransfer.effectAllowed = "move";
              setDragged(tab.focus);
            }}
            onDragOver={(event) => {
              const from = tabs.findIndex((one) => one.focus === dragged);
              if (from < 0) return;
              event.preventDefault();
              // It moves under the pointer, once that is past the middle of the one that gives way.
              const { left, width } = event.currentTarget.getBoundingClientRect();
              const to = tabs.indexOf(tab);
              if (from !== to && event.clientX > left + width / 2 === from < to) onMove(dragged!, to);
            }}
            onDrop={(event) => event.preventDefault()}
            onDragEnd={() => setDragged(null)}
            className={`flex shrink-0 items-center ${dragged === tab.focus ? "opacity-55" : ""}`}
          >
            {naming === shell.terminal ? (
              <NameField
                first={shell.name ?? ""}
                onDone={(name) => {
                  setNaming(null);
                  if (name !== null && name !== (shell.name ?? "")) onRename(shell.terminal, name);
                }}
              />
            ) : (
              <button
                type="button"
                role="tab"
                data-tab={shell.terminal}
                aria-selected={tab === current}
                tabIndex={tab === (current ?? tabs[0]) ? 0 : -1}
                title={`${shell.title ?? shell.shell} (F2 or a double click names it)`}
                onClick={() => onShow(shell.terminal)}
                onDoubleClick={() => setNaming(shell.terminal)}
                className={`-mb-px flex h-full items-center gap-2 border-b-2 px-2 text-13 -outline-offset-2 ${
                  tab === current ? "border-b-ink text-ink" : "border-b-transparent text-ink-2 hover:text-ink"
                }`}
              >
                <Mark news={strongest(leaves(tab.root).map((one) => news[one]))} />
                <span className="font-mono">{placeOf(shell)}</span>
                <span className={`max-w-40 truncate ${shell.name ? "" : "text-ink-3"}`}>{label}</span>
                {more > 0 ? <span className="text-ink-3">+{more}</span> : null}
              </button>
            )}
            <button
              type="button"
              aria-label={`Close shell ${shell.name ?? numberOf(shell, shells)} in ${shell.jail}`}
              onClick={() => onClose(shell)}
              className="h-6 w-6 rounded text-ink-3 hover:bg-sunken hover:text-ink"
            >
              ✕
            </button>
          </div>
        );
      })}
      <span aria-live="polite" className="sr-only">
        {moved}
      </span>
    </div>
  );
}

/** On a phone all shells are in one list; one is seen at a time. */
export function ShellSelect({
  tabs,
  shells,
  news,
  shown,
  onShow,
}: Pick<Props, "tabs" | "shells" | "news" | "onShow"> & { shown: string | null }) {
  const words = { ended: "○ ", bell: "◐ ", output: "◉ " };
  return (
    <select
      aria-label="My shells"
      value={shown ?? ""}
      onChange={(event) => onShow(event.target.value || null)}
      className="min-w-0 flex-1 rounded border border-line-2 bg-raised px-2 text-16 text-ellipsis md:hidden"
    >
      {shown === null ? <option value="">{shells.length} open shells</option> : null}
      {tabs
        .flatMap((tab) => leaves(tab.root))
        .map((id) => {
          const shell = shells.find((one) => one.terminal === id);
          const state = news[id];
          return shell ? (
            <option key={id} value={id}>
              {state ? words[state] : ""}
              {placeOf(shell)} {labelOf(shell, shells)}
            </option>
          ) : null;
        })}
    </select>
  );
}

/** Enter and leaving it keep the name, Esc does not; an empty one takes it away. @param onDone gets null for Esc */
export function NameField({ first, onDone }: { first: string; onDone: (name: string | null) => void }) {
  const [name, setName] = useState(first);
  return (
    <input
      autoFocus
      aria-label="Name of the shell"
      value={name}
      maxLength={64}
      spellCheck={false}
      autoComplete="off"
      placeholder="no name"
      onFocus={(event) => event.target.select()}
      onChange={(event) => setName(event.target.value)}
      onBlur={() => onDone(name.trim())}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") onDone(null);
      }}
      className="h-7 w-40 rounded border border-line-2 bg-raised px-2 text-13 max-md:h-11 max-md:text-16"
    />
  );
}

const strongest = (all: readonly News[string][]): News[string] =>
  (["bell", "output", "ended"] as const).find((one) => all.includes(one));

/** Its state as mark and word: open, ended, or something new while nobody looked. */
function Mark({ news }: { news: News[string] }) {
  const [mark, word, look] = {
    ended: ["○", "ended", "text-idle"],
    bell: ["◐", "wants a look", "text-warn"],
    output: ["◉", "new output", "text-ink"],
    none: ["●", "open", "text-ok"],
  }[news ?? "none"];
  return (
    <span className={look}>
      <span aria-hidden>{mark}</span>
      <span className="sr-only">{word}</span>
    </span>
  );
}
