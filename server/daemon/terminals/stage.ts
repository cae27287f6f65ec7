import type { House } from "./company.ts";

/** What the viewers ask of the shell. */
export type Stage = House & {
  pause(): void;
  resume(): void;
  /** where it gives way to others (courtesy.ts) */
  courtesy: { isFlood(): boolean; cameLate(milliseconds: number): void; restAfter(length: number): number };
  /** whether nothing is to be typed until released() is called */
  full(): boolean;
  /** types bytes; false means that it is full now */
  type(bytes: Buffer): boolean;
  resize(cols: number, rows: number): void;
  size(): { cols: number; rows: number };
  /** someone was shown a replay of the alternate screen: let the program draw it */
  redraw(): void;
  /** a viewer has come or left */
  watched(): void;
};
