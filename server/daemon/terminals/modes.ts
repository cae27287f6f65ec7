import { cleanLine } from "./clean-line.ts";
import { EscapeScanner } from "./escape-scanner.ts";
import { ANEW, MOUSE_ENCODINGS, MOUSE_PROTOCOLS, SOFT, SWITCHES } from "./mode-table.ts";
import { Screen } from "./screen.ts";
import { Rendition } from "./sgr.ts";
import type { Params, Visitor } from "./visitor.ts";

const char = (code: number) => String.fromCharCode(code);

/**
 * Follows what a stream of terminal output has switched on, so that a screen can be rebuilt from the middle of the
 * stream: feed it all bytes before the place. It knows nothing of the text and of the cursor's place.
 */
export class ModeTracker implements Visitor {
  readonly #scanner = new EscapeScanner(this);
  readonly #turns: (alternate: boolean, start: number, end: number) => void;
  readonly #rendition = new Rendition();
  #switches = new Map(SWITCHES);
  #insert = false;
  #newLine = false;
  #mouse = 0;
  #encoding = 0;
  #blink: boolean | null = null;
  #cursorStyle = 0;
  /** 0, or the mode by which the alternate screen was entered: 47, 1047, 1049 */
  #alternate = 0;
  #normal = new Screen();
  #other = new Screen();
  #charsets = ["B", "B", "B", "B"];
  #level = 0;
  #title: string | null = null;

  /** @param turns is told where in the buffer fed a sequence stands that is about to change the screen, its start negative as the scanner's */
  constructor(turns: (alternate: boolean, start: number, end: number) => void = () => {}) {
    this.#turns = turns;
  }

  /** One that nobody is told of. */
  clone(): ModeTracker {
    const copy = new ModeTracker();
    copy.#scanner.copyFrom(this.#scanner);
    copy.#rendition.copyFrom(this.#rendition);
    copy.#switches = new Map(this.#switches);
    copy.#insert = this.#insert;
    copy.#newLine = this.#newLine;
    copy.#mouse = this.#mouse;
    copy.#encoding = this.#encoding;
    copy.#blink = this.#blink;
    copy.#cursorStyle = this.#cursorStyle;
    copy.#alternate = this.#alternate;
    copy.#normal = this.#normal.clone();
    copy.#other = this.#other.clone();
    copy.#charsets = [...this.#charsets];
    copy.#level = this.#level;
    copy.#title = this.#title;
    return copy;
  }

  feed(bytes: Uint8Array): void {
    this.#scanner.feed(bytes);
  }

  /** True where the stream may be cut: not within a sequence. (It does not look at UTF-8.) */
  get atRest(): boolean {
    return this.#scanner.atRest;
  }

  /** How many of the bytes fed last belong to a sequence that is not whole yet. */
  get begun(): number {
    return this.#scanner.begun;
  }

  get openString(): EscapeScanner["openString"] {
    return this.#scanner.openString;
  }

  get title(): string | null {
    return this.#title;
  }

  get alternateScreen(): boolean {
    return this.#alternate !== 0;
  }

