import { describe, expect, test } from "vitest";
import { isTerminalReport } from "@/server/contract/terminal-report.ts";
import { cleanPaste, cleanTitle, isManyLines, otherText, preview, webAddress, withCtrl, wordAt } from "./text.ts";

test("a title is short plain text", () => {
  expect(cleanTitle("root@mail: \x1b[31m~\u202e\u0007\u009bx\n")).toBe("root@mail: [31m~x");
  expect(Array.from(cleanTitle("👍".repeat(5000)))).toHaveLength(256);
});

test("a paste keeps text, tabs and line ends; an ESC can't end its brackets", () => {
  expect(cleanPaste("a\tb\r\nc\x1b[201~rm -rf /\x7f\x9b1m\0ü漢")).toBe("a\tb\r\nc[201~rm -rf /1mü漢");
  expect([isManyLines("ls"), isManyLines("ls\n"), isManyLines("a\rb")]).toEqual([false, true, true]);
});

test.each([
  ["https://example.org/a?b#c", true],
  ["http://10.0.0.1:8080", true],
  ["HTTPS://example.org", true],
  ["javascript:alert(1)", false],
  ["JaVaScRiPt:alert(1)", false],
  [" javascript:alert(1)", false],
  ["java\nscript:alert(1)", false],
  ["data:text/html,x", false],
  ["vbscript:x", false],
  ["file:///etc/passwd", false],
  ["ftp://example.org", false],
  ["blob:https://example.org/x", false],
  ["about:blank", false],
  ["view-source:https://example.org", false],
  ["mailto:a@example.org", false],
  ["tel:123", false],
  ["ws://example.org", false],
  ["chrome://settings", false],
  ["intent://x#Intent;end", false],
  ["x-man-page://ls", false],
  ["//example.org", false],
  ["example.org", false],
  ["", false],
])("%j is an address of the web: %s", (text, is) => {
  expect(webAddress(text) !== null).toBe(is);
});

test("Ctrl with a key is the control character", () => {
  expect(["c", "C", "[", "\\", "]", "@", " ", "?", "_", "z"].map(withCtrl)).toEqual([
    "\x03",
    "\x03",
    "\x1b",
    "\x1c",
    "\x1d",
    "\0",
    "\0",
    "\x7f",
    "\x1f",
    "\x1a",
  ]);
  expect(["1", "ü", "ab", "-"].map(withCtrl)).toEqual([undefined, undefined, undefined, undefined]);
});

describe("what a terminal says by itself", () => {
  test.each([
    "\x1b[?1;2c",
    "\x1b[>0;276;0c",
    "\x1b[0n",
    "\x1b[12;40R",
    "\x1b[?12;40R",
    "\x1b[?2004;2$y",
    "\x1b[4;2$y",
    "\x1b[I",
    "\x1b[8;24;80t",
    "\x1bP1$r0m\x1b\\",
    "\x1b]11;rgb:0000/0000/0000\x07",
    "\x1b]4;1;rgb:cd/00/00\x1b\\",
    "\x1b[?1;2c\x1b[0n",
    "\x1b[?62;4;9;22c",
    "\x1b[?1;0;256S",
    "\x1b[?2;0;800;600S",
  ])("%j", (data) => expect(isTerminalReport(data)).toBe(true));
  test.each([
    "a",
    "\x1b",
    "\x1b[A",
    "\x1bOA",
    "\x1b[1;5C",
    "\x1b[3~",
    "\x1b[200~paste\x1b[201~",
    "\x1b[<0;1;1M",
    "\x1b[?1;2cls\r",
    "",
    "\x1bb",
  ])("%j is typed", (data) => expect(isTerminalReport(data)).toBe(false));
});

describe("the preview of a paste", () => {
  test("shows begin and end of a long one, and says how much is between", () => {
    const text = `${"a".repeat(4000)}${"b".repeat(3000)}${"c".repeat(990)}\nrm -rf /\n`;
    const { begin, hidden, end } = preview(text);
    expect([begin, hidden, end]).toEqual(["a".repeat(4000), 3000, `${"c".repeat(990)}\nrm -rf /\n`]);
    expect(preview("x".repeat(5000))).toEqual({ begin: "x".repeat(5000), hidden: 0, end: "" });
  });

  test("cuts no character in two", () => {
    const { begin, hidden, end } = preview(`x${"👍".repeat(4000)}`);
    expect(begin + end).not.toMatch(/\p{Cs}/u);
    expect(begin.length + hidden + end.length).toBe(8001);
  });

  test.each([
    ["echo \u202e/ fr- mr\u202c #\n", "echo ⟨U+202E⟩/ fr- mr⟨U+202C⟩ #\n"],
    ["l\u200bs\u2066 \u061c\u2069\ufeff", "l⟨U+200B⟩s⟨U+2066⟩ ⟨U+061C⟩⟨U+2069⟩⟨U+FEFF⟩"],
    ["a\u2028b\u00adc\u{e0041}", "a⟨U+2028⟩b⟨U+00AD⟩c⟨U+E0041⟩"],
    ["ünï 漢字 👍\tא\r\n", "ünï 漢字 👍\tא\r\n"],
  ])("%j", (text, shown) => expect(preview(text).begin).toBe(shown));
});

test("a word is what a path or an address is made of", () => {
  const line = 'see "https://example.org/a?b=1" or ~/x.txt';
  expect(line.slice(5, 5 + wordAt(line, 12)[1])).toBe("https://example.org/a?b=1");
  expect(wordAt(line, 5)).toEqual([5, 25]);
  expect(wordAt(line, 38)).toEqual([35, 7]);
  expect(wordAt(line, 3)).toEqual([3, 1]);
  expect(wordAt(line, 79)).toEqual([79, 1]);
});

test("a link that shows something else than its address is told from one that doesn't", () => {
  expect(otherText("https://example.org/", "https://example.org/")).toBeNull();
  expect(otherText("https://example.org", "https://example.org/")).toBeNull();
  expect(otherText("https://bank.example", "https://evil.example/")).toBe("https://bank.example");
  expect(otherText("click here", "https://evil.example/")).toBe("click here");
  expect(otherText("x".repeat(500), "https://evil.example/")).toHaveLength(201);
});
