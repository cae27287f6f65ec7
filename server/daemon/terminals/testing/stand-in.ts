import { EventEmitter } from "node:events";
import { DaemonMessage, type ViewerMessage } from "../../../contract/terminal.ts";
import { Guests } from "../guests.ts";
import type { Stage } from "../stage.ts";
import type { Line } from "../viewer.ts";

/** A viewer's line without a connection, for what would take long to bring about on a real one. */
export class StandInLine extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  paused = false;
  pings = 0;
  told: DaemonMessage[] = [];
  /** bytes of the screen that it was sent */
  shown: Buffer[] = [];

  get line(): Line {
    const socket = { write: (bytes: Buffer, done: () => void) => (this.shown.push(Buffer.from(bytes)), done()) };
    return { ws: this, socket } as unknown as Line;
  }

  /** how far it has been sent the stream */
  sent(type: "size" | "hello"): DaemonMessage[] {
    return this.told.filter(({ t }) => t === type);
  }

  types(text: string | Buffer): void {
    this.emit("message", Buffer.from(text as string), true);
  }

  says(message: ViewerMessage): void {
    this.emit("message", Buffer.from(JSON.stringify(message)), false);
  }

  send(text: string): void {
    this.told.push(DaemonMessage.parse(JSON.parse(text)));
  }

  ping(): void {
    this.pings++;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(code: number): void {
    this.readyState = 3;
    this.emit("close", code);
  }

  terminate(): void {
    if (this.readyState === this.OPEN) this.close(1006);
  }
}

/** What viewers ask of a shell that is none. */
export function standInStage(owner: string) {
  const stage = {
    held: false,
    typed: "",
    cols: 80,
    rows: 24,
    pause: () => void (stage.held = true),
    resume: () => void (stage.held = false),
    courtesy: { isFlood: () => false, cameLate: () => {}, restAfter: () => 0 },
    /** how many bytes it takes */
    takes: Infinity,
    full: () => stage.typed.length >= stage.takes,
    type: (bytes: Buffer) => ((stage.typed += bytes.toString()), !stage.full()),
    resize: (cols: number, rows: number) => void Object.assign(stage, { cols, rows }),
    size: () => ({ cols: stage.cols, rows: stage.rows }),
    redraw: () => {},
    watched: () => {},
    owner,
    guests: new Guests(
      owner,
      () => {},
      () => {},
    ),
    recording: () => null,
  };
  return stage satisfies Stage;
}
