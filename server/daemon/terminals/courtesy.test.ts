import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Courtesy } from "./courtesy.ts";
import { Hold } from "./hold.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const KIB = 1024;
/** @returns milliseconds that a shell has to rest while it prints so many KiB, 4 at a time */
const restsOver = (courtesy: Courtesy, shell: string, kib: number) =>
  Array.from({ length: kib / 4 }, () => courtesy.restAfter(shell, 4 * KIB)).reduce((sum, each) => sum + each, 0);

describe("a flood", () => {
  it("rests for nobody, and for its own person neither", () => {
    const courtesy = new Courtesy();
    courtesy.cameLate("flood", 50);
    expect(restsOver(courtesy, "flood", 256)).toBe(0);
    courtesy.typed("flood");
    courtesy.typed("flood");
    courtesy.cameLate("flood", 50);
    expect(restsOver(courtesy, "flood", 256)).toBe(0);
  });

  it("does not rest where its turns are in time", () => {
    const courtesy = new Courtesy();
    courtesy.typed("shell");
    courtesy.cameLate("flood", 1.9);
    expect([restsOver(courtesy, "flood", 256), courtesy.isFlood("flood")]).toEqual([0, false]);
  });

  it("rests after every 8 KiB for who types elsewhere, so that all floods together print 1 MiB a second", () => {
    const courtesy = new Courtesy();
    courtesy.typed("shell");
    courtesy.cameLate("a", 2);
    expect([courtesy.restAfter("a", 4 * KIB), courtesy.isFlood("a")]).toEqual([0, false]);
    expect([courtesy.restAfter("a", 4 * KIB), courtesy.isFlood("a")]).toEqual([8, true]);
    for (const [at, name] of ["b", "c", "d"].entries()) expect(courtesy.restAfter(name, 8 * KIB)).toBe(8 * (at + 2));
    for (let i = 0; i < 30; i++) courtesy.restAfter(`more ${i}`, 8 * KIB);
    expect(courtesy.restAfter("a", 8 * KIB)).toBe(100);
  });

  it("is not what prints little, nor one that prints little by now", () => {
    const courtesy = new Courtesy();
    courtesy.typed("shell");
    courtesy.cameLate("flood", 2);
    expect(courtesy.restAfter("flood", 8 * KIB)).toBeGreaterThan(0);
    for (let i = 0; i < 9; i++) {
      vi.advanceTimersByTime(100);
      expect(courtesy.restAfter("calm", KIB)).toBe(0);
    }
    expect(courtesy.restAfter("flood", KIB)).toBe(0);
    expect([courtesy.isFlood("calm"), courtesy.isFlood("flood")]).toEqual([false, false]);
  });

  it("rests for both of two who type and flood, each for the other", () => {
    const courtesy = new Courtesy();
    courtesy.typed("one");
    courtesy.typed("two");
    courtesy.typed("two");
    courtesy.cameLate("one", 10);
    expect(courtesy.restAfter("one", 8 * KIB)).toBeGreaterThan(0);
    expect(courtesy.restAfter("two", 8 * KIB)).toBeGreaterThan(0);
  });

  it("goes on when nobody has typed for a second, and ten seconds after it was late", () => {
    const courtesy = new Courtesy();
    const after = (milliseconds: number) => {
      vi.advanceTimersByTime(milliseconds);
      return courtesy.restAfter("flood", 8 * KIB);
    };
    courtesy.typed("shell");
    courtesy.cameLate("flood", 10);
    expect([after(900) > 0, after(200), courtesy.isFlood("flood")]).toEqual([true, 0, false]);
    for (let i = 0; i < 9; i++) {
      courtesy.typed("shell");
      expect(after(950)).toBeGreaterThan(0);
    }
    courtesy.typed("shell");
    expect(after(400)).toBe(0);
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
