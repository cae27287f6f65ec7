import type { WebSocket } from "ws";
import { type DaemonMessage, REPLAY_BYTES, WINDOW } from "../../contract/terminal.ts";
import { isTerminalReport } from "../../contract/terminal-report.ts";
import { ModeTracker } from "./modes.ts";
import { renderReplay } from "./replay.ts";

import { Ring } from "./ring.ts";
import { Viewer } from "./viewer.ts";

/** What the viewers ask of the shell. */
export type Stage = {
  pause(): void;
  resume(): void;
  /** types bytes; false means: no more until released() is called */
  type(bytes: Buffer): boolean;
  resize(cols: number, rows: number): void;
  size(): { cols: number; rows: number };
  /** someone was shown a replay of the alternate screen: let the program draw it */
  redraw(): void;
  /** the last viewer has left, or the first has come */
  watched(yes: boolean): void;
};

/** Beside REPLAY_BYTES room for one read, so that what a viewer has not acknowledged is always still here. */
const RING = REPLAY_BYTES + 64 * 1024;
/** More than a kernel keeps for a tty whose other side is closed. */
const LAST = 128 * 1024;
/** Output is gathered until the end of the turn, in a flood for a millisecond, or up to this many bytes. */
const GATHER = 64 * 1024;
/** So many milliseconds without output end a burst. */
const CALM = 2;

/** The output of a shell and those who look at it, each at his own place in the stream. */
export class Audience {
  readonly #stage: Stage;
  readonly #graceFor: number;
  /** the state at the ring's start */
  readonly #modes = new ModeTracker();
  readonly #ring = new Ring(RING, (bytes) => this.#modes.feed(bytes));
  readonly #viewers = new Set<Viewer>();
  /** who typed last: only he can hold the output */
  #writer: Viewer | null = null;
  /** how far a writer had come whose connection broke */
  #held: number | null = null;
  #grace: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #burst = 0;
  #lastAt = 0;
  #paused = false;
  #exit: DaemonMessage | null = null;

  /** @param graceFor milliseconds for which a writer whose connection broke may still hold the output */
  constructor(stage: Stage, graceFor: number) {
    this.#stage = stage;
    this.#graceFor = graceFor;
  }

  get size(): number {
    return this.#viewers.size;
  }

  /** Bytes printed so far. */
  get offset(): number {
    return this.#ring.end;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** @param from offset that the viewer has already, null for none: it goes on there, or gets the screen anew */
  attach(ws: WebSocket, from: number | null): void {
    const viewer = new Viewer(ws, {
      typed: (one, bytes) => this.#typed(one, bytes),
      acked: (one) => {
        this.#advance(one);
        this.#flow();
      },
      resized: (_, cols, rows) => this.#stage.resize(cols, rows),
      gone: (one, clean) => this.#left(one, clean),
    });
    this.#viewers.add(viewer);
    this.#writer ??= viewer;
    this.#release();
    this.#stage.watched(true);
    if (from !== null && from >= this.#ring.start && from <= this.#ring.end) {
      viewer.sent = viewer.acked = from;
      this.#hello(viewer, "resume", from, 0);
    } else this.#replay(viewer);
    this.#advance(viewer);
    this.#flow();
  }

  printed(bytes: Buffer): void {
    this.#ring.push(bytes);
    const now = performance.now();
    if (now - this.#lastAt > CALM) this.#burst = 0;
    this.#lastAt = now;
    this.#burst += bytes.length;
    if (this.#gathering === undefined) {
      // The first piece goes out at once, as it may be a key's echo. In a flood nobody waits for one.
      const flood = this.#burst > GATHER;
      if (!flood) this.#advanceAll();
      const turn = () => {
        this.#gathering = undefined;
        this.#advanceAll();
      };
      this.#gathering = flood ? setTimeout(turn, 1) : setImmediate(turn);
    } else if (this.#writer && this.#ring.end - this.#writer.sent >= GATHER) this.#advanceAll();
    this.#flow();
  }

  /** What is printed from now on is the rest, which nobody can hold: nothing of it may push out what a viewer waits for. */
  last(): void {
    this.#ring.raise(RING + LAST);
  }

  /** The tty takes keys again. */
  released(): void {
    for (const viewer of this.#viewers) if (viewer.blocked) viewer.unblock();
    this.#flow();
  }

  /** Nothing is printed any more: everybody gets the rest and then `message`, also who comes later. */
  finish(message: DaemonMessage): void {
    this.#exit = message;
    this.#release();
    this.#advanceAll();
  }

  ping(): void {
    for (const viewer of this.#viewers) viewer.ping();
  }

  dispose(): void {
    this.#release();
    for (const viewer of this.#viewers) viewer.terminate();
    this.#ring.clear();
  }

  #hello(viewer: Viewer, mode: "resume" | "replay", offset: number, replayBytes: number): void {
    viewer.tell({ t: "hello", mode, offset, replayBytes, ...this.#stage.size() });
  }

  #replay(viewer: Viewer): void {
    const { start, end } = this.#ring;
    const kept = this.#ring.read(start, end);
    const { bytes, alternateScreen } = renderReplay(this.#modes.clone(), kept, start === 0);
    viewer.sent = viewer.acked = end;
    this.#hello(viewer, "replay", end, bytes.length);
    viewer.show(bytes);
    if (alternateScreen) this.#stage.redraw();
  }

  #advanceAll(): void {
    for (const viewer of this.#viewers) this.#advance(viewer);
  }

  #advance(viewer: Viewer): void {
    if (viewer.sent < this.#ring.start) {
      // It fell out of the ring. Once it has shown what it was sent it gets the screen as it is now.
      if (viewer.sent - viewer.acked > WINDOW.ack) return;
      this.#replay(viewer);
    }
    viewer.advance(this.#ring.end, (from, to) => this.#ring.read(from, to));
    if (this.#exit && viewer.sent === this.#ring.end) {
      viewer.tell(this.#exit);
      viewer.close(1000);
    }
  }

  /** Holds the output for the writer's window; without anybody it runs into the ring. */
  #flow(): void {
    const writer = this.#writer;
    // While his keys wait for the tty nothing is held: the program may be waiting to print before it reads.
    const shown = writer ? (writer.blocked ? null : writer.acked) : this.#held;
    const open = shown === null || this.#exit ? 0 : this.#ring.end - shown;
    if (!this.#paused && open > WINDOW.high) {
      this.#paused = true;
      this.#stage.pause();
    } else if (this.#paused && open < WINDOW.low) {
      this.#paused = false;
      this.#stage.resume();
    }
  }

  #typed(viewer: Viewer, bytes: Buffer): void {
    if (viewer !== this.#writer) {
      // Two screens would both answer what a program asks; only the writer's may.
      if (bytes.length < 1024 && isTerminalReport(bytes.toString("latin1"))) return;
      this.#writer = viewer;
    }
    if (!this.#stage.type(bytes)) viewer.block();
    this.#flow();
  }

  #left(viewer: Viewer, clean: boolean): void {
    this.#viewers.delete(viewer);
    if (this.#writer === viewer) {
      this.#writer = [...this.#viewers].at(-1) ?? null;
      // A broken connection is often back in a moment: until then nothing that it missed is lost.
      if (!this.#writer && !clean && !this.#exit) {
        this.#held = viewer.acked;
        this.#grace = setTimeout(() => {
          this.#release();
          this.#flow();
        }, this.#graceFor);
      }
    }
    if (this.#viewers.size === 0) this.#stage.watched(false);
    this.#flow();
  }

  #release(): void {
    clearTimeout(this.#grace);
    this.#held = null;
  }
}