  /** What a terminal that was just reset must read to be in this state. */
  preamble(): Buffer {
    // xterm's reset leaves these two as they were
    const out = ["\x1b[20l\x1b[?25h", this.#ofTitle()];
    if (this.#alternate === 0) out.push(this.#normal.toString("\x1b7"));
    else out.push(this.#normal.toString(`\x1b7\x1b[?${this.#alternate}h`), this.#other.toString("\x1b7"));
    return Buffer.from(out.join("") + this.#ofModes());
  }

  /** What a terminal must read to be in this state, of the alternate screen, that shows that screen in another state. */
  transition(): Buffer {
    return Buffer.from(ANEW + this.#other.toString("\x1b7") + this.#ofModes());
  }

  /** What gives a terminal the title. */
  titled(): Buffer {
    return Buffer.from(this.#ofTitle());
  }

  /** What ends the alternate screen as it was begun. */
  leaving(): Buffer {
    return Buffer.from(`\x1b[?${this.#alternate}l`);
  }

  #ofTitle(): string {
    return this.#title === null ? "" : `\x1b]2;${this.#title}\x1b\\`;
  }

  #ofModes(): string {
    const out: string[] = [];
    for (const [mode, on] of this.#switches) if (on !== SWITCHES.get(mode)) out.push(`\x1b[?${mode}${on ? "h" : "l"}`);
    if (this.#mouse !== 0) out.push(`\x1b[?${this.#mouse}h`);
    if (this.#encoding !== 0) out.push(`\x1b[?${this.#encoding}h`);
    if (this.#blink !== null) out.push(`\x1b[?12${this.#blink ? "h" : "l"}`);
    if (this.#cursorStyle !== 0) out.push(`\x1b[${this.#cursorStyle} q`);
    if (this.#insert) out.push("\x1b[4h");
    if (this.#newLine) out.push("\x1b[20h");
    this.#charsets.forEach((set, g) => set !== "B" && out.push(`\x1b${"()*+"[g]}${set}`));
    if (this.#level !== 0) out.push(["\x0f", "\x0e", "\x1bn", "\x1bo"][this.#level]!);
    return out.join("") + this.#rendition.toString();
  }

  get #screen(): Screen {
    return this.#alternate !== 0 ? this.#other : this.#normal;
  }

  csi(prefix: number, params: Params, intermediate: number, final: number): void {
    const kind = char(final);
    if (prefix === 0x3f && intermediate === 0 && (kind === "h" || kind === "l")) {
      for (let i = 0; i < params.length; i++) this.#private(params.values[i]!, kind === "h");
      return;
    }
    if (prefix !== 0) return;
    if (intermediate === 0) this.#plain(kind, params);
    else if (intermediate === 0x21 && kind === "p") this.#softReset();
    else if (intermediate === 0x20 && kind === "q") this.#cursorStyle = params.values[0]! & 7;
  }

  #plain(kind: string, params: Params): void {
    if (kind === "m") this.#rendition.apply(params);
    else if (kind === "h" || kind === "l") {
      for (let i = 0; i < params.length; i++) {
        if (params.values[i] === 4) this.#insert = kind === "h";
        if (params.values[i] === 20) this.#newLine = kind === "h";
      }
    } else if (kind === "r") {
      const top = params.values[0] || 1;
      const bottom = params.length > 1 ? params.values[1]! : 0;
      if (bottom === 0) this.#screen.region = top === 1 ? null : [top, 0];
      else if (bottom > top) this.#screen.region = [top, bottom];
    } else if (kind === "s") this.#save();
    else if (kind === "u") this.#restore();
  }

  #private(mode: number, on: boolean): void {
    if (SWITCHES.has(mode)) this.#switches.set(mode, on);
    else if (MOUSE_PROTOCOLS.includes(mode)) this.#mouse = on ? mode : 0;
    else if (MOUSE_ENCODINGS.includes(mode)) this.#encoding = on ? mode : 0;
    else if (mode === 12) this.#blink = on;
    else if (mode === 2 && on) this.#charsets.fill("B");
    else if (mode === 1048) (on ? this.#save : this.#restore).call(this);
    else if (mode === 47 || mode === 1047 || mode === 1049) {
      if (on && mode === 1049) this.#save();
      if (on && this.#alternate === 0) {
        this.#turns(true, this.#scanner.start, this.#scanner.end);
        this.#alternate = mode;
      }
      if (!on) {
        this.#left();
        this.#alternate = 0;
        this.#other.region = null;
        if (mode === 1049) this.#restore();
      }
    }
  }

  esc(intermediate: number, final: number): void {
    const kind = char(final);
    if (intermediate === 0) {
      if (kind === "7") this.#save();
      else if (kind === "8") this.#restore();
      else if (kind === "=" || kind === ">") this.#switches.set(66, kind === "=");
      else if (kind === "c") this.#fullReset();
      else if (kind in LEVELS) this.#level = LEVELS[kind]!;
    } else if (intermediate === 0x25 && (kind === "@" || kind === "G")) {
      this.#level = 0;
      this.#charsets[0] = "B";
    } else {
      const g = "()*+".indexOf(char(intermediate));
      const moved = "-.".indexOf(char(intermediate));
      if (g >= 0) this.#charsets[g] = kind;
      else if (moved >= 0) this.#charsets[moved + 1] = kind;
    }
  }

  shift(code: number): void {
    this.#level = code === 0x0e ? 1 : 0;
  }

  osc(text: string): void {
    if (/^[02];/.test(text)) this.#title = cleanLine(Buffer.from(text.slice(2), "latin1").toString());
  }

  dcs(): void {}

  #save(): void {
    this.#screen.saved.copyFrom(this.#rendition);
    this.#screen.savedCharset = this.#charsets[this.#level]!;
  }

  #restore(): void {
    this.#rendition.copyFrom(this.#screen.saved);
    this.#charsets[this.#level] = this.#screen.savedCharset;
  }

  #softReset(): void {
    for (const mode of SOFT) this.#switches.set(mode, SWITCHES.get(mode)!);
    this.#insert = false;
    this.#cursorStyle = 0;
    this.#screen.region = null;
    this.#screen.saved.reset();
    this.#screen.savedCharset = "B";
    this.#rendition.reset();
    this.#charsets.fill("B");
    this.#level = 0;
  }

  #left(): void {
    if (this.#alternate !== 0) this.#turns(false, this.#scanner.start, this.#scanner.end);
  }

  #fullReset(): void {
    this.#left();
    this.#softReset();
    this.#mouse = this.#encoding = this.#alternate = 0;
    this.#normal = new Screen();
    this.#other = new Screen();
  }
}

const LEVELS: Record<string, number> = { n: 2, o: 3, "|": 3, "}": 2, "~": 1 };
