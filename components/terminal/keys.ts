import { withCtrl } from "./text.ts";

/** Held for the next key (`once`), or until it is let go (`locked`). */
export type Hold = "off" | "once" | "locked";
export type Held = { ctrl: Hold; alt: Hold };
export const NOTHING_HELD: Held = { ctrl: "off", alt: "off" };

/** A second tap within this time locks. */
const DOUBLE_TAP = 350;

/** @param since milliseconds since the tap before on the same key. @returns what a tap on Ctrl or Alt makes of it */
export function tapped(hold: Hold, since: number): Hold {
  if (hold === "off") return "once";
  return hold === "once" && since <= DOUBLE_TAP ? "locked" : "off";
}

/** A key was sent: what held for one is let go. */
export function afterKey({ ctrl, alt }: Held): Held {
  return { ctrl: ctrl === "once" ? "off" : ctrl, alt: alt === "once" ? "off" : alt };
}

/** What the on-screen keyboard typed, with what is held; more than a character (a word, a paste, a report) stays as it is. */
export function withHeld(text: string, held: Held): string {
  if ([...text].length !== 1 || text === "\x1b") return text;
  const out = held.ctrl === "off" ? text : (withCtrl(text) ?? text);
  return held.alt === "off" ? out : `\x1b${out}`;
}

const CURSOR: Record<string, string> = { Up: "A", Down: "B", Right: "C", Left: "D", Home: "H", End: "F" };
const NUMBERED: Record<string, number> = {
  Insert: 2,
  Delete: 3,
  PageUp: 5,
  PageDown: 6,
  F5: 15,
  F6: 17,
  F7: 18,
  F8: 19,
  F9: 20,
  F10: 21,
  F11: 23,
  F12: 24,
};
const FUNCTION: Record<string, string> = { F1: "P", F2: "Q", F3: "R", F4: "S" };
const PLAIN: Record<string, string> = { Escape: "\x1b", Tab: "\t" };

/**
 * @param key a name of this file, or a character
 * @param application whether the program wants cursor keys in its own form (DECCKM)
 * @returns the bytes that xterm sends for it (ctlseqs, "PC-Style Function Keys")
 */
export function encodeKey(key: string, held: Held, application: boolean): string {
  const alt = held.alt !== "off";
  const modifier = 1 + (alt ? 2 : 0) + (held.ctrl === "off" ? 0 : 4);
  const cursor = CURSOR[key] ?? FUNCTION[key];
  if (cursor !== undefined) {
    if (modifier > 1) return `\x1b[1;${modifier}${cursor}`;
    return `\x1b${application || key in FUNCTION ? "O" : "["}${cursor}`;
  }
  const number = NUMBERED[key];
  if (number !== undefined) return `\x1b[${number}${modifier > 1 ? `;${modifier}` : ""}~`;
  const plain = PLAIN[key];
  if (plain !== undefined) return alt ? `\x1b${plain}` : plain;
  return withHeld(key, held);
}
