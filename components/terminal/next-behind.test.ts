import { expect, test } from "vitest";
import { MOST_BEHIND, nextBehind } from "./next-behind.ts";

test("shells behind the others get a line one by one, up to a number; those that are closed do not count", () => {
  const shells = Array.from({ length: 20 }, (_, i) => ({ terminal: `t${i}` }));
  const mounted = new Set(["t3", "closed", "also-closed"]);
  for (let next = nextBehind(shells, mounted); next; next = nextBehind(shells, mounted)) mounted.add(next);
  expect([...mounted].filter((one) => one.startsWith("t"))).toEqual(
    ["t3", "t0", "t1", "t2", ...Array.from({ length: 8 }, (_, i) => `t${i + 4}`)].slice(0, MOST_BEHIND),
  );
  expect(nextBehind([{ terminal: "a" }], new Set(["a"]))).toBeNull();
});
