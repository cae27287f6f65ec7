import { expect, test } from "vitest";
import { readPreferences, USUAL, withinFontSizes } from "./preferences.ts";

test.each([null, "", "{", "null", "7", '"x"', "[]", '{"scheme":"__proto__","ground":1,"fontSize":"13"}'])(
  "what makes no sense is the usual: %j",
  (kept) => expect(readPreferences(kept)).toEqual(USUAL),
);

test("what was chosen comes back, and nothing else with it", () => {
  const chosen = { ...USUAL, scheme: "stark", ground: "dark", fontSize: 18, copyOnSelection: true, bellMarks: false };
  expect(readPreferences(JSON.stringify({ ...chosen, more: 1 }))).toEqual(chosen);
  expect(readPreferences('{"bellMarks":"no","screenReader":1}')).toEqual(USUAL);
});

test("a size of letters is one that can be read", () => {
  expect([1, 10, 15.4, 24, 99, NaN, Infinity, undefined].map(withinFontSizes)).toEqual([
    10, 10, 15, 24, 24, 13, 13, 13,
  ]);
});
