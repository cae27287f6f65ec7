import { expect, test } from "vitest";
import { took } from "./attention.ts";

test("how long a command ran, in words", () => {
  expect([10, 59, 60, 95, 3599, 3600, 11_100].map(took)).toEqual([
    "10 s",
    "59 s",
    "1 min",
    "2 min",
    "1 h 0 min",
    "1 h 0 min",
    "3 h 5 min",
  ]);
});
