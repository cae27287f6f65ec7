import { expect, test } from "vitest";
import { changedLines, diffLines } from "./diff-lines.ts";

test.each([
  ["same", "a\nb\nc", "a\nb\nc", []],
  ["one changed", "a\nb\nc", "a\nx\nc", [1]],
  ["one more", "a\nc", "a\nb\nc", [1]],
  ["one less", "a\nb\nc", "a\nc", []],
  ["first and last", "a\nb\nc", "x\nb\ny", [0, 2]],
  ["from nothing", "", "a\nb", [0, 1]],
  ["a repeated line", "}\n}", "}\nx\n}", [1]],
  ["moved", "a\nb", "b\na", [1]],
])("%s", (_, before, after, lines) => expect([...changedLines(before, after)]).toEqual(lines));

test("what is left when the marked lines go is a subsequence of the old text; as few as possible are marked", () => {
  let seed = 7;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  const text = () => Array.from({ length: 1 + random(7) }, () => "abc"[random(3)]).join("\n");
  for (let round = 0; round < 2000; round++) {
    const [before, after] = [text(), text()];
    const changed = changedLines(before, after);
    const kept = after.split("\n").filter((_, i) => !changed.has(i));
    const a = before.split("\n");
    let at = 0;
    for (const line of kept) {
      at = a.indexOf(line, at) + 1;
      expect(at, `${before} -> ${after}`).toBeGreaterThan(0);
    }
    expect(kept.length).toBe(longest(a, after.split("\n")));
  }
});

/** Longest common subsequence by trying every subset: slow and plainly right. */
function longest(a: string[], b: string[]): number {
  let best = 0;
  for (let mask = 0; mask < 1 << b.length; mask++) {
    const some = b.filter((_, i) => mask & (1 << i));
    let at = 0;
    if (some.length > best && some.every((line) => (at = a.indexOf(line, at) + 1) > 0)) best = some.length;
  }
  return best;
}

test.each([
  ["a\nb\nc\n", "a\nx\nc\n", " a|-b|+x| c"],
  ["a\nb", "a\nb", " a| b"],
  ["a\nb", "b", "-a| b"],
  ["a", "a\nb", " a|+b"],
  ["a\nb", "x\ny", "-a|-b|+x|+y"],
])("the difference of %j and %j", (before, after, expected) => {
  const marks = { same: " ", gone: "-", new: "+" };
  expect(
    diffLines(before, after)
      .map((line) => marks[line.kind] + line.text)
      .join("|"),
  ).toBe(expected);
});

test("a difference holds both texts whole", () => {
  let seed = 11;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  const text = () => Array.from({ length: 1 + random(8) }, () => "abcd"[random(4)]).join("\n");
  for (let round = 0; round < 2000; round++) {
    const [before, after] = [text(), text()];
    const lines = diffLines(before, after);
    const of = (kind: string) => lines.filter((line) => line.kind === "same" || line.kind === kind).map((l) => l.text);
    expect(of("gone").join("\n")).toBe(before);
    expect(of("new").join("\n")).toBe(after);
  }
});
