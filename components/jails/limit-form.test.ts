import { expect, test } from "vitest";
import { limitProblem, limitText, readLimit, useWords } from "./limit-form.ts";

test.each([
  ["512M", 512 * 1024 ** 2],
  ["2 G", 2 * 1024 ** 3],
  ["1gb", 1024 ** 3],
  ["64MiB", 64 * 1024 ** 2],
  ["", null],
  ["  ", null],
] as const)("memory %j is %j", (text, value) => {
  expect(readLimit("memoryBytes", text)).toBe(value);
  expect(limitProblem("memoryBytes", value)).toBe(null);
});

test("a field shows a limit as it is typed", () => {
  expect(limitText("memoryBytes", 1536 * 1024 ** 2)).toBe("1536M");
  expect(limitText("memoryBytes", 2 * 1024 ** 3)).toBe("2G");
  expect(limitText("processes", 100)).toBe("100");
  expect(limitText("processes", null)).toBe("");
});

test("what is no limit has a sentence", () => {
  for (const text of ["many", "-1", "1.5", "10M"])
    expect(limitProblem("processes", readLimit("processes", text))).toBe("Write a whole number.");
  expect(limitProblem("memoryBytes", readLimit("memoryBytes", "1.5G"))).toBe("Write it as 512M or 2G.");
  expect(limitProblem("memoryBytes", readLimit("memoryBytes", "1M"))).toBe("Give it at least 16 MB.");
  expect(limitProblem("processes", 2)).toBe("Less than 5 processes do not even start it.");
});

test("use against limit in words", () => {
  expect(useWords("memoryBytes", 212 * 1024 ** 2, 1024 ** 3)).toBe("212 M of 1.0 G");
  expect(useWords("cpuPercent", 3, 150)).toBe("3 % of 150 %");
  expect(useWords("processes", 12, null)).toBe("12, no limit");
  expect(useWords("processes", null, 100)).toBe("at most 100");
  expect(useWords("terminals", null, null)).toBe("no limit");
});
