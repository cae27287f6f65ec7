/** Private modes that are simply on or off, with what a fresh terminal has. Mouse, alternate screen and cursor blink have more to them. */
export const SWITCHES: ReadonlyMap<number, boolean> = new Map([
  [1, false], // cursor keys
  [6, false], // origin
  [7, true], // autowrap
  [25, true], // cursor visible
  [45, false], // reverse wraparound
  [66, false], // keypad
  [1004, false], // focus reports
  [2004, false], // bracketed paste
]);
export const MOUSE_PROTOCOLS = [9, 1000, 1002, 1003];
export const MOUSE_ENCODINGS = [1006, 1016];
/** What a soft reset puts back. */
export const SOFT = [1, 6, 7, 25, 45, 66, 1004, 2004];

/** Makes a terminal's alternate screen, and all modes, as those of one that was just reset; other terminals' DECSTR resets both screens. */
export const ANEW = [
  "\x18",
  ...[...SWITCHES].map(([mode, on]) => `\x1b[?${mode}${on ? "h" : "l"}`),
  "\x1b[?2026l\x1b[?1000l\x1b[?1006l\x1b[4l\x1b[20l\x1b[0 q",
  "\x1b[r\x1b[m\x1b(B\x1b)B\x1b*B\x1b+B\x0f\x1b]8;;\x1b\\\x1b[2J\x1b[H\x1b7",
].join("");
