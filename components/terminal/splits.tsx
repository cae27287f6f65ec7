"use client";
import { useRef, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { type DockShell, labelOf, placeOf } from "./dock-shell.ts";
import { arrange, type Divider, type Rect, resize, type Tab } from "./layout.ts";

const percent = (part: number) => `${part * 100}%`;
const place = ({ x, y, w, h }: Rect) => ({ left: percent(x), top: percent(y), width: percent(w), height: percent(h) });

/**
 * The shells of all tabs that have a line, each where its tab puts it: none is made anew when the layout changes. Dividers are
 * dragged, moved by arrows, and halved by a double click.
 */
export function Splits({
  tab,
  shells,
  mounted,
  alone,
  onResize,
  onFocus,
  onClose,
  children,
}: {
  /** null: nothing is seen */
  tab: Tab | null;
  shells: readonly DockShell[];
  mounted: ReadonlySet<string>;
  /** one at a time, as on a phone */
  alone: boolean;
  onResize: (tab: Tab, root: Tab["root"]) => void;
  onFocus: (terminal: string) => void;
  onClose: (shell: DockShell) => void;
  children: (shell: DockShell, how: { visible: boolean; focused: boolean }) => ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const { panes, dividers } = arrange(tab === null ? "" : alone ? tab.focus : tab.root);
  const split = panes.size > 1;
  return (
    <div ref={box} className={tab ? "relative min-h-0 flex-1" : "hidden"}>
      {shells
        .filter((shell) => mounted.has(shell.terminal))
        .map((shell) => {
          const rect = panes.get(shell.terminal);
          const focused = tab?.focus === shell.terminal;
          return (
            <div
              key={shell.terminal}
              data-pane={shell.terminal}
              data-focused={focused && split ? "" : undefined}
              onFocusCapture={() => rect && !focused && onFocus(shell.terminal)}
              style={rect ? place(rect) : undefined}
              className={rect ? "absolute flex flex-col border-line-2 p-px" : "hidden"}
            >
              {split ? (
                <div
                  className={`flex h-7 shrink-0 items-center gap-2 border-b px-2 text-13 ${focused ? "bg-raised text-ink" : "bg-sunken text-ink-3"}`}
                >
                  <span className="font-mono">{placeOf(shell)}</span>
                  <span className="truncate">{labelOf(shell, shells)}</span>
                  <button
                    type="button"
                    aria-label={`Close ${placeOf(shell)} ${labelOf(shell, shells)}`}
                    onClick={() => onClose(shell)}
                    className="ml-auto h-6 w-6 shrink-0 rounded hover:bg-sunken hover:text-ink"
                  >
                    ✕
                  </button>
                </div>
              ) : null}
              <div className="min-h-0 flex-1">{children(shell, { visible: rect !== undefined, focused })}</div>
            </div>
          );
        })}
      {tab && split
        ? dividers.map((divider) => (
            <Handle
              key={divider.path}
              divider={divider}
              box={box}
              onMove={(at) => onResize(tab, resize(tab.root, divider.path, at))}
            />
          ))
        : null}
    </div>
  );
}

function Handle({
  divider: { dir, at, rect },
  box,
  onMove,
}: {
  divider: Divider;
  box: { readonly current: HTMLElement | null };
  onMove: (at: number) => void;
}) {
  const row = dir === "row";
  const onDrag = (event: PointerEvent) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const whole = box.current!.getBoundingClientRect();
    const along = row ? (event.clientX - whole.left) / whole.width : (event.clientY - whole.top) / whole.height;
    onMove((along - (row ? rect.x : rect.y)) / (row ? rect.w : rect.h));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -0.02, ArrowUp: -0.02, ArrowRight: 0.02, ArrowDown: 0.02 }[event.key];
    if (step === undefined || event.altKey) return;
    event.preventDefault();
    onMove(at + step);
  };
  const where = row
    ? { left: percent(rect.x + rect.w * at), top: percent(rect.y), height: percent(rect.h) }
    : { top: percent(rect.y + rect.h * at), left: percent(rect.x), width: percent(rect.w) };
  return (
    <div
      role="separator"
      aria-orientation={row ? "vertical" : "horizontal"}
      aria-label="Between two shells"
      aria-valuenow={Math.round(at * 100)}
      aria-valuemin={15}
      aria-valuemax={85}
      tabIndex={0}
      style={where}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onDrag}
      onDoubleClick={() => onMove(0.5)}
      onKeyDown={onKeyDown}
      className={`absolute z-10 touch-none ${row ? "-ml-1 w-2 cursor-col-resize border-l-4 border-l-transparent" : "-mt-1 h-2 cursor-row-resize"} hover:bg-line-2 focus-visible:bg-line-2`}
    >
      <span
        aria-hidden
        className={`pointer-events-none absolute bg-line-2 ${row ? "inset-y-0 left-0 w-px" : "inset-x-0 top-1 h-px"}`}
      />
    </div>
  );
}
