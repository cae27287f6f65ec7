import { connect } from "node:net";
import WebSocket from "ws";
import { TERMINAL_PREFIX } from "../../contract/daemon.ts";
import { CompanyTeller } from "../../contract/company-words.ts";
import { attachQuery } from "../../contract/terminal-path.ts";
import { isTerminalReport } from "../../contract/terminal-report.ts";
import { DaemonMessage, type EndReason, MAX_MESSAGE, SUBPROTOCOL, WINDOW } from "../../contract/terminal.ts";

/** How a line to a shell ends: with the shell, or without it (null). */
export type LineEnd = { status: number | null; reason: EndReason } | null;

/** Where a shell is shown. */
export type Screen = {
  /** draws bytes; `drawn` when they have left this process */
  write(bytes: Buffer, drawn: () => void): void;
  /** before a replay of an older screen */
  clear(): void;
  size(): { cols: number; rows: number };
  /** says who else is there, beside the shell's output */
  say(words: string): void;
  /** the shell takes what is typed, again or for the first time */
  ready(): void;
  ended(end: LineEnd): void;
};

/** Typed bytes on their way to knastd; beyond that its person waits. */
const TYPED_AHEAD = 256 * 1024;
/** So long after a replay, what a terminal says by itself answers questions of long ago. */
const ECHO_MS = 500;

/** knastd's protocol of a shell (contract/terminal.ts), spoken for one who has no browser. */
export class Line {
  readonly #ws: WebSocket;
  readonly #screen: Screen;
  #drawn = 0;
  #acked = 0;
  /** hellos so far */
  #counts = 0;
  #replayLeft = 0;
  #quietUntil = 0;
  #greeted = false;
  #full = false;
  #end: LineEnd = null;
  readonly #teller = new CompanyTeller();

  /** @param by headers that say whose shell it is and from where he comes; @param from 0 for a new shell, of which all is still to be seen; null: its screen is wanted */
  constructor(socketPath: string, terminal: string, by: Record<string, string>, from: number | null, screen: Screen) {
    this.#screen = screen;
    this.#ws = new WebSocket(
      `ws://knastd${TERMINAL_PREFIX}${terminal}${attachQuery({ from, typist: null })}`,
      SUBPROTOCOL,
      {
        createConnection: () => connect(socketPath),
        headers: by,
        perMessageDeflate: false,
        handshakeTimeout: 10_000,
        maxPayload: 1024 * 1024,
      },
    );
    this.#ws.on("error", () => this.#ws.terminate());
    this.#ws.on("message", (data: Buffer, binary) =>
      binary ? this.#bytes(data) : this.#message(data.toString("utf8")),
    );
    this.#ws.once("close", () => screen.ended(this.#end));
  }

  /** @returns whether there is room for more; if not, the screen is told when there is */
  type(bytes: Buffer): boolean {
    if (Date.now() < this.#quietUntil && isTerminalReport(bytes.toString("latin1"))) return true;
    for (let at = 0; at < bytes.length; at += MAX_MESSAGE / 2)
      this.#ws.send(bytes.subarray(at, at + MAX_MESSAGE / 2), () => this.#sent());
    this.#full = this.#ws.bufferedAmount > TYPED_AHEAD;
    return !this.#full;
  }

  #sent(): void {
    if (!this.#full || this.#ws.bufferedAmount > TYPED_AHEAD / 2) return;
    this.#full = false;
    this.#screen.ready();
  }

  resize(): void {
    if (this.#greeted) this.#tell({ t: "resize", ...this.#screen.size() });
  }

  /** Leaves; the shell goes on. */
  close(): void {
    this.#ws.close(1000);
    setTimeout(() => this.#ws.terminate(), 1000).unref();
  }

  /** Leaves at once: not a byte more goes either way. */
  cut(): void {
    this.#ws.terminate();
  }

  #message(text: string): void {
    const message = parsed(text);
    if (!message) return this.#ws.terminate();
    if (message.t === "exit") {
      this.#end = { status: message.status, reason: message.reason };
      return this.#ws.close(1000);
    }
    if (message.t === "company") {
      const news = this.#teller.news(message);
      return news === null ? undefined : this.#screen.say(news);
    }
    if (message.t !== "hello") return;
    this.#replayLeft = message.mode === "replay" ? message.replayBytes : 0;
    this.#quietUntil = this.#replayLeft > 0 ? Infinity : 0;
    if (message.mode === "replay") this.#screen.clear();
    this.#drawn = this.#acked = message.offset;
    this.#greeted = true;
    if (++this.#counts > 1) return;
    this.resize();
    this.#screen.ready();
  }

  #bytes(bytes: Buffer): void {
    if (this.#replayLeft > 0) {
      this.#replayLeft -= bytes.length;
      const last = this.#replayLeft <= 0;
      return this.#screen.write(bytes, () => last && (this.#quietUntil = Date.now() + ECHO_MS));
    }
    // A replay begins to count anew: what is still to be drawn of before is of no account.
    const count = this.#counts;
    this.#screen.write(bytes, () => {
      if (count !== this.#counts) return;
      this.#drawn += bytes.length;
      if (this.#drawn - this.#acked < WINDOW.ack) return;
      this.#acked = this.#drawn;
      this.#tell({ t: "ack", offset: this.#drawn });
    });
  }

  #tell(message: object): void {
    if (this.#ws.readyState === WebSocket.OPEN) this.#ws.send(JSON.stringify(message));
  }
}

function parsed(text: string): DaemonMessage | null {
  try {
    return DaemonMessage.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
