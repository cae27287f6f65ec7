import { type DaemonMessage, type EndReason, SUBPROTOCOL, WINDOW } from "@/server/contract/terminal.ts";
import type { Company } from "@/server/contract/together.ts";
import { type Attach, attachQuery } from "@/server/contract/terminal-path.ts";
import { isTerminalReport } from "@/server/contract/terminal-report.ts";
import { LineWatch } from "./line-watch.ts";
import { Outbox } from "./outbox.ts";
import { readMessage } from "./read-message.ts";

export type ConnectionState =
  | { kind: "connecting" }
  | { kind: "open" }
  /** milliseconds until the next try; 0: trying now */
  | { kind: "lost"; retryIn: number }
  /** `gone`: nobody knows it any more */
  | { kind: "ended"; status: number | null; signal: string | null; reason: EndReason | "gone" };

/** The shell will be ended at this time (Date.now()), and why. */
export type Notice = { reason: "idle" | "too-long"; endsAt: number };

export type Screen = {
  /** clears everything and takes this size, after all that was written before */
  reset(cols: number, rows: number): void;
  /** draws bytes; `done` when they are on the screen */
  write(bytes: Uint8Array, done: () => void): void;
  /** a replay is on the screen: the screen may take its own size again */
  replayed(): void;
  /** of a guest, whose screen follows the owner's: it has this size after all that was written before */
  follow?(cols: number, rows: number): void;
};

export type ConnectionOptions = {
  /** where the shell is; what is asked for is added to it */
  url: string;
  screen: Screen;
  onState: (state: ConnectionState) => void;
  /** null: it will not be ended after all */
  onNotice?: (notice: Notice | null) => void;
  /** who is there and whether it is recorded */
  onCompany?: (company: Company) => void;
  /** what was typed is too much to keep and was dropped */
  onFull?: () => void;
  /** asked after some failures: whether the shell is there at all */
  stillOpen?: (() => Promise<boolean>) | undefined;
  /** for tests */
  WebSocket?: typeof WebSocket;
  random?: () => number;
};

const FIRST_RETRY = 250;
const LAST_RETRY = 15_000;

