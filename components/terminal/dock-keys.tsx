"use client";
import { useEffect, useRef, type RefObject } from "react";
import { Dialog } from "@/components/ui/dialog.tsx";
import type { Direction } from "./layout.ts";

/** What a key does in the dock. */
export type DockKey =
  | { do: "move"; to: Direction }
  | { do: "split"; dir: "row" | "column" }
  | { do: "shift"; by: 1 | -1 }
  | { do: "new" | "next" | "before" | "close" | "leave" };

/** Alt and Shift with these; no program that we know takes them, and browsers neither. By place on the keyboard, as Alt makes other letters of them. */
const KEYS: Record<string, DockKey> = {
  ArrowLeft: { do: "move", to: "left" },
  ArrowRight: { do: "move", to: "right" },
  ArrowUp: { do: "move", to: "up" },
  ArrowDown: { do: "move", to: "down" },
  KeyN: { do: "new" },
  KeyR: { do: "split", dir: "row" },
  KeyD: { do: "split", dir: "column" },
  KeyX: { do: "close" },
  Escape: { do: "leave" },
  // Windows and GNOME keep the one above for themselves, and without one of them Tab would never leave a shell.
  KeyO: { do: "leave" },
  PageDown: { do: "next" },
  PageUp: { do: "before" },
};

/** Ctrl and Shift with these, as in terminals of a desktop; a browser that takes them for its own tabs leaves Shift and arrows on a tab. */
const CTRL_KEYS: Record<string, DockKey> = { PageDown: { do: "shift", by: 1 }, PageUp: { do: "shift", by: -1 } };

/** The same for people. */
const DOCK_KEYS = [
  ["Alt Shift N", "another shell in the same jail"],
  ["Alt Shift R", "a shell to the right of this one"],
  ["Alt Shift D", "a shell below this one"],
  ["Alt Shift arrows", "to the shell beside"],
  ["Alt Shift Page Up, Page Down", "to the tab before, to the next"],
  ["Ctrl Shift Page Up, Page Down", "move the tab left, right"],
  ["Alt Shift X", "close this shell"],
  ["Alt Shift O or Escape", "out of the shell, to its tab"],
  ["F2, on a tab", "name it"],
  ["Shift arrows, on a tab", "move it; or drag it"],
  ["Arrows, on a divider", "move it"],
] as const;

/** For who can't see that the Tab key goes to the shell. */
export const WAY_OUT = "Tab belongs to the shell. Alt Shift O leaves it.";

type Pressed = Pick<KeyboardEvent, "altKey" | "shiftKey" | "ctrlKey" | "metaKey" | "code">;

/** @returns what the dock does with a key, null when it is the shell's */
export function dockKey({ altKey, shiftKey, ctrlKey, metaKey, code }: Pressed): DockKey | null {
  if (!shiftKey || metaKey || altKey === ctrlKey) return null;
  return (altKey ? KEYS : CTRL_KEYS)[code] ?? null;
}

/** Takes the dock's keys before the shell sees them. @param there whether there is a dock */
export function useDockKeys(dock: RefObject<HTMLElement | null>, there: boolean, act: (key: DockKey) => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const element = dock.current;
    if (!there || !element) return;
    const onKey = (event: KeyboardEvent) => {
      const key = dockKey(event);
      if (!key) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current(key);
    };
    element.addEventListener("keydown", onKey, { capture: true });
    return () => element.removeEventListener("keydown", onKey, { capture: true });
  }, [dock, there]);
}

export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="Keys of the shells">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {DOCK_KEYS.map(([key, does]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="text-13">{key}</kbd>
            </dt>
            <dd className="text-ink-2">{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
