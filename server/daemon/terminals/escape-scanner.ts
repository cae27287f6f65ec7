import { PlainText } from "./plain-text.ts";
import { Params, type Visitor } from "./visitor.ts";

const GROUND = 0;
const ESC = 1;
const CSI = 2;
const OSC = 3;
const DCS = 4;
const IGNORED_STRING = 5;

/** What is kept of an OSC or DCS. */
export const MAX_STRING = 4096;
/** One for all: nothing is fed while something else is. */
const plain = new PlainText();

/**
 * Finds control sequences (ECMA-48, as xterm reads them) in a stream of bytes that may be cut anywhere. It holds no text
 * and allocates nothing for CSI, as it runs over everything that leaves the replay ring.
 */
export class EscapeScanner {
  /** where the sequence just reported began and ended in the buffer; start is negative when it began in an earlier one */
  start = 0;
  end = 0;
  #state = GROUND;
  #params = new Params();
  #prefix = 0;
  #intermediate = 0;
  #malformed = false;
  #text = "";
  #c2 = false;
  #fed = 0;
  readonly #visitor: Visitor;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  /** True between sequences and characters of which the scanner knows: here a stream may be cut. */
  get atRest(): boolean {
    return this.#state === GROUND && !this.#c2;
  }

  /** How many bytes of a sequence have come that is not whole yet. */
  get begun(): number {
    return this.#state === GROUND ? 0 : this.#fed - this.start;
  }

  /** The kind of string that is open: they end differently. */
  get openString(): "osc" | "other" | null {
    return this.#state === OSC ? "osc" : this.#state >= DCS ? "other" : null;
  }

  /** Takes over where another one stands in its stream. */
  copyFrom(other: EscapeScanner): void {
    this.start = other.start;
    this.#fed = other.#fed;
    this.#state = other.#state;
    this.#params.values.set(other.#params.values);
    this.#params.colon.set(other.#params.colon);
    this.#params.length = other.#params.length;
    this.#prefix = other.#prefix;
    this.#intermediate = other.#intermediate;
    this.#malformed = other.#malformed;
    this.#text = other.#text;
    this.#c2 = other.#c2;
  }

  feed(bytes: Uint8Array): void {
    const to = bytes.length;
    let i = 0;
    this.start -= this.#fed;
    this.#fed = to;
    plain.begin();
    while (i < to) {
      if (this.#state === GROUND && !this.#c2) {
        i = plain.endOf(bytes, i);
        if (i === to) break;
        const after = bytes[i] === 0x1b && bytes[i + 1] === 0x5b ? this.#simpleCsi(bytes, i, to) : i;
        if (after > i) {
          i = after;
          continue;
        }
      } else if (this.#state >= OSC && !this.#c2) {
        i = this.#skipString(bytes, i, to);
        if (i === to) break;
      }
      this.#byte(bytes[i]!, i);
      i++;
    }
  }

