import { useSyncExternalStore } from "react";
import { recall, remember } from "@/components/ui/remember.ts";
import { SCHEME_NAMES, type SchemeName } from "./colours.ts";

export const FONT_SIZE = { least: 10, most: 24, usual: 13 } as const;
export const GROUNDS = ["panel", "light", "dark"] as const;

/** How this browser shows shells; another browser has its own. */
export type Preferences = {
  fontSize: number;
  scheme: SchemeName;
  /** light or dark as the panel is, or always one of them */
  ground: (typeof GROUNDS)[number];
  copyOnSelection: boolean;
  middleClickPastes: boolean;
  /** a bell in a shell that nobody looks at marks its tab */
  bellMarks: boolean;
  /** a long command that ends while nobody looks is told by the system */
  tellWhenDone: boolean;
  screenReader: boolean;
};

export const USUAL: Preferences = {
  fontSize: FONT_SIZE.usual,
  scheme: "ink",
  ground: "panel",
  copyOnSelection: false,
  middleClickPastes: true,
  bellMarks: true,
  tellWhenDone: false,
  screenReader: false,
};

const KEPT = "knast-shell";

/** @param text what was kept, or null. @returns it as far as it makes sense, the usual for the rest */
export function readPreferences(text: string | null): Preferences {
  let kept: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? "{}");
    if (typeof parsed === "object" && parsed !== null) kept = parsed as Record<string, unknown>;
  } catch {
    // kept by something else, or cut off
  }
  const oneOf = <T>(value: unknown, all: readonly T[], usual: T) => (all.includes(value as T) ? (value as T) : usual);
  const yes = (name: keyof Preferences) => oneOf(kept[name], [true, false], USUAL[name] as boolean);
  return {
    fontSize: withinFontSizes(kept.fontSize),
    scheme: oneOf(kept.scheme, SCHEME_NAMES, USUAL.scheme),
    ground: oneOf(kept.ground, GROUNDS, USUAL.ground),
    copyOnSelection: yes("copyOnSelection"),
    middleClickPastes: yes("middleClickPastes"),
    bellMarks: yes("bellMarks"),
    tellWhenDone: yes("tellWhenDone"),
    screenReader: yes("screenReader"),
  };
}

/** @returns a whole number of pixels that can be read; the usual one for what is no number */
export function withinFontSizes(size: unknown): number {
  if (typeof size !== "number" || !Number.isFinite(size)) return FONT_SIZE.usual;
  return Math.max(FONT_SIZE.least, Math.min(FONT_SIZE.most, Math.round(size)));
}

let now: Preferences | null = null;
const listeners = new Set<() => void>();

/** What is chosen in this browser at the moment. */
export function preferences(): Preferences {
  now ??= readPreferences(recall(KEPT));
  return now;
}

/** Changes some and keeps them; every open shell follows, in other tabs of the browser too. */
export function choose(some: Partial<Preferences>): void {
  now = { ...preferences(), ...some };
  remember(KEPT, JSON.stringify(now));
  for (const listener of listeners) listener();
}

/** Calls `listener` after each change, also one made in another tab. @returns what ends it */
export function onPreferences(listener: () => void): () => void {
  const elsewhere = (event: StorageEvent) => {
    if (event.key !== KEPT && event.key !== null) return;
    now = null;
    listener();
  };
  listeners.add(listener);
  addEventListener("storage", elsewhere);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", elsewhere);
  };
}

export const usePreferences = (): Preferences => useSyncExternalStore(onPreferences, preferences, () => USUAL);
