import type { Audience } from "./audience.ts";
import type { Pty } from "./pty.ts";

/** What the shell left behind may keep the tty open: its output is taken until nothing came for so many milliseconds. */
const QUIET = 200;

type Parts = {
  pty: () => Pick<Pty, "isEmpty" | "close" | "finish">;
  audience: Pick<Audience, "paused" | "offset">;
  over: () => void;
  /** ... and for so many at most, lest somebody who never acknowledges anything keeps an ended shell */
  longest: number;
};

/** Takes a shell's last output before it is called over: its process and its tty end one after the other, either first. */
export class Drain {
  readonly #parts: Parts;
  readonly #timers: NodeJS.Timeout[] = [];
  #processOver = false;
  #outputOver = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  processEnded(): void {
    this.#processOver = true;
    if (this.#outputOver) return this.#parts.over();
    // Node's own wrapper would drop what is unread 200 ms after the exit; here the reader decides.
    const { audience, pty, longest } = this.#parts;
    let seen = -1;
    const look = () => {
      // held by a viewer, or this process was late itself: nothing was read because nobody read
      const quiet = !audience.paused && pty().isEmpty();
      if (quiet && seen === audience.offset) pty().close();
      seen = quiet ? audience.offset : -1;
    };
    this.#timers.push(
      setInterval(look, QUIET),
      setTimeout(() => pty().finish(), longest),
    );
  }

  outputEnded(): void {
    this.#outputOver = true;
    this.stop();
    if (this.#processOver) return this.#parts.over();
    // The tty is closed but the process is not over yet; most often it is in a moment.
    this.#timers.push(setTimeout(this.#parts.over, 5 * QUIET));
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearTimeout(timer);
  }
}
