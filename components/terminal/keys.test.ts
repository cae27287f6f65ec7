import { expect, test } from "vitest";
import { afterKey, encodeKey, type Held, NOTHING_HELD, tapped, withHeld } from "./keys.ts";

const ctrl: Held = { ctrl: "once", alt: "off" };
const alt: Held = { ctrl: "off", alt: "locked" };
const both: Held = { ctrl: "locked", alt: "once" };

test.each([
  ["Left", NOTHING_HELD, false, "\x1b[D"],
  ["Left", NOTHING_HELD, true, "\x1bOD"],
  ["Left", ctrl, true, "\x1b[1;5D"],
  ["Up", alt, false, "\x1b[1;3A"],
  ["Right", both, false, "\x1b[1;7C"],
  ["Home", NOTHING_HELD, false, "\x1b[H"],
  ["End", NOTHING_HELD, true, "\x1bOF"],
  ["PageUp", NOTHING_HELD, false, "\x1b[5~"],
  ["PageDown", ctrl, false, "\x1b[6;5~"],
  ["Delete", NOTHING_HELD, true, "\x1b[3~"],
  ["F1", NOTHING_HELD, false, "\x1bOP"],
  ["F4", ctrl, false, "\x1b[1;5S"],
  ["F10", NOTHING_HELD, false, "\x1b[21~"],
  ["Escape", NOTHING_HELD, false, "\x1b"],
  ["Escape", ctrl, false, "\x1b"],
  ["Tab", alt, false, "\x1b\t"],
  ["|", NOTHING_HELD, false, "|"],
  ["/", alt, false, "\x1b/"],
] as const)("%s with %j (%s) is %j", (key, held, application, bytes) => {
  expect(encodeKey(key, held, application)).toBe(bytes);
});

test("what is held changes a character, and nothing longer", () => {
  expect(withHeld("c", ctrl)).toBe("\x03");
  expect(withHeld("c", both)).toBe("\x1b\x03");
  expect(withHeld("ü", alt)).toBe("\x1bü");
  expect(withHeld("👍", alt)).toBe("\x1b👍");
  expect(withHeld("1", ctrl)).toBe("1");
  for (const text of ["word", "\x1b[A", "\x1b", ""]) expect(withHeld(text, both)).toBe(text);
});

test("a tap holds for one key, a second one at once locks, another lets go", () => {
  expect(tapped("off", Infinity)).toBe("once");
  expect(tapped("once", 200)).toBe("locked");
  expect(tapped("once", 2000)).toBe("off");
  expect(tapped("locked", 100)).toBe("off");
  expect(afterKey({ ctrl: "once", alt: "locked" })).toEqual({ ctrl: "off", alt: "locked" });
});