  /** Most of all sequences: CSI with numbers and nothing else, whole in this buffer. @returns where it ends, `from` for others */
  #simpleCsi(bytes: Uint8Array, from: number, to: number): number {
    const params = this.#params;
    let count = 0;
    let value = 0;
    for (let i = from + 2; i < to && i < from + 40; i++) {
      const byte = bytes[i]!;
      if (byte >= 0x30 && byte <= 0x39) {
        value = value * 10 + byte - 0x30;
        if (value > 0xffff) return from;
      } else if (byte === 0x3b) {
        if (count >= 30) return from;
        params.values[count] = value;
        params.colon[count++] = 0;
        value = 0;
      } else if (byte >= 0x40 && byte <= 0x7e) {
        params.values[count] = value;
        params.colon[count++] = 0;
        params.length = count;
        this.start = from;
        this.end = i + 1;
        this.#visitor.csi(0, params, 0, byte);
        return i + 1;
      } else return from;
    }
    return from;
  }

  /** Takes the plain part of a string; stops at a byte that may end it. */
  #skipString(bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    while (i < to && (bytes[i]! >= 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09)) {
      if (bytes[i] === 0xc2) break;
      i++;
    }
    const room = MAX_STRING - this.#text.length;
    if (this.#state !== IGNORED_STRING && room > 0)
      this.#text += Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(i - from, room)).toString("latin1");
    return i;
  }

  #byte(byte: number, at: number): void {
    if (this.#c2) {
      this.#c2 = false;
      if (byte >= 0x80 && byte <= 0x9f) return this.#c1(byte, at);
      if (this.#state >= OSC) this.#add("\xc2");
      else this.#state = GROUND;
    }
    if (byte === 0xc2) {
      this.#c2 = true;
      return;
    }
    if (byte === 0x1b) {
      this.#endString(at);
      return this.#enter(ESC, at);
    }
    if (byte === 0x18 || byte === 0x1a) return void (this.#state = GROUND);
    switch (this.#state) {
      case GROUND:
        if (byte === 0x0e || byte === 0x0f) this.#visitor.shift(byte);
        return;
      case ESC:
        return this.#inEsc(byte, at);
      case CSI:
        return this.#inCsi(byte, at);
      default:
        if (byte === 0x07 && this.#state === OSC) {
          this.#endString(at + 1);
          this.#state = GROUND;
        } else if (byte >= 0x20) this.#add(String.fromCharCode(byte));
    }
  }

  #add(char: string): void {
    if (this.#state !== IGNORED_STRING && this.#text.length < MAX_STRING) this.#text += char;
  }

  #enter(state: number, at: number): void {
    this.#state = state;
    this.start = at;
    this.#params.length = 0;
    this.#prefix = 0;
    this.#intermediate = 0;
    this.#malformed = false;
    this.#text = "";
  }

  #endString(end: number): void {
    this.end = end;
    if (this.#state === OSC) this.#visitor.osc(this.#text);
    else if (this.#state === DCS) this.#visitor.dcs(this.#text);
  }

  /** C1 control, U+0080 to U+009F: as its two-byte form with ESC. */
  #c1(code: number, at: number): void {
    const start = at - 1;
    if (code === 0x9c) {
      this.#endString(at + 1);
      this.#state = GROUND;
    } else if (code === 0x9b) this.#enter(CSI, start);
    else if (code === 0x9d) this.#enter(OSC, start);
    else if (code === 0x90) this.#enter(DCS, start);
    else if (code === 0x98 || code === 0x9e || code === 0x9f) this.#enter(IGNORED_STRING, start);
    else this.#state = GROUND;
  }

  #inEsc(byte: number, at: number): void {
    if (byte < 0x20 || byte === 0x7f) {
      if (byte === 0x0e || byte === 0x0f) this.#visitor.shift(byte);
      return;
    }
    if (byte <= 0x2f) this.#intermediate = (this.#intermediate << 8) | byte;
    else if (this.#intermediate === 0 && byte === 0x5b) this.#enter(CSI, this.start);
    else if (this.#intermediate === 0 && byte === 0x5d) this.#enter(OSC, this.start);
    else if (this.#intermediate === 0 && byte === 0x50) this.#enter(DCS, this.start);
    else if (this.#intermediate === 0 && (byte === 0x58 || byte === 0x5e || byte === 0x5f))
      this.#enter(IGNORED_STRING, this.start);
    else {
      this.#state = GROUND;
      this.end = at + 1;
      if (byte < 0x7f) this.#visitor.esc(this.#intermediate, byte);
    }
  }

  #inCsi(byte: number, at: number): void {
    const params = this.#params;
    if (byte >= 0x30 && byte <= 0x3b) {
      if (this.#intermediate !== 0) this.#malformed = true;
      else if (byte === 0x3b || byte === 0x3a) {
        if (params.length === 0) this.#push(0, 0);
        this.#push(byte === 0x3a ? -1 : 0, byte === 0x3a ? 1 : 0);
      } else {
        if (params.length === 0) this.#push(0, 0);
        const last = params.length - 1;
        params.values[last] = Math.min(Math.max(params.values[last]!, 0) * 10 + byte - 0x30, 0x7fffff);
      }
    } else if (byte >= 0x3c && byte <= 0x3f) {
      if (params.length > 0 || this.#prefix !== 0 || this.#intermediate !== 0) this.#malformed = true;
      else this.#prefix = byte;
    } else if (byte >= 0x40 && byte <= 0x7e) {
      this.#state = GROUND;
      this.end = at + 1;
      if (this.#malformed) return;
      if (params.length === 0) this.#push(0, 0);
      this.#visitor.csi(this.#prefix, params, this.#intermediate, byte);
    } else if (byte >= 0x20 && byte <= 0x2f) this.#intermediate = (this.#intermediate << 8) | byte;
    else if (byte === 0x0e || byte === 0x0f) this.#visitor.shift(byte);
    else if (byte >= 0x80) this.#state = GROUND;
  }

  #push(value: number, colon: number): void {
    const params = this.#params;
    // xterm, too, stops at 32: what comes later falls into the last one and is not told from it
    if (params.length === 32) return;
    params.values[params.length] = value;
    params.colon[params.length] = colon;
    params.length++;
  }
}
