import { WINDOW } from "../../contract/terminal.ts";

type Reader = { pause(): void; resume(): void };

/** Why a pty is not read for a while: the window of the one who types is full, or its flood gives way to others. */
export class Hold {
  readonly #reader: Reader;
  #full = false;
  #resting: NodeJS.Timeout | undefined;
  #held = false;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Whether it is held for a window. */
  get full(): boolean {
    return this.#full;
  }

  /** @param open bytes that were printed and are not on the screen of the one who types */
  window(open: number): void {
    if (!this.#full && open > WINDOW.high) this.#full = true;
    else if (this.#full && open < WINDOW.low) this.#full = false;
    this.#settle();
  }

  /** For so many milliseconds; one who rests already rests no longer. */
  rest(milliseconds: number): void {
    if (this.#resting || milliseconds <= 0) return;
    this.#resting = setTimeout(() => this.wake(), milliseconds);
    this.#settle();
  }

  /** The rest is over. */
  wake(): void {
    clearTimeout(this.#resting);
    this.#resting = undefined;
    this.#settle();
  }

  #settle(): void {
    const hold = this.#full || this.#resting !== undefined;
    if (hold === this.#held) return;
    this.#held = hold;
    if (hold) this.#reader.pause();
    else this.#reader.resume();
  }
}
