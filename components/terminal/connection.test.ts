import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { INPUT_WINDOW, MAX_MESSAGE, WINDOW } from "@/server/contract/terminal.ts";
import { Connection, type ConnectionState, type Notice } from "./connection.ts";

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
let notices: (Notice | null)[];
let full: number;
const state = () => states.at(-1)!;

function open() {
  return new Connection({
    url: "ws://panel/ws/terminals/id",
    onState: (next) => states.push(next),
    onNotice: (next) => notices.push(next),
    onFull: () => full++,
    stillOpen: async () => there,
    WebSocket: FakeSocket as unknown as typeof WebSocket,
    random: () => 0.5,
    screen: {
      reset: (cols, rows) => screen.push(`reset ${cols}x${rows}`),
      write: (bytes, done) => (draws ? done() : drawn.push({ bytes: bytes.length, done })),
      replayed: () => screen.push("replayed"),
      follow: (cols, rows) => screen.push(`follow ${cols}x${rows}`),
    },
  });
}
const drawAll = () => drawn.splice(0).forEach(({ done }) => done());

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  states = [];
  notices = [];
  full = 0;
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
    expect(FakeSocket.last.url).toMatch(/\?from=7&as=[0-9a-f]{32}$/);
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

describe("typing that is counted", () => {
  const greet = (offset: number, typed: number, mode: "resume" | "replay" = "resume") =>
    FakeSocket.last.tell({ ...hello(mode, offset), typed });

  test("what was under way when the line broke is sent again from where the shell has it, and no byte twice", () => {
    const line = open();
    greet(0, 0, "replay");
    line.type("one two ");
    FakeSocket.last.tell({ t: "typed", offset: 3 });
    FakeSocket.last.break();
    line.type("three");
    vi.advanceTimersByTime(1000);
    greet(0, 5);
    expect(FakeSocket.last.typed).toBe("wo three");
    FakeSocket.last.break();
    vi.advanceTimersByTime(5000);
    greet(0, 13);
    expect(FakeSocket.last.typed).toBe("");
    line.type("!");
    expect(FakeSocket.last.typed).toBe("!");
  });

  test("another hello on the same line sends nothing again", () => {
    const line = open();
    greet(0, 0, "replay");
    line.type("abc");
    greet(900, 1, "replay");
    expect(FakeSocket.last.typed).toBe("abc");
  });

  test("all breaks at every byte give what was typed", () => {
    const line = open();
    greet(0, 0, "replay");
    let there = "";
    for (let i = 0; i < 40; i++) {
      line.type(`k${i} `);
      // so much of what was sent has come before the line breaks
      const came = FakeSocket.last.typed;
      there += came.slice(0, (i * 7) % (came.length + 1));
      FakeSocket.last.break();
      line.type(`off${i} `);
      vi.advanceTimersByTime(20_000);
      greet(0, there.length);
    }
    there += FakeSocket.last.typed;
    expect(there).toBe(Array.from({ length: 40 }, (_, i) => `k${i} off${i} `).join(""));
  });

  test("a shell that has forgotten the name gets nothing twice", () => {
    const line = open();
    greet(0, 0, "replay");
    line.type("sent ");
    FakeSocket.last.tell({ t: "typed", offset: 5 });
    line.type("unknown ");
    FakeSocket.last.break();
    line.type("later");
    vi.advanceTimersByTime(1000);
    greet(0, 0, "replay");
    expect(FakeSocket.last.typed).toBe("later");
  });

  test("a paste goes out no further ahead than the window, and beyond all room it is refused", () => {
    const line = open();
    greet(0, 0, "replay");
    line.typeBytes(new Uint8Array(10_000_000));
    const out = () => FakeSocket.last.sent.reduce((sum, one) => sum + (typeof one === "string" ? 0 : one.length), 0);
    expect(out()).toBeLessThanOrEqual(INPUT_WINDOW + MAX_MESSAGE);
    for (let told = 0; told < 10_000_000;) {
      told = out();
      FakeSocket.last.tell({ t: "typed", offset: told });
    }
    expect(out()).toBe(10_000_000);
    expect(full).toBe(0);
    line.typeBytes(new Uint8Array(17_000_000));
    expect(full).toBe(1);
  });

  test("a warning is told, and taken back", () => {
    open();
    greet(0, 0, "replay");
    FakeSocket.last.tell({ t: "notice", reason: "idle", endsIn: 600_000 });
    FakeSocket.last.tell({ t: "notice", reason: "idle", endsIn: null });
    expect(notices).toEqual([{ reason: "idle", endsAt: Date.now() + 600_000 }, null]);
  });
});

