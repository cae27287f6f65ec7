import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Ends } from "./ends.ts";
import { Guests } from "./guests.ts";
import { LifeSpan } from "./life-span.ts";

const DAY = 24 * 3_600_000;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("is time that passed, however the host's clock is set meanwhile", () => {
  const over = vi.fn();
  const warn = vi.fn();
  const life = new LifeSpan({ idleAfter: DAY, longest: 7 * DAY, warnBefore: DAY / 100 }, over, warn);
  const guests = new Guests("anna", () => {}, () => {}); // prettier-ignore
  const { token, until } = guests.share(DAY);
  const ends = new Ends(10, DAY);
  ends.add({ terminal: "t" } as Parameters<Ends["add"]>[0]);
  vi.advanceTimersByTime(DAY / 2);
  for (const jump of [-30 * DAY, 60 * DAY]) {
    vi.setSystemTime(Date.now() + jump);
    life.active();
    vi.advanceTimersByTime(DAY / 8);
    expect([over.mock.calls, warn.mock.calls, life.age > 0 && life.age < DAY]).toEqual([[], [], true]);
    expect([guests.isFor(token), guests.until === until, ends.get("t") !== undefined]).toEqual([true, true, true]);
  }
  vi.setSystemTime(Date.now() - 30 * DAY);
  vi.advanceTimersByTime(DAY / 4 + 1);
  expect([guests.isFor(token), ends.get("t")]).toEqual([false, undefined]);
  vi.advanceTimersByTime(DAY);
  expect([over.mock.calls, warn.mock.calls.length]).toEqual([[["idle"]], 1]);
});
