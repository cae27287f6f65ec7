import WebSocket from "ws";
import { DaemonMessage, MAX_MESSAGE, SUBPROTOCOL, WINDOW } from "../contract/terminal.ts";
import { CompanyTeller } from "../contract/company-words.ts";
import type { Company } from "../contract/together.ts";
import { isTerminalReport } from "../contract/terminal-report.ts";
import type { Config } from "./config.ts";

/** Why an attachment is over; `lost` may come back. */
export type End =
  | { kind: "exit"; status: number | null; reason: string }
  | { kind: "lost"; why: string; /** of the refusal, where there was one */ http: number | null };

/** What is shown on. */
export type Screen = {
  /** draws bytes; `drawn` when they are gone from here */
  write(bytes: Uint8Array, drawn: () => void): void;
  /** before a replay of an older screen */
  clear(): void;
  size(): { cols: number; rows: number } | null;
  /** says something about the shell that is none of its output */
  say?(line: string): void;
};

/** One WebSocket to a shell: what is typed goes there, what it prints is drawn and acknowledged as the protocol has it. */
export class Attachment {
  readonly #ws: WebSocket;
  readonly #screen: Screen;
  /** offset after the last byte received; null before the first hello */
  received: number | null;
  #drawn = 0;
  #acked = 0;
  #replayLeft = 0;
  #quietUntil = 0;
  #waiting: Uint8Array[] = [];
  #greeted = false;
  #exit: End | null = null;
  readonly #teller = new CompanyTeller();

  constructor(config: Config, terminal: string, from: number | null, screen: Screen, ended: (end: End) => void) {
    this.#screen = screen;
    this.received = from;
    const url = `${config.url.replace(/^http/, "ws")}/ws/terminals/${terminal}${from === null ? "" : `?from=${from}`}`;
    const headers = { authorization: `Bearer ${config.token}` };
    this.#ws = new WebSocket(url, SUBPROTOCOL, { headers, perMessageDeflate: false, handshakeTimeout: 15_000 });
    let why = "the line broke";
    let http: number | null = null;
    this.#ws.on("unexpected-response", (_request, response) => {
      http = response.statusCode ?? 0;
      this.#ws.terminate();
    });
    this.#ws.on("error", (error) => (why = error.message));
    this.#ws.on("message", (data: Buffer, binary) =>
      binary ? this.#bytes(data) : this.#message(data.toString("utf8")),
    );
    this.#ws.once("close", () => ended(this.#exit ?? { kind: "lost", why, http }));
  }

  type(bytes: Uint8Array): void {
    // What the terminal answers to a screen of long ago, nobody has asked for.
    if (Date.now() < this.#quietUntil && isTerminalReport(Buffer.from(bytes).toString("latin1"))) return;
    if (!this.#greeted) return void this.#waiting.push(bytes);
    for (let at = 0; at < bytes.length; at += MAX_MESSAGE / 2) this.#ws.send(bytes.subarray(at, at + MAX_MESSAGE / 2));
  }

  resize(): void {
    const size = this.#screen.size();
    if (size && this.#greeted) this.#tell({ t: "resize", ...size });
  }

  /** Leaves; the shell goes on. */
  close(): void {
    this.#ws.close(1000);
    // Who does not say goodbye in time is left without.
    setTimeout(() => this.#ws.terminate(), 1000).unref();
  }

  #message(text: string): void {
    const parsed = DaemonMessage.safeParse(parsedJson(text));
    if (!parsed.success) return this.#ws.close(4000);
    const message = parsed.data;
    if (message.t === "exit") {
      this.#exit = { kind: "exit", status: message.status, reason: message.reason };
      return this.#ws.close(1000);
    }
    if (message.t === "company") return this.#company(message);
    // It keeps no count of what it typed, and its person sees the time pass.
    if (message.t !== "hello") return;
    this.#replayLeft = message.mode === "replay" ? message.replayBytes : 0;
    if (this.#replayLeft > 0) {
      this.#quietUntil = Infinity;
      this.#screen.clear();
    }
    this.received = this.#drawn = this.#acked = message.offset;
    this.#greeted = true;
    this.resize();
    for (const bytes of this.#waiting.splice(0)) this.type(bytes);
  }

  /** Who looks over one's shoulder is told here too. */
  #company(company: Company): void {
    const news = this.#teller.news(company);
    if (news !== null) this.#screen.say?.(news);
  }

  #bytes(bytes: Uint8Array): void {
    if (this.#replayLeft > 0) {
      this.#replayLeft -= bytes.length;
      const last = this.#replayLeft <= 0;
      return this.#screen.write(bytes, () => {
        if (!last) return;
        this.#quietUntil = Date.now() + 500;
        this.#tell({ t: "ack", offset: this.#drawn });
      });
    }
    this.received = (this.received ?? 0) + bytes.length;
    this.#screen.write(bytes, () => {
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

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
