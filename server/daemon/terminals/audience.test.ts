import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WINDOW } from "../../contract/terminal.ts";
import { Audience } from "./audience.ts";
import { standInStage, StandInLine } from "./testing/stand-in.ts";

const PATIENCE = 2000;
let stage: ReturnType<typeof standInStage>;
let audience: Audience;
beforeEach(() => {
  vi.useFakeTimers();
  stage = standInStage("anna");
  audience = new Audience(stage, { graceFor: 10_000, patience: PATIENCE });
});
afterEach(() => {
  audience.dispose();
  vi.useRealTimers();
});

let named = 0;
function come(who = "anna"): StandInLine {
  const line = new StandInLine();
  audience.attach(line.line, { from: null, typist: (++named).toString(16).padStart(32, "0") }, who);
  return line;
}
function admit(who: string, as: "read" | "type"): void {
  stage.guests.share(3_600_000);
  stage.guests.knock(who, "account");
  stage.guests.admit(who, as);
}
const shows = (line: StandInLine) => line.says({ t: "ack", offset: audience.offset });
/** The program prints, `line` shows all of it, until it is held or this much has come. @returns whether it is held */
function flood(most: number, ...lines: StandInLine[]): boolean {
  for (let printed = 0; printed < most && !stage.held; printed += 32 * 1024) {
    audience.printed(Buffer.alloc(32 * 1024, "x"));
    vi.advanceTimersByTime(2);
    for (const line of lines) shows(line);
  }
  return stage.held;
}
const LOTS = 8 * WINDOW.high;

describe("who types and shows nothing", () => {
  it("holds the program for another one of two seconds at most, and gets the screen anew when he is back", () => {
    const desk = come();
    const phone = come();
    phone.types("y");
    expect(flood(LOTS, desk)).toBe(true);
    vi.advanceTimersByTime(PATIENCE - 100);
    expect(stage.held).toBe(true);
    vi.advanceTimersByTime(100);
    expect([stage.held, flood(LOTS, desk), desk.sent("hello").length]).toEqual([false, false, 1]);
    expect(phone.sent("hello").length).toBe(1);
    phone.says({ t: "ack", offset: WINDOW.high });
    expect(phone.sent("hello").at(-1)).toMatchObject({ mode: "replay", offset: audience.offset });
    phone.types("y");
    expect(flood(LOTS, desk)).toBe(true);
  });

  it("does not get it back by more keys while he is far behind, though they are typed", () => {
    admit("greta", "type");
    const anna = come();
    const greta = come("greta");
    greta.types("x");
    flood(LOTS, anna);
    vi.advanceTimersByTime(PATIENCE);
    expect(stage.held).toBe(false);
    for (let i = 0; i < 5; i++) {
      greta.types("x");
      expect(flood(LOTS, anna)).toBe(false);
    }
    expect(stage.typed).toBe("xxxxxx");
  });

  it("is not passed over as long as he goes on", () => {
    const desk = come();
    const phone = come();
    phone.types("y");
    for (let shown = 0, i = 0; i < 20; i++) {
      expect(flood(LOTS, desk)).toBe(true);
      vi.advanceTimersByTime(PATIENCE / 2);
      phone.says({ t: "ack", offset: (shown += WINDOW.ack) });
    }
    expect(stage.held).toBe(true);
  });

  it("holds it for as long as he likes while he is alone, also before readers and others who stand still", () => {
    admit("greta", "read");
    const desk = come();
    const greta = come("greta");
    const phone = come();
    desk.types("y");
    expect(flood(LOTS, greta)).toBe(true);
    vi.advanceTimersByTime(60 * PATIENCE);
    expect(stage.held).toBe(true);
    // one that wakes up later waits no longer than one that was there
    phone.says({ t: "ack", offset: WINDOW.high });
    vi.advanceTimersByTime(PATIENCE);
    expect(stage.held).toBe(false);
  });
});

