import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Courtesy } from "./courtesy.ts";
import { Hold } from "./hold.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a flood", () => {
  it("rests for nobody, and for its own person neither", () => {
    const courtesy = new Courtesy();
    expect(courtesy.restOf("flood", 50)).toBe(0);
    courtesy.typed("flood");
    courtesy.typed("flood");
    expect(courtesy.restOf("flood", 50)).toBe(0);
  });

  it("rests for who types elsewhere, the longer the later its turns are, and within bounds", () => {
    const courtesy = new Courtesy();
    courtesy.typed("shell");
    expect(courtesy.restOf("flood", 0.5)).toBe(0);
    const [little, more, most] = [3, 6, 1000].map((late) => courtesy.restOf("flood", late));
    expect(little).toBeGreaterThan(0);
    expect(more).toBeGreaterThan(little!);
    expect(most).toBe(100);
  });

  it("rests for both of two who type and flood, each for the other", () => {
    const courtesy = new Courtesy();
    courtesy.typed("one");
    courtesy.typed("two");
    courtesy.typed("two");
    expect(courtesy.restOf("one", 10)).toBeGreaterThan(0);
    expect(courtesy.restOf("two", 10)).toBeGreaterThan(0);
  });

  it("goes on when nobody has typed for a second", () => {
    const courtesy = new Courtesy();
    courtesy.typed("shell");
    vi.advanceTimersByTime(900);
    expect(courtesy.restOf("flood", 10)).toBeGreaterThan(0);
    vi.advanceTimersByTime(200);
    expect(courtesy.restOf("flood", 10)).toBe(0);
  });
});

describe("a pty that is held", () => {
  const held = () => {
    const calls: string[] = [];
    return { calls, hold: new Hold({ pause: () => calls.push("pause"), resume: () => calls.push("resume") }) };
  };

  it("is read again only when half of the window is free", () => {
    const { calls, hold } = held();
    for (const kib of [200, 300, 200, 100]) hold.window(kib * 1024);
    expect([calls, hold.held]).toEqual([["pause"], true]);
    hold.window(60 * 1024);
    hold.window(200 * 1024);
    expect([calls, hold.held]).toEqual([["pause", "resume"], false]);
  });

  it("is read again after a rest, and is not read when the window has become full meanwhile", () => {
    const { calls, hold } = held();
    hold.rest(50);
    hold.rest(500);
    expect(calls).toEqual(["pause"]);
    vi.advanceTimersByTime(50);
    expect(calls).toEqual(["pause", "resume"]);
    hold.rest(50);
    hold.window(300 * 1024);
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual(["pause", "resume", "pause"]);
    hold.window(0);
    expect(calls).toEqual(["pause", "resume", "pause", "resume"]);
  });

  it("is woken at once when it is over, and not a second time", () => {
    const { calls, hold } = held();
    hold.rest(50);
    hold.wake();
    vi.advanceTimersByTime(1000);
    expect(calls).toEqual(["pause", "resume"]);
  });
});
