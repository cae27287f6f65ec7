import { expect, test } from "vitest";
import { BOX, graphOf } from "./graph-places.ts";

const jail = (name: string, ...depend: string[]) => ({
  name,
  id: null,
  running: false,
  atBoot: true,
  depend,
  absent: [],
});
const columns = (...jails: ReturnType<typeof jail>[]) =>
  graphOf({ jails, cycles: [] }).places.map((one) => `${one.name}@${one.x / (BOX.width + BOX.gapX)}`);

test("nobody depends on anybody: nothing to draw", () => {
  expect(graphOf({ jails: [jail("a"), jail("b")], cycles: [] })).toEqual({
    places: [],
    lines: [],
    width: 0,
    height: 0,
  });
});
test("what is needed stands left of who needs it; others are left out", () => {
  expect(columns(jail("www", "db"), jail("db", "cache"), jail("cache"), jail("solo"))).toEqual([
    "cache@0",
    "db@1",
    "www@2",
  ]);
});
test("the longest way counts", () => {
  expect(columns(jail("top", "a", "b"), jail("a", "b"), jail("b"))).toEqual(["b@0", "a@1", "top@2"]);
});
test("a name that no config knows has a box too", () => {
  expect(columns(jail("a", "gone"))).toEqual(["gone@0", "a@1"]);
});
test("a circle ends", () => {
  const { places, lines } = graphOf({ jails: [jail("a", "b"), jail("b", "a"), jail("c", "a")], cycles: [["a", "b"]] });
  expect(places).toHaveLength(3);
  expect(lines).toHaveLength(3);
});
