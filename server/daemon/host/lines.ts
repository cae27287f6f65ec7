const MAX_LINE = 8192;

/** Cuts a stream of bytes into lines; a line without an end is cut at 8 KiB, so that memory stays bounded. */
export class LineSplitter {
  readonly #sink: (line: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  constructor(sink: (line: string) => void) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let buffer = this.#rest.length ? Buffer.concat([this.#rest, chunk]) : chunk;
    for (let end = buffer.indexOf(10); end >= 0; end = buffer.indexOf(10)) {
      this.#sink(buffer.subarray(0, Math.min(end, MAX_LINE)).toString("utf8"));
      buffer = buffer.subarray(end + 1);
    }
    while (buffer.length > MAX_LINE) {
      this.#sink(buffer.subarray(0, MAX_LINE).toString("utf8"));
      buffer = buffer.subarray(MAX_LINE);
    }
    this.#rest = Buffer.from(buffer);
  }

  flush(): void {
    if (this.#rest.length) this.#sink(this.#rest.toString("utf8"));
    this.#rest = Buffer.alloc(0);
  }
}

/**
 * @returns text that is safe in a terminal, a log line and a page: control characters, line separators and characters that
 *   turn the direction of writing are replaced by "?"; cut at `max` UTF-16 units
 */
export function cleanText(text: string, max: number): string {
  // eslint-disable-next-line no-control-regex
  const clean = text
    .replace(/\t/g, " ")
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g, "?");
  return clean.length > max ? `${clean.slice(0, max - 1).replace(/[\ud800-\udbff]$/, "")}…` : clean;
}
