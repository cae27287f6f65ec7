import WebSocket from "ws";
import { DaemonMessage, SUBPROTOCOL, WINDOW } from "../../../contract/terminal.ts";

type Hello = Extract<DaemonMessage, { t: "hello" }>;
type Notice = Extract<DaemonMessage, { t: "notice" }>;
type Company = Extract<DaemonMessage, { t: "company" }>;
type Exit = Extract<DaemonMessage, { t: "exit" }>;

/** A viewer as the browser is one, for tests: counts offsets, acknowledges, keeps what it was sent. */
export class ViewerClient {
  readonly ws: WebSocket;
  hellos: Hello[] = [];
  notices: Notice[] = [];
  /** bytes that the daemon has told to be typed */
  typed = 0;
  /** who is there, as it was told last */
  company: Company | null = null;
  /** of a guest's screen */
  size: { cols: number; rows: number } | null = null;
  exit: Exit | null = null;
  closeCode: number | null = null;
  /** offset after the last live byte */
  offset = 0;
  /** live bytes, or all bytes of the last replay */
  live: Buffer[] = [];
  replay: Buffer[] = [];
  /** called for live bytes; when set they are not kept in `live` */
  onLive: ((bytes: Buffer) => void) | null = null;
  /** false: renders nothing, acknowledges nothing */
  renders = true;
  #replayLeft = 0;
  #acked = 0;
  #waiting: (() => void)[] = [];

  constructor(url: string, options: WebSocket.ClientOptions = {}) {
    this.ws = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false, ...options });
    this.ws.on("message", (data, isBinary) => {
      if (isBinary) this.#bytes(data as Buffer);
      else this.#message(DaemonMessage.parse(JSON.parse(String(data))));
      this.#wake();
    });
    this.ws.on("close", (code) => {
      this.closeCode = code;
      this.#wake();
    });
    this.ws.on("error", () => {});
  }

  /** what is on the screen, roughly: the last replay and what came since */
  get text(): string {
    return Buffer.concat([...this.replay, ...this.live]).toString();
  }

  forget(): void {
    this.replay = [];
    this.live = [];
  }

  type(text: string | Buffer): void {
    this.ws.send(Buffer.from(text as string));
  }

  resize(cols: number, rows: number): void {
    this.ws.send(JSON.stringify({ t: "resize", cols, rows }));
  }

  ack(): void {
    this.#acked = this.offset;
    this.ws.send(JSON.stringify({ t: "ack", offset: this.offset }));
  }

  /** Waits until `condition` holds; looks whenever something has come. */
  async until(condition: (viewer: this) => boolean, what: string, within = 20_000): Promise<void> {
    const deadline = Date.now() + within;
    while (!condition(this)) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited in vain: ${what}; ends with ${JSON.stringify(this.text.slice(-300))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, 200));
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for text in the output that comes after this call has begun or is kept. */
  async see(pattern: string | RegExp, within?: number): Promise<string> {
    const found = () => (typeof pattern === "string" ? this.text.includes(pattern) : pattern.test(this.text));
    await this.until(found, String(pattern), within);
    return this.text;
  }

  #bytes(bytes: Buffer): void {
    if (this.#replayLeft > 0) {
      this.#replayLeft -= bytes.length;
      if (this.#replayLeft < 0) throw new Error("a replay and live bytes in one frame");
      this.replay.push(bytes);
      return;
    }
    this.offset += bytes.length;
    if (this.onLive) this.onLive(bytes);
    else this.live.push(bytes);
    if (this.renders && this.offset - this.#acked >= WINDOW.ack) this.ack();
  }

  #message(message: DaemonMessage): void {
    if (message.t === "exit") this.exit = message;
    else if (message.t === "typed") this.typed = message.offset;
    else if (message.t === "notice") this.notices.push(message);
    else if (message.t === "company") this.company = message;
    else if (message.t === "size") this.size = { cols: message.cols, rows: message.rows };
    else {
      this.hellos.push(message);
      this.offset = this.#acked = message.offset;
      if (message.mode === "replay") {
        this.forget();
        this.#replayLeft = message.replayBytes;
      }
    }
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
