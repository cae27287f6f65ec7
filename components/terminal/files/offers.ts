import { InnerPath } from "@/server/contract/shell-file.ts";

/** Offers that wait for an answer; more are not kept. */
const MOST = 3;
/** One that was answered comes again only after so many milliseconds. */
const AGAIN = 10_000;
/** So many in so many milliseconds are listened to: the jail prints what it likes. */
const BURST = 5;
const WITHIN = 10_000;

/** @returns the path in knast-get's sequence (what is between its number and its end), null for anything else */
export function parseOffer(text: string): string | null {
  const digits = /^get;((?:[0-9a-f]{2}){1,1023})$/.exec(text)?.[1];
  if (digits === undefined) return null;
  const bytes = Uint8Array.from(digits.match(/../g)!, (pair) => parseInt(pair, 16));
  try {
    const path = InnerPath.safeParse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return path.success ? path.data : null;
  } catch {
    return null;
  }
}

/** Which of a jail's offers are worth a question: few at a time, none twice, none once it was told to be quiet. */
export class Offers {
  readonly waiting: string[] = [];
  muted = false;
  readonly #answered = new Map<string, number>();
  #heard: number[] = [];

  /** @returns whether it is to be asked about */
  hear(text: string, now = Date.now()): string | null {
    this.#heard = this.#heard.filter((at) => now - at < WITHIN);
    if (this.muted || this.#heard.length >= BURST) return null;
    const path = parseOffer(text);
    if (path === null) return null;
    this.#heard.push(now);
    if (this.waiting.includes(path) || this.waiting.length >= MOST) return null;
    if (now - (this.#answered.get(path) ?? -Infinity) < AGAIN) return null;
    this.waiting.push(path);
    return path;
  }

  /** The question about it is over. */
  answered(path: string, now = Date.now()): void {
    const at = this.waiting.indexOf(path);
    if (at >= 0) this.waiting.splice(at, 1);
    for (const [old, when] of this.#answered) if (now - when >= AGAIN) this.#answered.delete(old);
    this.#answered.set(path, now);
  }
}
