import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MAX_MESSAGE, WINDOW } from "@/server/contract/terminal.ts";
import { Connection, type ConnectionState } from "./connection.ts";

/** The other end, in the hands of the test. */
class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    return FakeSocket.all.at(-1)!;
  }
  readyState = 1;
  binaryType = "";
  sent: (string | Uint8Array)[] = [];
  closed: number | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly url: string;
  readonly protocol: string;
  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
    FakeSocket.all.push(this);
  }
  send(data: string | Uint8Array) {
    this.sent.push(data);
  }
  close(code: number) {
    this.closed = code;
    this.readyState = 3;
  }
  tell(message: object) {
    this.onmessage!({ data: JSON.stringify(message) });
  }
  bytes(size: number, fill = 120) {
    this.onmessage!({ data: new Uint8Array(size).fill(fill).buffer });
  }
  break() {
    this.readyState = 3;
    this.onclose!();
  }
  get acks(): number[] {
    return this.sent.flatMap((one) => {
      const message = typeof one === "string" ? (JSON.parse(one) as { t: string; offset: number }) : null;
      return message?.t === "ack" ? [message.offset] : [];
    });
  }
  get typed(): string {
    const parts = this.sent.filter((one) => typeof one !== "string") as Uint8Array[];
    return Buffer.concat(parts).toString();
  }
}

const hello = (mode: "resume" | "replay", offset: number, replayBytes = 0) =>
  ({ t: "hello", mode, offset, replayBytes, cols: 80, rows: 24 }) as const;

let states: ConnectionState[];
let drawn: { bytes: number; done: () => void }[];
let screen: string[];
let draws: boolean;
let there: boolean;
const state = () => states.at(-1)!;

function open() {
  return new Connection({
    url: (from) => `ws://panel/ws/terminals/id${from === null ? "" : `?from=${from}`}`,
    onState: (next) => states.push(next),
    stillOpen: async () => there,
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    random: () => 0.5,
    screen: {
      reset: (cols, rows) => screen.push(`reset ${cols}x${rows}`),
      write: (bytes, done) => (draws ? done() : drawn.push({ bytes: bytes.length, done })),
      replayed: () => screen.push("replayed"),
    },
  });
}
const drawAll = () => drawn.splice(0).forEach(({ done }) => done());

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  states = [];
  drawn = [];
  screen = [];
  draws = true;
  there = true;
});
afterEach(() => vi.useRealTimers());

describe("acknowledgements", () => {
  test("come when bytes are drawn, not when they are received, every 32 KiB, counted from the stream's begin", () => {
    open();
    draws = false;
    FakeSocket.last.tell(hello("replay", 1000));
    const received = FakeSocket.last.acks.length;
    FakeSocket.last.bytes(20_000);
    FakeSocket.last.bytes(20_000);
    FakeSocket.last.bytes(30_000);
    expect(FakeSocket.last.acks.length).toBe(received);
    drawn.shift()!.done();
    expect(FakeSocket.last.acks.length).toBe(received);
    drawAll();
    expect(FakeSocket.last.acks.slice(received)).toEqual([41_000]);
    FakeSocket.last.bytes(WINDOW.ack);
    drawAll();
    expect(FakeSocket.last.acks.slice(received)).toEqual([41_000, 71_000 + WINDOW.ack]);
  });

  test("a replay counts for no offset and is acknowledged at its end", () => {
    open();
    draws = false;
    FakeSocket.last.tell(hello("replay", 500_000, 100_000));
    FakeSocket.last.bytes(60_000);
    FakeSocket.last.bytes(40_000);
    FakeSocket.last.bytes(10);
    expect(screen).toEqual(["reset 80x24"]);
    drawAll();
    expect(screen).toEqual(["reset 80x24", "replayed"]);
    expect(FakeSocket.last.acks).toEqual([500_000]);
    FakeSocket.last.bytes(WINDOW.ack);
    drawAll();
    expect(FakeSocket.last.acks).toEqual([500_000, 500_010 + WINDOW.ack]);
  });

  test("what was drawn before a second replay counts no more", () => {
    open();
    draws = false;
    FakeSocket.last.tell(hello("replay", 0));
    FakeSocket.last.bytes(WINDOW.ack);
    FakeSocket.last.tell(hello("replay", 900_000, 5));
    FakeSocket.last.bytes(5);
    drawAll();
    expect(FakeSocket.last.acks).toEqual([0, 900_000]);
  });
});

