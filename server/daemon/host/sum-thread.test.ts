import { createHash, randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { PIECE, SumThread } from "./sum-thread.ts";

const sums: SumThread[] = [];
const make = (): SumThread => {
  const sum = new SumThread();
  sums.push(sum);
  return sum;
};
afterEach(async () => {
  for (const sum of sums.splice(0)) await sum.close();
});

test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 9 * PIECE + 77])(
  "sums %i bytes as createHash() does, with few pieces of memory",
  async (length) => {
    const all = randomBytes(length);
    const sum = make();
    for (let at = 0; at < length; at += PIECE) {
      const lent = await sum.lend();
      const copied = all.copy(lent.bytes, 0, at);
      sum.sum(lent, copied);
      sum.giveBack(lent);
    }
    expect(await sum.digest()).toBe(createHash("sha256").update(all).digest("hex"));
  },
);

test("a piece is lent again only when its borrower and the thread have both given it back", async () => {
  const sum = make();
  const kept = [];
  for (let i = 0; i < 4; i++) {
    const lent = await sum.lend();
    sum.sum(lent, PIECE);
    kept.push(lent);
  }
  let got: unknown = null;
  const next = sum.lend().then((lent) => (got = lent));
  // The digest comes behind every piece: the thread has given back all of them by then.
  await sum.digest();
  expect(got).toBeNull();
  sum.giveBack(kept[2]!);
  expect(await next).toBe(kept[2]);
});

test("who waits for a piece or a sum is told when it is closed", async () => {
  const sum = make();
  for (let i = 0; i < 4; i++) await sum.lend();
  const waiting = expect(sum.lend()).rejects.toMatchObject({ code: "internal" });
  await sum.close();
  await waiting;
  await expect(sum.digest()).rejects.toMatchObject({ code: "internal" });
});
