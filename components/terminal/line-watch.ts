/** So many milliseconds what was sent may be without a word. knastd says within a tenth of a second that it has it. */
export const ANSWER_WITHIN = 5000;

/**
 * Notices a line that is dead although nobody has closed it, as after a sleep, when a router has forgotten it. Only what was sent
 * and is not told as typed can show it; anything that comes shows that it stands.
 */
export class LineWatch {
  readonly #waits: () => boolean;
  readonly #dead: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** It was given up once. A program that reads nothing looks the same, and would be connected for ever. */
  #tried = false;

  /** @param waits whether something was sent and not told as typed @param dead called when the line is to be given up */
  constructor(waits: () => boolean, dead: () => void) {
    this.#waits = waits;
    this.#dead = dead;
  }

  /** Something was sent. */
  sent(): void {
    if (this.#tried || this.#timer !== undefined || !this.#waits()) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#waits()) return;
      this.#tried = true;
      this.#dead();
    }, ANSWER_WITHIN);
  }

  /** Something came. Once all is typed, the next silence counts again; a part is taken from whoever comes, even for a program that reads nothing. */
  heard(): void {
    this.stop();
    if (!this.#waits()) this.#tried = false;
    this.sent();
  }

  /** Something has happened that may have cost the line: it is looked at once more, if there is anything to see. */
  doubt(): void {
    this.#tried = false;
    this.sent();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
