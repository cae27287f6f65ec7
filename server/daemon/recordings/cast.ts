import type { CastHeader } from "../../contract/recording.ts";

/** Output within so many milliseconds becomes one event, up to so many characters. */
const TOGETHER = 8;
const LONGEST = 32 * 1024;

/** @returns the first line of an asciicast v2 file */
export const castHeader = (header: CastHeader): string => `${JSON.stringify(header)}\n`;

/** What a terminal prints as lines of asciicast v2: `[seconds, "o", text]`, and `[seconds, "r", "80x24"]` for another size. */
export class Cast {
  /** keeps the bytes of a character that is not whole yet, also over a change of size */
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #begunAt = performance.now();
  #lines: string[] = [];
  #text = "";
  #textAt = 0;
  /** characters that wait to be taken, roughly what they will be in the file */
  waiting = 0;

  /** Decodes at once: the bytes are the caller's again. */
  printed(bytes: Buffer): void {
    const now = performance.now();
    const text = this.#decoder.decode(bytes, { stream: true });
    this.waiting += text.length;
    if (this.#text !== "" && (now - this.#textAt > TOGETHER || this.#text.length + text.length > LONGEST))
      this.#close();
    if (this.#text === "") this.#textAt = now;
    this.#text += text;
  }

  resized(cols: number, rows: number): void {
    this.#close();
    this.#line(performance.now(), "r", `${cols}x${rows}`);
  }

  /** What was printed since the last call. @param last no more comes: the rest of a broken character is shown as one */
  take(last = false): string {
    this.#close();
    const rest = last ? this.#decoder.decode() : "";
    if (rest !== "") this.#line(performance.now(), "o", rest);
    const text = this.#lines.join("");
    this.#lines = [];
    this.waiting = 0;
    return text;
  }

  #close(): void {
    if (this.#text === "") return;
    this.#line(this.#textAt, "o", this.#text);
    this.#text = "";
  }

  #line(at: number, kind: "o" | "r", data: string): void {
    this.#lines.push(`${JSON.stringify([Math.max(0, Math.round(at - this.#begunAt)) / 1000, kind, data])}\n`);
  }
}
