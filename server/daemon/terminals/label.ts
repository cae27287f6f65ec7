import { lastLine } from "./clean-line.ts";
import type { ModeTracker } from "./modes.ts";
import type { Ring } from "./ring.ts";

/** What is looked at for the last line. */
const LABEL = 4096;

export type Label = { title: string | null; lastLine: string };

/** @returns what its program calls itself, and the last line that shows something; @param modes at the ring's start, used up */
export function labelOf(ring: Ring, modes: ModeTracker): Label {
  const { start, end } = ring;
  modes.feed(ring.read(start, end));
  return { title: modes.title, lastLine: lastLine(ring.read(Math.max(start, end - LABEL), end)) };
}
