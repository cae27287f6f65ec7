import { expect, test } from "vitest";
import { allNeeds, cyclesOf, rowsOf } from "./depend-order.ts";

const map = (text: string) =>
  new Map(
    text
      .split(" ")
      .filter(Boolean)
      .map((one) => {
        const [name, needs = ""] = one.split(":");
        return [name!, needs.split(",").filter(Boolean)] as const;
      }),
  );

test.each<[string, string, string[], string[][]]>([
  ["nothing", "", [], []],
  ["in the list's order", "a b c", ["c", "a", "b"], [["c", "a", "b"]]],
  ["what one needs comes before, also when it was not listed", "www:db db", ["www"], [["db"], ["www"]]],
  ["a chain", "a:b b:c c", ["a", "b", "c"], [["c"], ["b"], ["a"]]],
  ["a diamond", "top:l,r l:bottom r:bottom bottom", ["top"], [["bottom"], ["r", "l"], ["top"]]],
  ["a circle never starts, nor what waits for it; others do", "a:b b:a c:a d", ["a", "b", "c", "d"], [["d"]]],
  ["one that needs itself", "a:a b", ["a", "b"], [["b"]]],
  ["a name that nothing knows", "a:gone", ["a"], [["gone"], ["a"]]],
])("%s", (_, needs, wanted, rows) =>
  expect(rowsOf(map(needs), wanted).map((row) => row.toSorted())).toEqual(rows.map((row) => row.toSorted())),
);

test("circles", () => {
  expect(cyclesOf(map("a:b b:c c:a d:a e:f f:e g"))).toEqual([
    ["a", "b", "c"],
    ["e", "f"],
  ]);
  expect(cyclesOf(map("a:a b"))).toEqual([["a"]]);
  expect(cyclesOf(map("a:b b"))).toEqual([]);
});

test("all that one needs", () => {
  expect(allNeeds(map("a:b b:c c:a"), "a").toSorted()).toEqual(["b", "c"]);
  expect(allNeeds(map("a"), "a")).toEqual([]);
});