describe("a line that is dead and was closed by nobody", () => {
  const greet = (typed: number) => FakeSocket.last.tell({ ...hello("resume", 0), typed });
  const after = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);

  test("is given up when nothing is told of what was typed, and what was typed comes over the next one, once", () => {
    const line = open();
    greet(0);
    line.type("ls\r");
    after(4900);
    expect(FakeSocket.all).toHaveLength(1);
    after(100);
    expect([FakeSocket.all[0]!.closed, state().kind]).toEqual([4001, "lost"]);
    line.type("pwd\r");
    after(1000);
    greet(0);
    expect([FakeSocket.all.length, FakeSocket.last.typed]).toEqual([2, "ls\rpwd\r"]);
    // what the old one still says is of no one
    FakeSocket.all[0]!.tell({ t: "typed", offset: 3 });
    FakeSocket.all[0]!.break();
    expect(state()).toEqual({ kind: "open" });
    FakeSocket.last.tell({ t: "typed", offset: 7 });
    after(60_000);
    expect(FakeSocket.all).toHaveLength(2);
    line.type("x");
    after(6000);
    expect(FakeSocket.all).toHaveLength(3);
  });

  test("is none as long as anything comes, nor when nothing was typed", () => {
    const line = open();
    greet(0);
    after(600_000);
    line.retryNow();
    after(600_000);
    line.type("make\r");
    for (let i = 0; i < 10; i++) {
      after(4000);
      FakeSocket.last.bytes(10);
    }
    FakeSocket.last.tell({ t: "typed", offset: 5 });
    after(600_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  test("is sought once only while a program reads nothing, and once more for each return of the network or the person", () => {
    const line = open();
    greet(0);
    line.type("a");
    line.type("bcd");
    after(600_000);
    expect(FakeSocket.all).toHaveLength(2);
    // knastd takes the first piece of whoever comes, and then no more
    greet(0);
    FakeSocket.last.tell({ t: "typed", offset: 1 });
    line.type("e");
    after(600_000);
    expect(FakeSocket.all).toHaveLength(2);
    line.retryNow();
    after(600_000);
    expect(FakeSocket.all).toHaveLength(3);
    greet(2);
    after(600_000);
    expect(FakeSocket.all).toHaveLength(3);
    FakeSocket.last.tell({ t: "typed", offset: 5 });
    line.type("f");
    after(6000);
    expect(FakeSocket.all).toHaveLength(4);
  });

  test("is not sought where nobody counts, nor by who has left", () => {
    const line = open();
    FakeSocket.last.tell(hello("replay", 0));
    line.type("old");
    after(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    const other = open();
    greet(0);
    other.type("x");
    other.close();
    other.retryNow();
    after(60_000);
    expect(FakeSocket.all).toHaveLength(2);
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
      expect(FakeSocket.last.url).toMatch(/\?from=123&as=[0-9a-f]{32}$/);
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
    expect(state()).toEqual({ kind: "ended", status: null, signal: null, reason: "gone" });
    expect(FakeSocket.all).toHaveLength(2);
  });

  test("a shell that has ended is not connected again", () => {
    const line = open();
    FakeSocket.last.tell(hello("replay", 0));
    FakeSocket.last.tell({ t: "exit", status: 3, signal: null, reason: "exited" });
    expect(state()).toEqual({ kind: "ended", status: 3, signal: null, reason: "exited" });
    FakeSocket.last.onclose!();
    line.type("x");
    vi.advanceTimersByTime(60_000);
    expect([FakeSocket.all.length, FakeSocket.last.typed]).toEqual([1, ""]);
  });

  test.each(["x", "{}", '{"t":"hello"}', '{"t":"exit","status":0,"signal":null,"reason":"exited","more":1}'])(
    "a frame that means nothing closes the socket: %s",
    (text) => {
      open();
      FakeSocket.last.onmessage!({ data: text });
      expect(FakeSocket.last.closed).toBe(4000);
    },
  );
});

describe("a shell that is another's", () => {
  const company = (you: "read" | "type") => ({
    t: "company",
    self: "greta",
    you,
    people: [{ name: "anna", mode: "owner", guest: false, here: true }],
    asks: [],
    until: null,
    recording: null,
  });

  test("what a reader types goes nowhere, and is not kept for when he may type", () => {
    const line = open();
    FakeSocket.last.tell({ ...hello("resume", 0), typed: 0 });
    FakeSocket.last.tell(company("read"));
    line.type("stolen");
    FakeSocket.last.tell(company("type"));
    line.type("given");
    FakeSocket.last.tell(company("read"));
    line.type("late");
    expect(FakeSocket.last.typed).toBe("given");
    FakeSocket.last.break();
    vi.advanceTimersByTime(1000);
    FakeSocket.last.tell({ ...hello("resume", 0), typed: 5 });
    FakeSocket.last.tell(company("type"));
    expect(FakeSocket.last.typed).toBe("");
  });

  test("its size is followed: at the beginning, after a break, and whenever it changes", () => {
    open();
    FakeSocket.last.tell(hello("replay", 0));
    FakeSocket.last.tell({ t: "size", cols: 91, rows: 33 });
    FakeSocket.last.break();
    vi.advanceTimersByTime(1000);
    FakeSocket.last.tell({ ...hello("resume", 0), cols: 70, rows: 20 });
    expect(screen).toEqual(["reset 80x24", "replayed", "follow 91x33", "follow 70x20"]);
  });

  test("who is sent away does not come again by himself", () => {
    open();
    FakeSocket.last.tell(hello("resume", 0));
    FakeSocket.last.tell({ t: "exit", status: null, signal: null, reason: "sharing-ended" });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(state()).toEqual({ kind: "ended", status: null, signal: null, reason: "sharing-ended" });
  });
});
