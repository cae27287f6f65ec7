import type { ITheme } from "@xterm/xterm";

/** The sixteen in their order: black red green yellow blue magenta cyan white, then the bright ones. */
const NAMES = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "brightBlack",
  "brightRed",
  "brightGreen",
  "brightYellow",
  "brightBlue",
  "brightMagenta",
  "brightCyan",
  "brightWhite",
] as const;

/** Each is readable as text on the terminal's ground, --sunken: contrast 4.5 or more (colours.test.ts). */
export const SCHEMES = {
  light: [
    "#1f1c18",
    "#a61c1c",
    "#2a6b37",
    "#7d5200",
    "#1d4f9e",
    "#862a78",
    "#0d6270",
    "#5f584f",
    "#524c44",
    "#b8281f",
    "#2f7440",
    "#875a00",
    "#2a5cb0",
    "#96358a",
    "#136c7b",
    "#1f1c18",
  ],
  dark: [
    "#9a9388",
    "#f08379",
    "#74c285",
    "#dcaa4e",
    "#7fa8ee",
    "#d795d0",
    "#62c2cc",
    "#d8d2c8",
    "#a8a196",
    "#f79d94",
    "#90d69f",
    "#ecc374",
    "#9dbdf5",
    "#e5aede",
    "#83d6df",
    "#f5f1ea",
  ],
} as const;

/** @returns xterm's theme from the page's tokens (app/globals.css) as they are now */
export function themeOf(element: Element): ITheme {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const scheme = SCHEMES[style.colorScheme.includes("dark") ? "dark" : "light"];
  return {
    background: token("--sunken"),
    foreground: token("--ink"),
    cursor: token("--accent-text"),
    cursorAccent: token("--sunken"),
    // reverse video, so that it is told from what the search has marked
    selectionBackground: token("--ink-2"),
    selectionInactiveBackground: token("--ink-3"),
    selectionForeground: token("--sunken"),
    ...Object.fromEntries(NAMES.map((name, i) => [name, scheme[i]])),
  };
}
