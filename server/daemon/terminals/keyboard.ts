import { isTerminalReport } from "../../contract/terminal-report.ts";
import { WINDOW } from "../../contract/terminal.ts";
import { modeOf } from "./company.ts";
import type { Hold } from "./hold.ts";
import type { Stage } from "./stage.ts";
import type { Viewer } from "./viewer.ts";

type Parts = {
  stage: Stage;
  viewers: ReadonlySet<Viewer>;
  hold: Hold;
  /** bytes printed so far */
  end: () => number;
};

/**
 * In milliseconds: how long a writer whose connection broke may still hold the output, and one who acknowledges nothing
 * while another one waits behind him.
 */
export type Waits = { graceFor: number; patience: number };

/** Who typed last. Only his window holds the output, and the terminal has his size. */
export class Keyboard {
  readonly #parts: Parts;
  readonly #waits: Waits;
  #writer: Viewer | null = null;
  /** how far a writer had come whose connection broke */
  #held: number | null = null;
  #grace: NodeJS.Timeout | undefined;
  #stall: NodeJS.Timeout | undefined;
  #over = false;

  constructor(parts: Parts, waits: Waits) {
    this.#parts = parts;
    this.#waits = waits;
  }

  get writer(): Viewer | null {
    return this.#writer;
  }

  mayType(viewer: Viewer): boolean {
    return modeOf(this.#parts.stage, viewer) !== "read";
  }

  /** Somebody is there. @param wrote whether he was the writer, on a line that is no more */
  came(viewer: Viewer, wrote: boolean): void {
    if (!this.mayType(viewer)) return;
    if (wrote) this.#writer = viewer;
    this.#writer ??= viewer;
    this.#release();
  }

  /** Who may type has changed. */
  regard(): void {
    if (this.#writer && !this.mayType(this.#writer)) this.#writer = this.#heir();
  }

  /** @returns whether this is to be typed: two screens would both answer what a program asks, only the writer's may */
  takes(viewer: Viewer, bytes: Buffer): boolean {
    if (bytes[0] === 0x1b && bytes.length < 1024 && isTerminalReport(bytes.toString("latin1")))
      return viewer === this.#writer;
    // Who is far behind holds nothing up by a key; once he has the screen as it is now, the next one counts.
    if (!this.#writer || this.#parts.end() - viewer.acked <= WINDOW.high) this.#writer = viewer;
    this.fit(viewer);
    return true;
  }

  /** The terminal gets the size of somebody's screen: whoever typed or changed his last has it. A guest's follows. */
  fit({ guest, size }: Viewer): void {
    if (!guest && size) this.#parts.stage.resize(size.cols, size.rows);
  }

  /** Somebody has gone. @param clean he said goodbye */
  left(viewer: Viewer, clean: boolean): void {
    if (this.#writer === viewer) this.#inherit(viewer, clean);
    // Who comes in his place brings his size; and nobody's size goes with somebody else.
    const { cols, rows } = this.#parts.stage.size();
    const his = !viewer.guest && viewer.size?.cols === cols && viewer.size.rows === rows;
    if (this.#writer && his && !viewer.replaced) this.fit(this.#writer);
  }

  #inherit(viewer: Viewer, clean: boolean): void {
    this.#writer = this.#heir();
    // A broken connection is often back in a moment: until then nothing that it missed is lost.
    if (this.#writer || clean || this.#over) return;
    this.#held = viewer.acked;
    this.#grace = setTimeout(() => {
      this.#release();
      this.flow();
    }, this.#waits.graceFor);
  }

  /** Holds the output for the writer's window; without anybody it runs into the ring. */
  flow(): void {
    const writer = this.#writer;
    // While his keys wait for the tty nothing is held: the program may be waiting to print before it reads.
    const shown = writer ? (writer.blocked ? null : writer.acked) : this.#held;
    this.#parts.hold.window(shown === null || this.#over ? 0 : this.#parts.end() - shown);
    this.#watch();
  }

  /** Nothing is printed any more, so nothing is held either. */
  stop(): void {
    this.#over = true;
    this.#release();
    clearTimeout(this.#stall);
  }

  /** A writer may hold the program, but nobody else for long: somebody who is ahead of him takes his place. */
  #watch(): void {
    const writer = this.#writer;
    if (this.#stall || this.#over || !writer || !this.#parts.hold.full || !this.#ahead(writer)) return;
    const { acked } = writer;
    this.#stall = setTimeout(() => {
      this.#stall = undefined;
      const stands = writer === this.#writer && this.#parts.hold.full && writer.acked - acked < WINDOW.ack;
      if (stands) this.#writer = this.#ahead(writer) ?? writer;
      this.flow();
    }, this.#waits.patience);
  }

  /** Who may type and has seen most of what `writer` has not. */
  #ahead(writer: Viewer): Viewer | undefined {
    return [...this.#parts.viewers]
      .filter((one) => one.acked > writer.acked && !one.blocked && this.mayType(one))
      .sort((a, b) => b.acked - a.acked)[0];
  }

  /** The last one who may type; who may only look holds nothing up. */
  #heir(): Viewer | null {
    return [...this.#parts.viewers].filter((one) => this.mayType(one)).at(-1) ?? null;
  }

  #release(): void {
    clearTimeout(this.#grace);
    this.#held = null;
  }
}
