"use client";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import type { TerminalInfo } from "@/server/contract/terminal.ts";
import { Terminal } from "./terminal.tsx";

export type DockShell = Pick<TerminalInfo, "terminal" | "jail" | "shell" | "note">;

export type TerminalDockProps = {
  shells: readonly DockShell[];
  /** the shell that is seen; null: the dock is folded to its tabs */
  shown: string | null;
  onShow: (terminal: string | null) => void;
  /** opens another shell in this jail and shows it */
  openShell: (jail: string) => Promise<unknown>;
  /** ends the shell; for one that is over already it is only taken off the dock */
  closeShell: (terminal: string, ended: boolean) => Promise<unknown>;
  stillOpen?: (terminal: string) => Promise<boolean>;
};

const SMALLEST = 160;
const REMEMBERED = "knast-dock-height";

/** My open shells, below every room: tabs, +, close; a handle to drag its height, full screen; on a phone always full screen. */
export function TerminalDock({ shells, shown, onShow, openShell, closeShell, stillOpen }: TerminalDockProps) {
  const [height, setHeight] = useState(320);
  const [full, setFull] = useState(false);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [ended, setEnded] = useState<ReadonlySet<string>>(new Set());
  const [titles, setTitles] = useState<Readonly<Record<string, string>>>({});
  const [rung, setRung] = useState<ReadonlySet<string>>(new Set());
  const [opening, setOpening] = useState(false);
  const dock = useRef<HTMLElement>(null);
  const current = shells.find((shell) => shell.terminal === shown) ?? null;

  useEffect(() => {
    const kept = Number(localStorage.getItem(REMEMBERED));
    if (kept >= SMALLEST) setHeight(kept);
  }, []);
  // A phone's keyboard covers the page; what is left of it is the visual viewport.
  useEffect(() => {
    const seen = window.visualViewport;
    if (!seen) return;
    const measure = () => dock.current?.style.setProperty("--seen", `${seen.height}px`);
    measure();
    seen.addEventListener("resize", measure);
    return () => seen.removeEventListener("resize", measure);
  }, [shown]);
  // A shell is connected when it is looked at first, and stays so behind the other tabs.
  useEffect(() => {
    if (!shown) return setFull(false);
    setOpened((now) => (now.has(shown) ? now : new Set(now).add(shown)));
    setRung((now) => without(now, shown));
  }, [shown]);

  if (shells.length === 0) return null;

  const keep = (wanted: number) => {
    const room = (dock.current?.parentElement?.clientHeight ?? innerHeight) - 40;
    const next = Math.round(Math.max(SMALLEST, Math.min(wanted, room)));
    setHeight(next);
    localStorage.setItem(REMEMBERED, String(next));
  };
  const onDrag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    keep(dock.current!.getBoundingClientRect().bottom - event.clientY);
  };
  const onHandleKey = (event: KeyboardEvent) => {
    const step = { ArrowUp: 24, ArrowDown: -24, PageUp: 120, PageDown: -120 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    keep(height + step);
  };
  const onTabKey = (event: KeyboardEvent) => {
    const at = shells.findIndex((shell) => shell.terminal === shown);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: shells.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = shells[(to + shells.length) % shells.length]!;
    onShow(next.terminal);
    dock.current?.querySelector<HTMLElement>(`[data-tab="${next.terminal}"]`)?.focus();
  };
  const close = (shell: DockShell) => {
    if (shell.terminal === shown) {
      const at = shells.indexOf(shell);
      onShow((shells[at + 1] ?? shells[at - 1])?.terminal ?? null);
    }
    void closeShell(shell.terminal, ended.has(shell.terminal));
  };
  const another = current ?? shells.at(-1)!;

  return (
    <section
      ref={dock}
      aria-label="Shells"
      data-testid="dock"
      style={current && !full ? { height } : undefined}
      className={`flex shrink-0 flex-col border-t bg-raised ${
        current
          ? `max-md:fixed max-md:inset-x-0 max-md:top-0 max-md:z-30 max-md:!h-(--seen) max-md:border-t-0 ${full ? "fixed inset-0 z-30 border-t-0" : "md:max-h-[calc(100%-2.5rem)]"}`
          : ""
      }`}
    >
      {current && !full ? (
        <div
          role="separator"
          aria-orientation="horizontal"
          aria-label="Height of the shells"
          aria-valuenow={height}
          aria-valuemin={SMALLEST}
          tabIndex={0}
          onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
          onPointerMove={onDrag}
          onKeyDown={onHandleKey}
          className="-mt-1 h-2 shrink-0 cursor-row-resize touch-none max-md:hidden"
        />
      ) : null}
      <div className="flex h-9 shrink-0 items-stretch gap-1 border-b px-2 max-md:h-12">
        <div
          role="tablist"
          aria-label="My shells"
          onKeyDown={onTabKey}
          className="flex min-w-0 gap-1 overflow-x-auto [scrollbar-width:none]"
        >
          {shells.map((shell) => (
            <div key={shell.terminal} className="flex shrink-0 items-center">
              <button
                type="button"
                role="tab"
                data-tab={shell.terminal}
                aria-selected={shell === current}
                tabIndex={shell === (current ?? shells[0]) ? 0 : -1}
                title={titles[shell.terminal]}
                onClick={() => onShow(shell === current ? null : shell.terminal)}
                className={`-mb-px flex h-full items-center gap-2 border-b-2 px-2 text-13 -outline-offset-2 ${
                  shell === current ? "border-b-ink text-ink" : "border-b-transparent text-ink-2 hover:text-ink"
                }`}
              >
                <Mark over={ended.has(shell.terminal)} rung={rung.has(shell.terminal)} />
                <span className="font-mono">{shell.jail}</span>
                <span className="text-ink-3">{numberOf(shell, shells)}</span>
              </button>
              <button
                type="button"
                aria-label={`Close shell ${numberOf(shell, shells)} in ${shell.jail}`}
                onClick={() => close(shell)}
                className="h-6 w-6 rounded text-ink-3 hover:bg-sunken hover:text-ink max-md:h-10 max-md:w-10"
              >
                ✕
              </button>
            </div>
          ))}
        </div>
        <button
          type="button"
          disabled={opening}
          aria-label={`Open another shell in ${another.jail}`}
          onClick={() => {
            setOpening(true);
            void openShell(another.jail).finally(() => setOpening(false));
          }}
          className={TOOL}
        >
          +
        </button>
        <span className="ml-auto" />
        {current ? (
          <>
            <button
              type="button"
              aria-pressed={full}
              aria-label="Full screen"
              onClick={() => setFull(!full)}
              className={`${TOOL} max-md:hidden`}
            >
              ⤢
            </button>
            <button type="button" aria-label="Fold the shells away" onClick={() => onShow(null)} className={TOOL}>
              ⌄
            </button>
          </>
        ) : null}
      </div>
      {current?.note ? <p className="border-b px-3 py-1 text-13 text-warn">▲ {current.note}</p> : null}
      <div className={current ? "min-h-0 flex-1" : "hidden"}>
        {shells
          .filter((shell) => opened.has(shell.terminal))
          .map((shell) => (
            <Terminal
              key={shell.terminal}
              terminal={shell.terminal}
              jail={shell.jail}
              visible={shell === current}
              onTitle={(title) => setTitles((now) => ({ ...now, [shell.terminal]: title }))}
              onBell={() => shell.terminal !== shown && setRung((now) => new Set(now).add(shell.terminal))}
              onExit={() => setEnded((now) => new Set(now).add(shell.terminal))}
              {...(stillOpen ? { stillOpen: () => stillOpen(shell.terminal) } : {})}
            />
          ))}
      </div>
    </section>
  );
}

const TOOL = "w-9 shrink-0 rounded text-16 text-ink-2 hover:bg-sunken hover:text-ink disabled:opacity-55 max-md:w-12";

/** Its state as mark and word: open, ended, or rung while nobody looked. */
function Mark({ over, rung }: { over: boolean; rung: boolean }) {
  const [mark, word, look] = over
    ? ["○", "ended", "text-idle"]
    : rung
      ? ["◐", "bell", "text-warn"]
      : ["●", "open", "text-ok"];
  return (
    <span className={look}>
      <span aria-hidden>{mark}</span>
      <span className="sr-only">{word}</span>
    </span>
  );
}

/** Counts the shells of one jail from 1. */
function numberOf(shell: DockShell, shells: readonly DockShell[]): number {
  return shells.filter((one) => one.jail === shell.jail).indexOf(shell) + 1;
}

function without<T>(set: ReadonlySet<T>, item: T): ReadonlySet<T> {
  if (!set.has(item)) return set;
  const copy = new Set(set);
  copy.delete(item);
  return copy;
}
