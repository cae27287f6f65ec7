import { lastLine } from "./clean-line.ts";
import type { ModeTracker } from "./modes.ts";
import type { Ring } from "./ring.ts";

/** What is looked at for the last line. */
const LABEL = 4096;
/** In milliseconds: what prints all the time is looked at no more often. */
const KEPT = 1000;

export type Label = { title: string | null; lastLine: string };

/** What a shell's program calls itself, and the last line that shows something; a list of all shells asks for it every two seconds. */
export class Labeller {
  readonly #ring: Ring;
  readonly #atStart: () => ModeTracker;
  #label: Label = { title: null, lastLine: "" };
  #modes: ModeTracker | null = null;
  /** how much of the stream it stands for, and since when */
  #end = 0;
  #at = -Infinity;

  /** @param atStart makes the state at the ring's start */
  constructor(ring: Ring, atStart: () => ModeTracker) {
    this.#ring = ring;
    this.#atStart = atStart;
  }

  /** @returns it as it is, or was less than a second ago */
  label(): Label {
    const { start, end } = this.#ring;
    const now = performance.now();
    if (end === this.#end || now - this.#at < KEPT) return this.#label;
    // What was looked at before is looked at again only when the stream has run past that.
    const from = this.#modes && this.#end >= start ? this.#end : start;
    if (from === start || !this.#modes) this.#modes = this.#atStart();
    this.#modes.feed(this.#ring.read(from, end));
    this.#end = end;
    this.#at = now;
    const last = this.#ring.read(Math.max(start, end - LABEL), end);
    this.#label = { title: this.#modes.title, lastLine: lastLine(last) };
    return this.#label;
  }
}
