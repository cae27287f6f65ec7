import { expect, test } from "vitest";
import { countInWords } from "./matches.ts";

test("matches are counted in words", () => {
  expect(countInWords(null)).toBe("");
  expect(countInWords({ resultIndex: -1, resultCount: 0 })).toBe("none");
  expect(countInWords({ resultIndex: 2, resultCount: 17 })).toBe("3 of 17");
  expect(countInWords({ resultIndex: -1, resultCount: 17 })).toBe("17");
  expect(countInWords({ resultIndex: 0, resultCount: 1000 })).toBe("1 of 1000 or more");
});
