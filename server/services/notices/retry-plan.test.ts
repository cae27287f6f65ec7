import { expect, it } from "vitest";
import { MAX_ATTEMPTS, waitAfter } from "./retry-plan.ts";

it("waits longer after each attempt and gives up after the last", () => {
  const waits = Array.from({ length: MAX_ATTEMPTS }, (_, i) => waitAfter(i + 1));
  expect(waits).toEqual([1, 5, 15, 60, 180, 360, 720, 720, null].map((m) => m && m * 60_000));
  expect(waitAfter(MAX_ATTEMPTS + 5)).toBeNull();
});
