import { expect, test } from "vitest";
import { rangeOf } from "./send-archive.ts";

test.each([
  [undefined, null],
  ["bytes=0-99", { first: 0, last: 99 }],
  ["bytes=100-", { first: 100, last: 999 }],
  ["bytes=-100", { first: 900, last: 999 }],
  ["bytes=-5000", { first: 0, last: 999 }],
  ["bytes=990-5000", { first: 990, last: 999 }],
  ["bytes=999-999", { first: 999, last: 999 }],
  ["bytes=1000-", "none"],
  ["bytes=-0", "none"],
  // What is no single range is answered with the whole file, as RFC 9110 allows.
  ["bytes=5-4", null],
  ["bytes=-", null],
  ["bytes=0-1,5-6", null],
  ["bytes=0x0-9", null],
  ["lines=0-9", null],
  ["bytes=99999999999999999-", null],
])("Range: %s", (header, range) => expect(rangeOf(header, 1000)).toEqual(range));
