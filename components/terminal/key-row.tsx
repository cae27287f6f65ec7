"use client";
import { useEffect, useRef, useState, type MouseEvent, type PointerEvent } from "react";
import { type Held, type Hold, tapped } from "./keys.ts";

type Key = { label: string; name?: string; key: string; repeats?: boolean };
const FIRST: Key[] = [
  { label: "←", name: "Left", key: "Left", repeats: true },
  { label: "↑", name: "Up", key: "Up", repeats: true },
  { label: "↓", name: "Down", key: "Down", repeats: true },
  { label: "→", name: "Right", key: "Right", repeats: true },
];
const SIGNS: Key[] = ["|", "/", "-", "~"].map((sign) => ({ label: sign, key: sign }));
const MORE: Key[] = [
  { label: "Home", key: "Home" },
  { label: "End", key: "End" },
  { label: "PgUp", name: "Page up", key: "PageUp", repeats: true },
  { label: "PgDn", name: "Page down", key: "PageDown", repeats: true },
  { label: "Ins", name: "Insert", key: "Insert" },
  { label: "Del", name: "Delete", key: "Delete", repeats: true },
  ...Array.from({ length: 12 }, (_, i) => ({ label: `F${i + 1}`, key: `F${i + 1}` })),
];
const REPEAT_AFTER = 400;
const REPEAT_EVERY = 70;

export type KeyRowProps = {
  held: Held;
  onHeld: (held: Held) => void;
  /** a key of keys.ts */
  onKey: (key: string) => void;
  onPaste: () => void;
  /** null: nothing is selected */
  onCopy: (() => void) | null;
  onFind: () => void;
};

/**
 * Keys that a touch screen's keyboard lacks; nothing here takes the focus. A tap on Ctrl or Alt holds it for the next key, two
 * taps until the third. Arrows repeat while they are pressed.
 */
export function KeyRow({ held, onHeld, onKey, onPaste, onCopy, onFind }: KeyRowProps) {
  const [more, setMore] = useState(false);
  const taps = useRef({ ctrl: -Infinity, alt: -Infinity });
  const send = useRef(onKey);
  send.current = onKey;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const release = () => clearTimeout(timer.current);
  useEffect(() => release, []);

  const press = (event: PointerEvent, key: string) => {
    if (event.button !== 0) return;
    send.current(key);
    const again = () => {
      send.current(key);
      timer.current = setTimeout(again, REPEAT_EVERY);
    };
    timer.current = setTimeout(again, REPEAT_AFTER);
  };
  const key = ({ label, name, key, repeats }: Key) => (
    <button
      key={label}
      type="button"
      aria-label={name}
      {...(repeats
        ? {
            onPointerDown: (event: PointerEvent) => press(event, key),
            onPointerUp: release,
            onPointerCancel: release,
            onPointerLeave: release,
            onContextMenu: (event: MouseEvent) => event.preventDefault(),
            // by a keyboard or a screen reader, where no pointer went down
            onClick: (event: MouseEvent) => event.detail === 0 && onKey(key),
          }
        : { onClick: () => onKey(key) })}
      className={LOOK}
    >
      {label}
    </button>
  );
  const hold = (which: keyof Held, label: string) => (
    <button
      type="button"
      aria-pressed={held[which] !== "off"}
      aria-description={SAID[held[which]]}
      data-hold={held[which]}
      onClick={(event) => {
        const since = event.timeStamp - taps.current[which];
        taps.current[which] = event.timeStamp;
        onHeld({ ...held, [which]: tapped(held[which], since) });
      }}
      className={`${LOOK} aria-pressed:border-ink aria-pressed:bg-ink aria-pressed:text-paper data-[hold=locked]:underline data-[hold=locked]:decoration-2 data-[hold=locked]:underline-offset-4`}
    >
      {label}
    </button>
  );
  const act = (label: string, onClick: (() => void) | null) => (
    <button
      type="button"
      disabled={onClick === null}
      onClick={() => onClick?.()}
      className={`${LOOK} font-sans disabled:opacity-55`}
    >
      {label}
    </button>
  );
  return (
    <div
      role="toolbar"
      aria-label="Keys"
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      className="flex shrink-0 touch-pan-x flex-col gap-1 border-t bg-raised p-1 pb-[max(0.25rem,env(safe-area-inset-bottom))] select-none [-webkit-touch-callout:none] [@media(hover:hover)_and_(pointer:fine)]:hidden"
    >
      <div className={ROW}>
        {key({ label: "Esc", key: "Escape" })}
        {key({ label: "Tab", key: "Tab" })}
        {hold("ctrl", "Ctrl")}
        {hold("alt", "Alt")}
        {FIRST.map(key)}
      </div>
      <div className={ROW}>
        {SIGNS.map(key)}
        {act("Paste", onPaste)}
        {act("Copy", onCopy)}
        {act("Find", onFind)}
        <button
          type="button"
          aria-label="More keys"
          aria-expanded={more}
          onClick={() => setMore(!more)}
          className={`${LOOK} aria-expanded:bg-sunken`}
        >
          ⋯
        </button>
      </div>
      {more ? <div className={ROW}>{MORE.map(key)}</div> : null}
    </div>
  );
}

const SAID: Record<Hold, string | undefined> = { off: undefined, once: "held for the next key", locked: "held" };
const ROW = "flex gap-1 overflow-x-auto [scrollbar-width:none]";
const LOOK =
  "h-11 min-w-11 flex-[1_0_auto] rounded border border-line-2 bg-raised px-0.5 font-mono text-13 text-ink active:bg-sunken";
