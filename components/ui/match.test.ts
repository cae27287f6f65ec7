import { expect, test } from "vitest";
import { matches } from "./match.ts";

test.each([
  ["", "erdgeist_org", true],
  ["ERD", "erdgeist_org", true],
  ["10.1 mail", "mail 10.1.1.200", true],
  ["mail www", "mail", false],
  [" org ", "erdgeist.org", true],
])("%j in %j: %s", (query, text, fits) => expect(matches(query, text)).toBe(fits));
