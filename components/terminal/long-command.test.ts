import { expect, test } from "vitest";
import { LongCommand, looksBusy } from "./long-command.ts";

function watched() {
  const told: number[] = [];
  return { told, command: new LongCommand((seconds) => told.push(seconds)) };
}

test("a long command that ends with the prompt is told once, a short one is not", () => {
  const { told, command } = watched();
  command.entered("root@mail:~ # make", 0);
  for (let t = 100; t < 42_000; t += 500) {
    command.printed(t);
    command.look("cc -o x", t + 400);
  }
  command.printed(42_000);
  command.look("root@mail:~ # ", 42_500);
  expect(told).toEqual([]);
  command.look("root@mail:~ # ", 43_100);
  command.look("root@mail:~ # ", 44_100);
  expect(told).toEqual([42]);
  command.entered("root@mail:~ # ls", 50_000);
  command.printed(50_100);
  command.look("root@mail:~ # ", 70_000);
  expect(told).toEqual([42]);
});

test("silence alone is no end: sleep 60", () => {
  const { told, command } = watched();
  command.entered("$ sleep 60", 0);
  command.printed(5);
  command.look("", 30_000);
  expect(told).toEqual([]);
  command.printed(60_000);
  command.look("$ ", 61_100);
  expect(told).toEqual([60]);
});

test("a prompt that ends like none is known by what stood there before", () => {
  const { told, command } = watched();
  command.entered("mail: make", 0);
  command.printed(20_000);
  command.look("mail", 22_000);
  command.look("mailman", 22_000);
  expect(told).toEqual([20]);
});

test("a bar that stands still at 45% is no prompt", () => {
  const { told, command } = watched();
  command.entered("# fetch", 0);
  command.printed(20_000);
  command.look("base.txz 45%", 30_000);
  expect(told).toEqual([]);
});

test("what a command is told by Enter does not begin it anew", () => {
  const { told, command } = watched();
  command.entered("# pkg upgrade", 0);
  command.printed(9000);
  command.entered("Proceed? [y/N]: y", 9500);
  command.printed(12_000);
  command.look("# ", 13_500);
  expect(told).toEqual([12]);
});

test("a shell that marks its commands is believed", () => {
  const { told, command } = watched();
  command.marked("D", 0);
  command.marked("C", 1000);
  command.printed(30_000);
  command.look("$ ", 40_000);
  expect(told).toEqual([]);
  command.marked("D", 61_000);
  command.marked("D", 62_000);
  expect(told).toEqual([60]);
});

test("a command runs from Enter until the prompt is back, whatever is typed at that", () => {
  const { command } = watched();
  expect(command.runs(undefined)).toBe(false);
  command.entered("root@mail:~ # make", 0);
  command.printed(10);
  for (const line of [undefined, "", "cc -o x", "base.txz 45%"]) expect(command.runs(line)).toBe(true);
  expect(command.runs("root@mail:~ # ")).toBe(false);
  expect(command.runs("root@mail:~ # ls /e")).toBe(false);
  command.printed(500);
  command.look("root@mail:~ # ", 2000);
  expect(command.runs("")).toBe(false);
});

test("a full-screen program runs; a shell that marks its commands is believed", () => {
  const { command } = watched();
  expect(command.runs(null)).toBe(true);
  command.marked("C", 0);
  expect(command.runs("$ ")).toBe(true);
  command.marked("D", 100);
  expect(command.runs("cc -o x")).toBe(false);
});

test("after a reload the line alone tells it", () => {
  const { command } = watched();
  for (const line of ["$ ", "root@mail:~ # ls /e", "~ ❯ "]) expect(command.runs(line)).toBe(false);
  for (const line of ["", "cc -o x", "base.txz 45%x"]) expect(command.runs(line)).toBe(true);
  expect(["", "root@mail:~ #", "$ ls", "cc -o x", "Password:"].map(looksBusy)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});
