import type { WebSocket } from "ws";
import { type DaemonMessage, ViewerMessage, WINDOW } from "../../contract/terminal.ts";

/** Largest binary frame to a viewer; small enough that a key's echo never waits long behind one. */
const FRAME = 64 * 1024;

export type ViewerEvents = {
  typed(viewer: Viewer, bytes: Buffer): void;
  acked(viewer: Viewer): void;
  resized(viewer: Viewer, cols: number, rows: number): void;
  /** `clean`: it said goodbye, so it is not a network that will be back in a moment */
  gone(viewer: Viewer, clean: boolean): void;
};

/** One browser on a session: its socket and how far it has come in the stream. */
export class Viewer {
  /** stream offset up to which bytes were sent, and up to which the viewer has said that they are on its screen */
  sent = 0;
  acked = 0;
  /** what it types does not fit the tty: nothing is read from it until it does */
  blocked = false;
  #missed = 0;
  #ws: WebSocket;

  constructor(ws: WebSocket, events: ViewerEvents) {
    this.#ws = ws;
    let gone = false;
    const leave = (clean: boolean) => {
      if (gone) return;
      gone = true;
      events.gone(this, clean);
    };
    ws.on("message", (data, isBinary) => {
      this.#missed = 0;
      if (gone) return;
      const bytes = data as Buffer;
      if (isBinary) return events.typed(this, bytes);
      const message = parse(bytes);
      if (!message) return this.close(1008);
      if (message.t === "resize") return events.resized(this, message.cols, message.rows);
      // an ack for bytes that were never sent would open the window for good
      if (message.offset > this.sent) return this.close(1008);
      if (message.offset > this.acked) this.acked = message.offset;
      events.acked(this);
    });
    ws.on("pong", () => (this.#missed = 0));
    ws.on("error", () => ws.terminate());
    ws.on("close", (code) => leave(code === 1000 || code === 1001));
  }

  /** Where the window stands: bytes that may still be sent. */
  get room(): number {
    return WINDOW.high - (this.sent - this.acked);
  }

  /** Every 30 s: the second ping without an answer ends the socket, never the session. */
  ping(): void {
    if (this.blocked) return;
    if (this.#missed >= 2) return this.#ws.terminate();
    this.#missed++;
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  tell(message: DaemonMessage): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(JSON.stringify(message));
  }

  /** Sends bytes that count for no offset. */
  show(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += FRAME) this.#send(bytes.subarray(at, at + FRAME));
  }

  /** Sends what the window allows of the stream up to `end`; `read` gives a copy. */
  advance(end: number, read: (from: number, to: number) => Buffer): void {
    while (this.sent < end && this.room > 0) {
      const to = Math.min(end, this.sent + Math.min(FRAME, this.room));
      this.#send(read(this.sent, to));
      this.sent = to;
    }
  }

  #send(bytes: Buffer): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.send(bytes, { binary: true });
  }

  block(): void {
    this.blocked = true;
    this.#ws.pause();
  }

  unblock(): void {
    this.blocked = false;
    this.#ws.resume();
  }

  /** Ends the socket; ws itself cuts it off when the other side does not answer within 30 s. */
  close(code: number): void {
    if (this.blocked) this.unblock();
    this.#ws.close(code);
  }

  terminate(): void {
    this.#ws.terminate();
  }
}

function parse(bytes: Buffer): ViewerMessage | null {
  if (bytes.length > 200) return null;
  try {
    return ViewerMessage.parse(JSON.parse(bytes.toString()));
  } catch {
    return null;
  }
}
