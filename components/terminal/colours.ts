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

export type Shade = {
  background: string;
  foreground: string;
  cursor: string;
  /** reverse video with the background as text, so that it is told from what the search has marked */
  selection: string;
  selectionInactive: string;
  /** below what the search has found, and the one of it where one is */
  mark: string;
  markHere: string;
  sixteen: string;
};

/**
 * Our own schemes, each for day and night. Every colour is readable as text on its ground: contrast 4.5 or more, `stark` 7
 * (colours.test.ts). `ink` is the panel's own, of the tokens in app/globals.css.
 */
export const SCHEMES = {
  ink: {
    light: {
      background: "#f2efea",
      foreground: "#1f1c18",
      cursor: "#9f3222",
      selection: "#524c44",
      selectionInactive: "#6b645b",
      mark: "#f6dfb6",
      markHere: "#f0b95c",
      sixteen:
        "#1f1c18 #a61c1c #2a6b37 #7d5200 #1d4f9e #862a78 #0d6270 #5f584f #524c44 #b8281f #2f7440 #875a00 #2a5cb0 #96358a #136c7b #1f1c18",
    },
    dark: {
      background: "#110f0d",
      foreground: "#ece7df",
      cursor: "#ec8a76",
      selection: "#bdb6ab",
      selectionInactive: "#9a9388",
      mark: "#3a2e1c",
      markHere: "#7a4f10",
      sixteen:
        "#9a9388 #f08379 #74c285 #dcaa4e #7fa8ee #d795d0 #62c2cc #d8d2c8 #a8a196 #f79d94 #90d69f #ecc374 #9dbdf5 #e5aede #83d6df #f5f1ea",
    },
  },
  slate: {
    light: {
      background: "#f4f6f8",
      foreground: "#1c2430",
      cursor: "#1b57a8",
      selection: "#3f4b5c",
      selectionInactive: "#5b6778",
      mark: "#dce8f8",
      markHere: "#9cc4fa",
      sixteen:
        "#1c2430 #b3261e #1f6b3a #7a5400 #1b57a8 #7b3296 #006878 #566172 #4a5566 #c0322a #28743f #855c00 #2a63b8 #8a3fa6 #0a7080 #1c2430",
    },
    dark: {
      background: "#0f141b",
      foreground: "#dce3ec",
      cursor: "#7cb0f5",
      selection: "#aab6c6",
      selectionInactive: "#8b97a8",
      mark: "#1f3048",
      markHere: "#2f5a94",
      sixteen:
        "#8b97a8 #f4857c #6cc58b #d9b15a #7cb0f5 #c79af0 #5cc6d6 #cfd8e3 #9aa6b6 #fa9f97 #8ad8a4 #ebc97e #9cc4fa #d9b6f6 #80d9e6 #f3f6fa",
    },
  },
  stark: {
    light: {
      background: "#ffffff",
      foreground: "#000000",
      cursor: "#000000",
      selection: "#00309c",
      selectionInactive: "#404040",
      mark: "#ffe9a8",
      markHere: "#ffb300",
      sixteen:
        "#000000 #8f0000 #004d1a #5c3d00 #00309c #6b0073 #00475c #404040 #333333 #a30000 #005c1f #6b4700 #0039b8 #7d0087 #00536b #000000",
    },
    dark: {
      background: "#000000",
      foreground: "#ffffff",
      cursor: "#ffffff",
      selection: "#ffd166",
      selectionInactive: "#bfbfbf",
      mark: "#4a3a00",
      markHere: "#7a5200",
      sixteen:
        "#b3b3b3 #ff9d94 #7ee89a #ffd166 #a3c9ff #f2adf0 #7de8f2 #e6e6e6 #bfbfbf #ffb8b1 #a3f5b6 #ffe08f #c2dbff #f9cbf8 #a6f2f9 #ffffff",
    },
  },
} as const satisfies Record<string, { light: Shade; dark: Shade }>;

export type SchemeName = keyof typeof SCHEMES;
export const SCHEME_NAMES = Object.keys(SCHEMES) as SchemeName[];

/** What one chooses by. */
export const SCHEME_WORDS: Record<SchemeName, string> = {
  ink: "Ink, as the panel",
  slate: "Slate, cool",
  stark: "Stark, most contrast",
};

/** @param ground `panel`: as the page around `element` is now */
export function shadeOf(scheme: SchemeName, ground: "panel" | "light" | "dark", element: Element): Shade {
  const dark = ground === "panel" ? getComputedStyle(element).colorScheme.includes("dark") : ground === "dark";
  return SCHEMES[scheme][dark ? "dark" : "light"];
}

/** @returns the shade as xterm takes it */
export function themeOf(shade: Shade): ITheme {
  const { background, foreground, cursor, selection, selectionInactive, sixteen } = shade;
  const colours = sixteen.split(" ");
  return {
    background,
    foreground,
    cursor,
    cursorAccent: background,
    selectionBackground: selection,
    selectionInactiveBackground: selectionInactive,
    selectionForeground: background,
    ...Object.fromEntries(NAMES.map((name, i) => [name, colours[i]])),
  };
}
