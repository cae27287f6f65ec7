import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { type DaemonMessage, ViewerMessage, WINDOW } from "../../contract/terminal.ts";
import { HandedSocket } from "../../handover/handed-socket.ts";
import { Frame, FRAME } from "./frames.ts";

/** Who acknowledges what he does not read gets nothing more beyond so many bytes; others never have as many. */
const BUFFERED = 1024 * 1024;
/** What was typed is told after so many bytes, or so many milliseconds. */
const TYPED_BYTES = 16 * 1024;
const TYPED_AFTER = 100;
/** Who is sent away may take so many milliseconds to say goodbye. */
const GOODBYE = 1000;

/** A WebSocket and the socket that it was made on. */
export type Line = { ws: WebSocket; socket: Duplex };

export type ViewerEvents = {
  typed(viewer: Viewer, bytes: Buffer): void;
  acked(viewer: Viewer): void;
  resized(viewer: Viewer): void;
  /** `clean`: it said goodbye, so it is not a network that will be back in a moment */
  gone(viewer: Viewer, clean: boolean): void;
};

/** One browser on a session: its socket and how far it has come in the stream. */
export class Viewer {
  /** stream offset up to which bytes were sent, and up to which the viewer has said that they are on its screen */
  sent = 0;
  acked = 0;
  /** since when nothing is read from it, as what it types does not fit the tty; null while it is read */
  blockedAt: number | null = null;
  /** the name under which it comes again when its line has broken; null for none */
  readonly typist: string | null;
  /** whose it is, and whether he is there by a link of the shell's person */
  readonly who: string;
  readonly guest: boolean;
  /** the size of its screen, as it was told last */
  size: { cols: number; rows: number } | null = null;
  /** somebody has come in its place */
  replaced = false;
  /** it was told who else is there */
  knowsCompany = false;
  readonly #kept: Buffer[] = [];
  #missed = 0;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  #typed = 0;
  #told = 0;
  #telling: NodeJS.Timeout | undefined;
  #gone = false;
  readonly #leave: (clean: boolean) => void;

  constructor(
    { ws, socket }: Line,
    typist: string | null,
    { who, guest }: { who: string; guest: boolean },
    events: ViewerEvents,
  ) {
    this.#ws = ws;
    this.#socket = socket;
    this.typist = typist;
    this.who = who;
    this.guest = guest;
    this.#leave = (clean) => {
      if (this.#gone) return;
      this.#gone = true;
      clearTimeout(this.#telling);
      events.gone(this, clean);
    };
    ws.on("message", (data, isBinary) => {
      this.#missed = 0;
      if (this.#gone) return;
      const bytes = data as Buffer;
      if (isBinary) return events.typed(this, bytes);
      const message = parse(bytes);
      if (!message) return this.close(1008);
      if (message.t === "resize") {
        this.size = { cols: message.cols, rows: message.rows };
        return events.resized(this);
      }
      // an ack for bytes that were never sent would open the window for good
      if (message.offset > this.sent) return this.close(1008);
      if (message.offset > this.acked) this.acked = message.offset;
      events.acked(this);
    });
    ws.on("pong", () => (this.#missed = 0));
    ws.on("error", () => ws.terminate());
    ws.on("close", (code) => this.#leave(code === 1000 || code === 1001));
  }

  /** Somebody has come in its place: it is gone, and what is still on its way from it counts no more. */
  supersede(): void {
    this.replaced = true;
    this.#leave(true);
    this.#ws.terminate();
  }

  /** It is told to go and is gone at once, however long its line still stands. */
  dismiss(message: DaemonMessage): void {
    this.tell(message);
    this.#leave(true);
    this.close(1000);
    setTimeout(() => this.#ws.terminate(), GOODBYE).unref();
  }

  /** Will tell that all of the `total` bytes under its name are typed; not for each key. */
  took(total: number): void {
    this.#typed = total;
    if (total - this.#told >= TYPED_BYTES) return this.#tellTyped();
    this.#telling ??= setTimeout(() => this.#tellTyped(), TYPED_AFTER);
  }

  #tellTyped(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    this.#told = this.#typed;
    this.tell({ t: "typed", offset: this.#typed });
  }

  /** It reads nothing, whatever it acknowledges. */
  get stuck(): boolean {
    return this.#ws.bufferedAmount > BUFFERED;
  }

  /** Where the window stands: bytes that may still be sent. */
  get room(): number {
    return WINDOW.high - (this.sent - this.acked);
  }

  get blocked(): boolean {
    return this.blockedAt !== null;
  }

  /**
   * Every 30 s: the second ping without an answer ends the socket, never the session. No answer is heard of one that is not read:
   * that it has left shows when it is written to, or it has to come again, which without a name it could not.
   * @param blockedFor milliseconds for which one may be blocked
   */
  ping(blockedFor: number): void {
    const now = performance.now();
    if (this.blockedAt !== null && this.typist !== null && now - this.blockedAt >= blockedFor)
      return this.#ws.terminate();
    if (this.blockedAt === null && this.#missed++ >= 2) return this.#ws.terminate();
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping();
  }

  /** It hears it, unless it takes nothing: what is told has no window, and would be kept for it for ever. */
  tell(message: DaemonMessage): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#ws.bufferedAmount > 2 * BUFFERED) return this.#ws.terminate();
    this.#ws.send(JSON.stringify(message));
  }

  /** Sends bytes that count for no offset. */
  show(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += FRAME) {
      const length = Math.min(FRAME, bytes.length - at);
      this.#send(length, (out) => bytes.copy(out, 0, at, at + length));
    }
  }

  /** Sends what the window allows of the stream up to `end`; `copy` puts a part of it into a buffer. */
  advance(end: number, copy: (from: number, to: number, out: Buffer) => void): void {
    while (this.sent < end && this.room > 0 && !this.stuck) {
      const from = this.sent;
      const to = Math.min(end, from + Math.min(FRAME, this.room));
      this.#send(to - from, (out) => copy(from, to, out));
      this.sent = to;
    }
  }

  /** As ws itself sends what it does not compress: straight to the socket, in the order of the calls. */
  #send(length: number, fill: (out: Buffer) => void): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    const frame = new Frame();
    fill(frame.payload(length));
    const bytes = frame.bytes(length);
    if (this.#socket instanceof HandedSocket) this.#socket.send(bytes, () => frame.done());
    else this.#socket.write(bytes, () => frame.done());
  }

  /** Nothing is read from it any more. @param bytes what came before that took effect, or from a line that has only just begun */
  block(bytes?: Buffer): void {
    if (bytes) this.#kept.push(bytes);
    this.blockedAt ??= performance.now();
    this.#ws.pause();
  }

  /** @returns what was kept of it meanwhile, not typed and not counted */
  unblock(): Buffer[] {
    this.blockedAt = null;
    this.#ws.resume();
    return this.#kept.splice(0);
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
