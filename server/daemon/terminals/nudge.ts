/** Milliseconds between the two changes of size, so that the program notices both. */
const BETWEEN = 100;

/** Makes a full-screen program draw: its terminal loses a row and gets it back. */
export class Nudge {
  readonly #setRows: (rows: number) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(setRows: (rows: number) => void) {
    this.#setRows = setRows;
  }

  begin(rows: number): void {
    if (this.#timer || rows < 2) return;
    this.#setRows(rows - 1);
    this.#timer = setTimeout(() => {
      this.stop();
      this.#setRows(rows);
    }, BETWEEN);
  }

  /** Another size, or the end, has come between. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