describe("typing", () => {
  test("a terminal's answers are dropped while a replay is drawn; keys are not", () => {
    const line = open();
    draws = false;
    line.type("a");
    line.type("\x1b[?1;2c");
    FakeSocket.last.tell(hello("replay", 0, 10));
    line.type("\x1b[12;40R");
    line.type("b");
    FakeSocket.last.bytes(10);
    line.type("\x1b[0n");
    drawAll();
    line.type("\x1b[?1;2c");
    expect(FakeSocket.last.typed).toBe("ab\x1b[?1;2c");
  });

  test("keys typed while the line is down are sent once, in order", () => {
    const line = open();
    FakeSocket.last.tell(hello("replay", 7));
    line.type("one ");
    FakeSocket.last.break();
    line.type("two ");
    line.type("drei ü ");
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.url).toMatch(/\?from=7$/);
    expect(FakeSocket.last.typed).toBe("");
    FakeSocket.last.tell(hello("resume", 7));
    line.type("four");
    expect(FakeSocket.all[0]!.typed).toBe("one ");
    expect(FakeSocket.last.typed).toBe("two drei ü four");
    FakeSocket.last.break();
    vi.advanceTimersByTime(5000);
    FakeSocket.last.tell(hello("resume", 7));
    expect(FakeSocket.last.typed).toBe("");
  });

  test("a large paste goes in pieces below the largest message", () => {
    const line = open();
    FakeSocket.last.tell(hello("replay", 0));
    const text = "ünï".repeat(60_000);
    line.type(text);
    const pieces = FakeSocket.last.sent.filter((one) => typeof one !== "string") as Uint8Array[];
    expect(Math.max(...pieces.map((one) => one.length))).toBeLessThanOrEqual(MAX_MESSAGE / 2);
    expect(FakeSocket.last.typed).toBe(text);
  });

  test("the size is told after the replay, and again after each break", () => {
    const line = open();
    draws = false;
    line.resize(120, 30);
    FakeSocket.last.tell(hello("replay", 0, 4));
    FakeSocket.last.bytes(4);
    expect(FakeSocket.last.sent).toEqual([]);
    drawAll();
    expect(FakeSocket.last.sent[0]).toBe('{"t":"resize","cols":120,"rows":30}');
    FakeSocket.last.break();
    vi.advanceTimersByTime(1000);
    FakeSocket.last.tell(hello("resume", 0));
    expect(FakeSocket.last.sent).toContain('{"t":"resize","cols":120,"rows":30}');
  });
});

describe("a broken line", () => {
  test("is tried again more and more rarely, from the last byte received", async () => {
    open();
    FakeSocket.last.tell(hello("replay", 100));
    FakeSocket.last.bytes(23);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      FakeSocket.last.break();
      await vi.advanceTimersByTimeAsync(0);
      const now = state();
      if (now.kind !== "lost") throw new Error(now.kind);
      waits.push(now.retryIn);
      await vi.advanceTimersByTimeAsync(now.retryIn);
      expect(FakeSocket.last.url).toMatch(/\?from=123$/);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
    FakeSocket.last.tell(hello("resume", 123));
    expect(state()).toEqual({ kind: "open" });
  });

  test("asks for everything again when it broke within a replay", () => {
    open();
    draws = false;
    FakeSocket.last.tell(hello("replay", 5000, 1000));
    FakeSocket.last.bytes(400);
    FakeSocket.last.break();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.last.url).not.toContain("from");
  });

  test("is tried at once when the network is back", () => {
    const line = open();
    FakeSocket.last.tell(hello("replay", 0));
    FakeSocket.last.break();
    line.retryNow();
    line.retryNow();
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("ends when the shell is not there any more", async () => {
    open();
    FakeSocket.last.tell(hello("replay", 0));
    there = false;
    FakeSocket.last.break();
    await vi.advanceTimersByTimeAsync(300);
    FakeSocket.last.break();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state()).toEqual({ kind: "ended", status: null, reason: "gone" });
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("a shell that has ended is not connected again", () => {
    const line = open();
    FakeSocket.last.tell(hello("replay", 0));
    FakeSocket.last.tell({ t: "exit", status: 3, reason: "exited" });
    expect(state()).toEqual({ kind: "ended", status: 3, reason: "exited" });
    FakeSocket.last.onclose!();
    line.type("x");
    vi.advanceTimersByTime(60_000);
    expect([FakeSocket.all.length, FakeSocket.last.typed]).toEqual([1, ""]);
  });

  test.each(["x", "{}", '{"t":"hello"}', '{"t":"exit","status":0,"reason":"exited","more":1}'])(
    "a frame that means nothing closes the socket: %s",
    (text) => {
      open();
      FakeSocket.last.onmessage!({ data: text });
      expect(FakeSocket.last.closed).toBe(4000);
    },
  );
});