describe("the size", () => {
  const size = () => [stage.cols, stage.rows];

  it("is that of who changed his last, and of who types", () => {
    const desk = come();
    desk.says({ t: "resize", cols: 200, rows: 50 });
    const phone = come();
    phone.says({ t: "resize", cols: 40, rows: 20 });
    expect(size()).toEqual([40, 20]);
    // what its terminal answers is no key of his
    desk.types("\x1b[?1;2c");
    expect([size(), stage.typed]).toEqual([[40, 20], "\x1b[?1;2c"]);
    desk.types("l");
    expect(size()).toEqual([200, 50]);
    phone.types("l");
    expect(size()).toEqual([40, 20]);
  });

  it("is that of who is left when another one goes, and no guest's", () => {
    admit("greta", "type");
    const desk = come();
    desk.says({ t: "resize", cols: 200, rows: 50 });
    const phone = come();
    phone.says({ t: "resize", cols: 40, rows: 20 });
    const greta = come("greta");
    greta.says({ t: "resize", cols: 99, rows: 9 });
    greta.types("l");
    expect(size()).toEqual([40, 20]);
    desk.types("l");
    phone.says({ t: "resize", cols: 41, rows: 20 });
    greta.close(1000);
    expect(size()).toEqual([41, 20]);
    phone.close(1006);
    expect(size()).toEqual([200, 50]);
  });

  it("stays while somebody comes back in his own place", () => {
    const desk = come();
    desk.says({ t: "resize", cols: 200, rows: 50 });
    const typist = "f".repeat(32);
    const comeBack = () => {
      const line = new StandInLine();
      audience.attach(line.line, { from: null, typist }, "anna");
      return line;
    };
    const phone = comeBack();
    phone.says({ t: "resize", cols: 40, rows: 20 });
    phone.types("l");
    const resize = vi.spyOn(stage, "resize");
    const again = comeBack();
    expect(resize).not.toHaveBeenCalled();
    desk.types("l");
    again.types("l");
    expect(resize.mock.calls).toEqual([
      [200, 50],
      [40, 20],
    ]);
  });

  it("is told to guests once in a turn, and to nobody who takes nothing", () => {
    admit("greta", "read");
    come();
    const greta = come("greta");
    for (let cols = 81; cols <= 1000; cols++) {
      stage.resize(cols, 24);
      audience.resized();
    }
    vi.advanceTimersByTime(1);
    expect(greta.sent("size")).toEqual([{ t: "size", cols: 1000, rows: 24 }]);
    greta.bufferedAmount = 2 * 1024 ** 2 + 1;
    audience.resized();
    vi.advanceTimersByTime(1);
    expect([greta.sent("size").length, greta.readyState, audience.size]).toEqual([1, 3, 1]);
  });
});

describe("keys that the tty does not take", () => {
  it("wait with their viewer, a message of each, and are counted and typed in their order when it takes them", () => {
    admit("greta", "read");
    stage.takes = 3;
    const desk = come();
    for (const key of ["abc", "d", "e", "f"]) desk.types(key);
    for (let i = 0; i < 50; i++) {
      const line = come();
      line.types("x".repeat(1000));
      expect(line.paused).toBe(true);
      line.terminate();
    }
    // who may only look fills nothing up
    const greta = come("greta");
    greta.types("x");
    expect([stage.typed, desk.paused, greta.paused]).toEqual(["abc", true, false]);
    vi.advanceTimersByTime(200);
    expect(desk.told.at(-1)).toEqual({ t: "typed", offset: 3 });
    stage.takes = 5;
    audience.released();
    expect([stage.typed, desk.paused]).toEqual(["abcde", true]);
    stage.takes = Infinity;
    audience.released();
    desk.types("g");
    vi.advanceTimersByTime(200);
    expect([stage.typed, desk.paused, desk.told.at(-1)]).toEqual(["abcdefg", false, { t: "typed", offset: 7 }]);
  });
});