/** One shell over a WebSocket that may break: goes on where it was, acknowledges what is drawn, keeps what is typed meanwhile. */
export class Connection {
  readonly #options: ConnectionOptions;
  #ws: WebSocket | null = null;
  /** stream offset after the last byte received, drawn, acknowledged; null before the first hello */
  #received: number | null = null;
  #drawn = 0;
  #acked = 0;
  #replayLeft = 0;
  /** counts replays: what was drawn before one is of no offset after it */
  #generation = 0;
  #replaying = false;
  #greeted = false;
  /** the name under which this viewer comes back */
  readonly #typist = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
  readonly #outbox = new Outbox((bytes) => {
    this.#ws?.send(bytes);
    this.#watch.sent();
  });
  readonly #watch = new LineWatch(
    () => this.#ws !== null && this.#outbox.waits,
    () => this.#giveUp(),
  );
  #size: string | null = null;
  /** a guest who may only look: what he types goes nowhere, and is not kept for later either */
  #reads = false;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #over = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#connect();
  }

  /** Sends what was typed; a terminal's own answers are not sent while a replay is drawn or the line is down. */
  type(text: string): void {
    if (isTerminalReport(text) && (this.#replaying || !this.#greeted)) return;
    this.typeBytes(new TextEncoder().encode(text));
  }

  typeBytes(bytes: Uint8Array): void {
    if (!this.#over && !this.#reads && !this.#outbox.add(bytes)) this.#options.onFull?.();
  }

  resize(cols: number, rows: number): void {
    this.#size = JSON.stringify({ t: "resize", cols, rows });
    if (this.#greeted && !this.#replaying) this.#tell(this.#size);
  }

  /** The network is back or the page is looked at again: tries at once instead of later; a line that seems to stand is doubted. */
  retryNow(): void {
    if (this.#over) return;
    if (this.#retry === undefined) return this.#watch.doubt();
    clearTimeout(this.#retry);
    this.#connect();
  }

  /** Leaves; the shell goes on. */
  close(): void {
    this.#over = true;
    clearTimeout(this.#retry);
    this.#watch.stop();
    const ws = this.#ws;
    this.#ws = null;
    ws?.close(1000);
  }

  #connect(): void {
    this.#retry = undefined;
    this.#greeted = false;
    this.#options.onState(this.#failures === 0 ? { kind: "connecting" } : { kind: "lost", retryIn: 0 });
    const how: Attach = { from: this.#received, typist: this.#typist };
    const ws = new (this.#options.WebSocket ?? WebSocket)(this.#options.url + attachQuery(how), SUBPROTOCOL);
    this.#ws = ws;
    ws.binaryType = "arraybuffer";
    ws.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (ws !== this.#ws) return;
      if (typeof event.data === "string") this.#message(event.data);
      else this.#bytes(new Uint8Array(event.data));
      this.#watch.heard();
    };
    ws.onclose = () => {
      if (ws === this.#ws) void this.#lost();
    };
  }

  #message(text: string): void {
    const message = readMessage(text);
    if (!message) return this.#ws?.close(4000);
    if (message.t === "exit") {
      const { status, signal, reason } = message;
      return this.#end({ kind: "ended", status, signal, reason });
    }
    if (message.t === "typed") return this.#outbox.typed(message.offset);
    if (message.t === "notice") {
      const { reason, endsIn } = message;
      return this.#options.onNotice?.(endsIn === null ? null : { reason, endsAt: Date.now() + endsIn });
    }
    if (message.t === "company") {
      this.#reads = message.you === "read";
      return this.#options.onCompany?.(message);
    }
    if (message.t === "size") return this.#options.screen.follow?.(message.cols, message.rows);
    this.#hello(message);
  }

  #hello(message: Extract<DaemonMessage, { t: "hello" }>): void {
    const first = !this.#greeted;
    this.#failures = 0;
    if (message.mode === "replay") {
      this.#generation++;
      this.#replaying = true;
      this.#replayLeft = message.replayBytes;
      this.#drawn = message.offset;
      this.#options.screen.reset(message.cols, message.rows);
      if (message.replayBytes === 0) this.#replayDrawn();
    } else this.#options.screen.follow?.(message.cols, message.rows);
    this.#received = message.offset;
    this.#acked = message.offset;
    this.#greeted = true;
    this.#options.onState({ kind: "open" });
    if (this.#size !== null && !this.#replaying) this.#tell(this.#size);
    // A later one on the same line says nothing of what is still under way on it.
    if (first) this.#outbox.opened(message.typed);
    this.#ack();
  }

  #bytes(bytes: Uint8Array): void {
    const generation = this.#generation;
    if (this.#replayLeft > 0) {
      this.#replayLeft -= bytes.length;
      const last = this.#replayLeft <= 0;
      this.#options.screen.write(bytes, () => {
        if (last && generation === this.#generation) this.#replayDrawn();
      });
      return;
    }
    this.#received = (this.#received ?? 0) + bytes.length;
    this.#options.screen.write(bytes, () => {
      if (generation !== this.#generation) return;
      this.#drawn += bytes.length;
      this.#ack();
    });
  }

  #replayDrawn(): void {
    this.#replaying = false;
    this.#options.screen.replayed();
    if (this.#size !== null && this.#greeted) this.#tell(this.#size);
    this.#tell(JSON.stringify({ t: "ack", offset: this.#drawn }));
  }

  #ack(): void {
    if (!this.#greeted || this.#drawn - this.#acked < WINDOW.ack) return;
    this.#acked = this.#drawn;
    this.#tell(JSON.stringify({ t: "ack", offset: this.#drawn }));
  }

  #tell(text: string): void {
    if (this.#ws?.readyState === 1) this.#ws.send(text);
  }

  /** Its close would come after minutes, if ever. The code says no goodbye: what is missed meanwhile is kept. */
  #giveUp(): void {
    this.#ws?.close(4001);
    void this.#lost();
  }

  async #lost(): Promise<void> {
    this.#ws = null;
    this.#watch.stop();
    this.#greeted = false;
    this.#outbox.closed();
    this.#options.onNotice?.(null);
    this.#replayLeft = 0;
    // a replay that was cut off has to be drawn anew, whatever the offset says
    if (this.#replaying) this.#received = null;
    if (this.#over) return;
    this.#failures++;
    const { random = Math.random, stillOpen } = this.#options;
    const delay = Math.min(FIRST_RETRY * 2 ** Math.min(this.#failures - 1, 10), LAST_RETRY) * (0.75 + random() / 2);
    this.#options.onState({ kind: "lost", retryIn: delay });
    this.#retry = setTimeout(() => this.#connect(), delay);
    if (this.#failures >= 2 && stillOpen) {
      const there = await stillOpen().catch(() => true);
      if (!there && !this.#over && !this.#greeted)
        this.#end({ kind: "ended", status: null, signal: null, reason: "gone" });
    }
  }

  #end(state: ConnectionState): void {
    this.close();
    this.#options.onState(state);
  }
}
