import { expect, test } from "vitest";
import { Swipe } from "./swipe.ts";

test("a tap scrolls nothing, however it trembles", () => {
  const swipe = new Swipe(16, 100, 0);
  expect([swipe.move(104, 10), swipe.move(97, 20), swipe.moved]).toEqual([0, 0, false]);
  swipe.release(30);
  expect(swipe.coast(46)).toBeNull();
});

test("the text follows the finger by whole lines, none is lost on the way", () => {
  const swipe = new Swipe(16, 400, 0);
  let lines = 0;
  for (let i = 1; i <= 32; i++) lines += swipe.move(400 - i * 5, i * 16);
  expect(lines).toBe(10);
  for (let i = 1; i <= 32; i++) lines += swipe.move(240 + i * 5, 600 + i * 16);
  expect(lines).toBe(0);
});

test("what is thrown runs on, slower and slower, and rests", () => {
  const swipe = new Swipe(16, 400, 0);
  for (let i = 1; i <= 5; i++) swipe.move(400 - i * 24, i * 16);
  swipe.release(85);
  const steps: number[] = [];
  let time = 85;
  for (let step = swipe.coast((time += 100)); step !== null; step = swipe.coast((time += 100))) steps.push(step);
  expect(steps[0]).toBeGreaterThan(5);
  expect(steps.at(-1)).toBeLessThanOrEqual(1);
  expect(time).toBeLessThan(3000);
  const sum = steps.reduce((a, b) => a + b, 0);
  expect(sum).toBeGreaterThan(20);
  expect(sum).toBeLessThan(40);
});

test("a finger that rests before it leaves throws nothing", () => {
  const swipe = new Swipe(16, 400, 0);
  for (let i = 1; i <= 5; i++) swipe.move(400 - i * 24, i * 16);
  swipe.release(400);
  expect(swipe.coast(416)).toBeNull();
});

test("no throw is endless", () => {
  const swipe = new Swipe(16, 0, 0);
  swipe.move(-100_000, 1);
  swipe.release(2);
  expect(swipe.coast(100_000)!).toBeLessThan(200);
});
