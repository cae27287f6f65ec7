import { expect, test } from "vitest";
import { count, formatBytes, formatMoment, formatPercent, formatSince } from "./format.ts";

test.each([
  [0, "0 B"],
  [512, "512 B"],
  [999, "999 B"],
  [1000, "1.0 K"],
  [1024, "1.0 K"],
  [4_261_412, "4.1 M"],
  [222_298_112, "212 M"],
  [10 * 1024 ** 2 - 1, "10 M"],
  [1023 * 1024, "1.0 M"],
  [2_040_109_466, "1.9 G"],
  [5e12, "4.5 T"],
  [-1, "–"],
  [NaN, "–"],
])("formatBytes(%d) = %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

test("bytes never take more than three digits below a petabyte", () => {
  for (let bytes = 1; bytes < 1024 ** 5; bytes = bytes * 1.37 + 1)
    expect(formatBytes(bytes)).toMatch(/^(\d{1,3}|\d\.\d) [BKMGTP]$/);
});

test.each([
  [0, "0.0"],
  [1.25, "1.3"],
  [9.94, "9.9"],
  [9.96, "10"],
  [187.4, "187"],
])("formatPercent(%d) = %s", (percent, text) => expect(formatPercent(percent)).toBe(text));

const now = Date.parse("2026-11-24T12:00:00Z");
test.each([
  ["2026-11-24T12:00:05Z", "just now"],
  ["2026-11-24T11:59:01Z", "just now"],
  ["2026-11-24T11:59:00Z", "1 min"],
  ["2026-11-24T11:00:01Z", "59 min"],
  ["2026-11-24T11:00:00Z", "1 h"],
  ["2026-11-22T12:00:01Z", "47 h"],
  ["2026-11-22T12:00:00Z", "2 d"],
  ["2026-11-12T11:00:00Z", "12 d"],
  ["not a time", "–"],
  [null, "–"],
])("formatSince(%s) = %s", (iso, text) => expect(formatSince(iso, now)).toBe(text));

test("moments are printed in UTC", () => {
  expect(formatMoment("2026-11-24T12:05:59+02:00")).toBe("2026-11-24 10:05");
  expect(formatMoment("x")).toBe("–");
});

test("one and many", () => {
  expect([0, 1, 2].map((n) => count(n, "shell", "shells"))).toEqual(["0 shells", "1 shell", "2 shells"]);
});
