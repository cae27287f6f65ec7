import { describe, expect, it } from "vitest";
import {
  arrange,
  focusOn,
  leaves,
  moveTab,
  neighbour,
  type Node,
  readKept,
  reconcile,
  resize,
  splitPane,
  type Tab,
  tabOf,
} from "./layout.ts";

const [A, B, C, D, E] = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(32)) as [
  string,
  string,
  string,
  string,
  string,
];
const own = (terminal: string) => ({ root: terminal, focus: terminal });
/** A above C on the left, B on the right */
const three: Node = { dir: "row", at: 0.5, a: { dir: "column", at: 0.25, a: A, b: C }, b: B };

describe("tabs and their panes", () => {
  it("give each new shell a tab, and take those away that are gone with their room", () => {
    expect(reconcile([], [A, B])).toEqual([own(A), own(B)]);
    expect(reconcile([{ root: three, focus: C }, own(D)], [B, A, E])).toEqual([
      { root: { dir: "row", at: 0.5, a: A, b: B }, focus: A },
      own(E),
    ]);
    expect(reconcile([own(A)], [])).toEqual([]);
  });

  it("show a shell once, whatever was kept", () =>
    expect(reconcile([{ root: { dir: "row", at: 0.5, a: A, b: A }, focus: A }, own(A), own(B)], [A, B])).toEqual([
      own(A),
      own(B),
    ]));

  it("are split up to four, then a new one gets a tab", () => {
    let tabs = splitPane([own(A), own(E)], A, "row", B);
    tabs = splitPane(tabs, A, "column", C);
    tabs = splitPane(tabs, B, "column", D);
    expect(leaves(tabs[0]!.root)).toEqual([A, C, B, D]);
    expect(tabs[0]!.focus).toBe(D);
    tabs = splitPane(tabs, D, "row", "f".repeat(32));
    expect(tabs.map((tab) => leaves(tab.root).length)).toEqual([4, 1, 1]);
    expect(tabOf(tabs, C)).toBe(tabs[0]);
    expect(focusOn(tabs, C)[0]!.focus).toBe(C);
  });

  it("are moved along their row with all that they show, as far as its ends", () => {
    const tabs = [{ root: three, focus: C }, own(D), own(E)];
    const row = (moved: readonly Tab[]) => moved.map(({ focus }) => focus);
    expect(row(moveTab(tabs, A, 1))).toEqual([D, C, E]);
    expect(moveTab(tabs, A, 1)[1]).toBe(tabs[0]);
    expect(row(moveTab(tabs, C, 2))).toEqual([D, E, C]);
    expect(row(moveTab(tabs, E, 0))).toEqual([E, C, D]);
    expect(row(moveTab(tabs, E, 9))).toEqual([C, D, E]);
    expect(row(moveTab(tabs, C, -1))).toEqual([C, D, E]);
    expect(moveTab(tabs, "f".repeat(32), 0)).toEqual(tabs);
    // Where they were moved to they stay, whatever the host lists first.
    expect(reconcile(moveTab(tabs, E, 0), [A, B, C, D, E])).toEqual([tabs[2], tabs[0], tabs[1]]);
  });

  it("lie where they were split, without a gap", () => {
    const { panes, dividers } = arrange(three);
    expect(panes.get(A)).toEqual({ x: 0, y: 0, w: 0.5, h: 0.25 });
    expect(panes.get(C)).toEqual({ x: 0, y: 0.25, w: 0.5, h: 0.75 });
    expect(panes.get(B)).toEqual({ x: 0.5, y: 0, w: 0.5, h: 1 });
    expect(dividers.map(({ path, dir }) => [path, dir])).toEqual([
      ["", "row"],
      ["a", "column"],
    ]);
  });

  it("are resized by their own divider, and never to nothing", () => {
    expect(resize(three, "a", 0.6)).toEqual({ ...three, a: { dir: "column", at: 0.6, a: A, b: C } });
    expect(resize(three, "", 0)).toMatchObject({ at: 0.15 });
    expect(resize(three, "b", 0.3)).toEqual(three);
  });

  it("have neighbours where they touch", () => {
    expect(neighbour(three, B, "left")).toBe(C);
    expect(neighbour(three, A, "right")).toBe(B);
    expect(neighbour(three, A, "down")).toBe(C);
    expect(neighbour(three, C, "up")).toBe(A);
    expect([neighbour(three, A, "left"), neighbour(three, B, "up"), neighbour(A, A, "right")]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe("what a browser kept", () => {
  it("comes back as it was", () => {
    const kept = { tabs: [{ root: three, focus: C }, own(D)], labels: { [A]: "web 1" } };
    expect(readKept(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([
    null,
    "",
    "{",
    "[]",
    "7",
    '{"tabs":7,"labels":7}',
    '{"tabs":[null,{},{"root":"short"},{"root":{"dir":"row","at":2,"a":"x"}}]}',
  ])("is nothing when it is %j", (text) => expect(readKept(text)).toEqual({ tabs: [], labels: {} }));

  it("is no tree of many, and no part of nothing", () => {
    const deep = (n: number): unknown => (n === 0 ? A : { dir: "row", at: 0.5, a: deep(n - 1), b: B });
    expect(readKept(JSON.stringify({ tabs: [{ root: deep(1000) }] })).tabs).toEqual([]);
    const thin = { root: { dir: "row", at: 0.0001, a: A, b: B }, focus: A };
    expect(readKept(JSON.stringify({ tabs: [thin] })).tabs).toMatchObject([{ root: { at: 0.15 } }]);
  });
});
