import { expect, test } from "vitest";
import { Feed } from "./feed.ts";

const piece = (text: string) => Buffer.from(text);

test("one piece waits at most; the next is taken when the reader asks", async () => {
  const feed = new Feed();
  expect(await feed.put(piece("a"), performance.now() + 1000)).toBe(true);
  expect(await feed.put(piece("b"), performance.now() + 20)).toBe(false);
  const reader = feed[Symbol.asyncIterator]();
  const waits = feed.put(piece("c"), performance.now() + 1000);
  expect(String((await reader.next()).value)).toBe("a");
  expect(await waits).toBe(true);
  expect(String((await reader.next()).value)).toBe("c");
  const later = reader.next();
  await feed.put(piece("d"), performance.now() + 1000);
  expect(String((await later).value)).toBe("d");
});

test("what waits at its end is still read; then nothing is taken", async () => {
  const feed = new Feed();
  await feed.put(piece("a"), performance.now() + 1000);
  const vain = feed.put(piece("b"), performance.now() + 10_000);
  feed.end();
  expect(await vain).toBe(false);
  const read: string[] = [];
  for await (const one of feed) read.push(String(one));
  expect(read).toEqual(["a"]);
  expect(await feed.put(piece("c"), performance.now() + 1000)).toBe(false);
});
