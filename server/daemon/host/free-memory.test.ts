import { expect, test } from "vitest";
import { freeMemory } from "./free-memory.ts";

test("the memory of a buffer of its own is gone at once, and again is no error", () => {
  const before = process.memoryUsage().arrayBuffers;
  const piece = Buffer.alloc(32 * 1024 ** 2);
  expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThan(24 * 1024 ** 2);
  freeMemory(piece);
  freeMemory(piece);
  expect(piece.length).toBe(0);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 ** 2);
});

test("a buffer that shares its memory stays as it is", () => {
  const pair = Buffer.from("both of us");
  const shared = Buffer.from(new SharedArrayBuffer(16)).fill(7);
  const part = Buffer.from(new ArrayBuffer(16), 4, 8).fill(7);
  for (const one of [pair, shared, part]) freeMemory(one);
  expect([pair.toString(), shared[15], part[7]]).toEqual(["both of us", 7, 7]);
});
