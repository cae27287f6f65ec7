"use client";

export type Sticky = { ctrl: boolean; alt: boolean };

type Key = { label: string; name?: string; send: string | ((applicationCursor: boolean) => string) };
const arrow = (letter: string) => (application: boolean) => `\x1b${application ? "O" : "["}${letter}`;
const KEYS: Key[] = [
  { label: "←", name: "Left", send: arrow("D") },
  { label: "↑", name: "Up", send: arrow("A") },
  { label: "↓", name: "Down", send: arrow("B") },
  { label: "→", name: "Right", send: arrow("C") },
  { label: "|", send: "|" },
  { label: "/", send: "/" },
  { label: "-", send: "-" },
  { label: "~", send: "~" },
];

/** Keys that a touch screen's keyboard lacks. Ctrl and Alt hold for the next key; nothing here takes the focus. */
export function KeyRow({
  sticky,
  onSticky,
  onKey,
}: {
  sticky: Sticky;
  onSticky: (sticky: Sticky) => void;
  onKey: (send: Key["send"]) => void;
}) {
  const key = ({ label, name, send }: Key) => (
    <button key={label} type="button" aria-label={name} onClick={() => onKey(send)} className={LOOK}>
      {label}
    </button>
  );
  const hold = (which: keyof Sticky, label: string) => (
    <button
      type="button"
      aria-pressed={sticky[which]}
      onClick={() => onSticky({ ...sticky, [which]: !sticky[which] })}
      className={`${LOOK} aria-pressed:border-ink aria-pressed:bg-ink aria-pressed:text-paper`}
    >
      {label}
    </button>
  );
  return (
    <div
      role="toolbar"
      aria-label="Keys"
      onPointerDown={(event) => event.preventDefault()}
      className="flex shrink-0 gap-1 overflow-x-auto border-t bg-raised p-1 [scrollbar-width:none] [@media(hover:hover)_and_(pointer:fine)]:hidden"
    >
      {key({ label: "Esc", send: "\x1b" })}
      {key({ label: "Tab", send: "\t" })}
      {hold("ctrl", "Ctrl")}
      {hold("alt", "Alt")}
      {KEYS.map(key)}
    </div>
  );
}

const LOOK = "h-10 min-w-10 flex-[1_0_auto] rounded border border-line-2 bg-raised px-2.5 font-mono text-13 text-ink";
