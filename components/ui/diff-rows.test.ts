import { expect, test } from "vitest";
import { diffRows } from "./diff-rows.ts";

const text = (before: string | null, after: string | null, around?: number) =>
  diffRows(before, after, around).map((row) => `${row.sign}${row.line} ${row.text}`);

test.each<[string, string | null, string | null, string[]]>([
  ["a new file", null, "a\nb\n", ["+1 a", "+2 b"]],
  ["a file that goes", "a\nb\n", null, ["-1 a", "-2 b"]],
  ["one line between", "a\nb\nc\n", "a\nB\nc\n", [" 1 a", "-2 b", "+2 B", " 3 c"]],
  ["a line taken out", "a\nb\nc\n", "a\nc\n", [" 1 a", "-2 b", " 2 c"]],
  ["two places", "a\nb\nc\nd\n", "x\nb\nc\ny\n", ["-1 a", "+1 x", " 2 b", " 3 c", "-4 d", "+4 y"]],
  ["nothing", "a\n", "a\n", []],
])("%s", (_, before, after, rows) => expect(text(before, after)).toEqual(rows));

test("what is far from a change is left out", () => {
  const many = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const changed = many.with(50, "other");
  expect(text(many.join("\n"), changed.join("\n"), 1)).toEqual([
    " 50 line 49",
    "-51 line 50",
    "+51 other",
    " 52 line 51",
  ]);
});
