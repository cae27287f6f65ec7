import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Labeller } from "./label.ts";
import { ModeTracker } from "./modes.ts";
import { Ring } from "./ring.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a shell is looked at once a second at most, what was seen of it not again, and one at rest not at all", () => {
  const modes = new ModeTracker();
  const ring = new Ring(64 * 1024, (bytes) => modes.feed(bytes));
  const read = vi.spyOn(ring, "copy");
  const labeller = new Labeller(ring, () => modes.clone());
  const print = (text: string) => ring.push(Buffer.from(text));
  const looked = () => read.mock.calls.splice(0).map(([from, to]) => to - from);
  expect([labeller.label(), looked()]).toEqual([{ title: null, lastLine: "" }, []]);
  print(`\x1b]2;first\x07${"x".repeat(3000)}\r\none\r\n`);
  expect(labeller.label()).toEqual({ title: "first", lastLine: "one" });
  expect(looked().length).toBeGreaterThan(0);
  vi.advanceTimersByTime(60_000);
  expect([labeller.label().lastLine, looked()]).toEqual(["one", []]);
  print("two\r\n");
  expect(labeller.label().lastLine).toBe("two");
  expect(looked()[0]).toBe(5);
  print("three\r\n\x1b]2;sec");
  vi.advanceTimersByTime(999);
  expect([labeller.label(), looked()]).toEqual([{ title: "first", lastLine: "two" }, []]);
  vi.advanceTimersByTime(1);
  // a title whose end has not come is none, and is one when it has
  expect(labeller.label()).toEqual({ title: "first", lastLine: "three" });
  print("ond\x07");
  vi.advanceTimersByTime(1000);
  expect(labeller.label().title).toBe("second");
  print(`\x1b]2;third\x07${"y\r\n".repeat(40_000)}`);
  vi.advanceTimersByTime(1000);
  expect(labeller.label()).toEqual({ title: "third", lastLine: "y" });
});
