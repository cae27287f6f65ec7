import { expect, test } from "vitest";
import { poolCells } from "./pool-cells.ts";

test("a /29 has eight cells: edges, the host, a jail, free ones", () => {
  const cells = poolCells("10.0.2.8/29", [{ address: "10.0.2.10", by: "mail" }], ["10.0.2.9/24", "fe80::1/64"])!;
  expect(cells.map((cell) => cell.use)).toEqual(["edge", "host", "jail", "free", "free", "free", "free", "edge"]);
  expect(cells[2]).toEqual({ address: "10.0.2.10", use: "jail", by: "mail" });
});

test("IPv6 has no edges and is compared whatever the spelling", () => {
  const cells = poolCells("2001:db8::/126", [{ address: "2001:DB8:0::1", by: "www" }], [])!;
  expect(cells.map((cell) => cell.use)).toEqual(["free", "jail", "free", "free"]);
});

test("gateway and reserved ranges are kept back", () => {
  const cells = poolCells(
    "10.0.2.8/29",
    [{ address: "10.0.2.10", by: "mail" }],
    [],
    ["10.0.2.9-10.0.2.11", "10.0.2.14"],
  )!;
  expect(cells.map((cell) => cell.use)).toEqual(["edge", "kept", "jail", "kept", "free", "free", "kept", "edge"]);
});

test("point-to-point and single addresses have no edges", () => {
  expect(poolCells("10.0.2.8/31", [], [])!.map((cell) => cell.use)).toEqual(["free", "free"]);
  expect(poolCells("10.0.2.8/32", [], [])).toHaveLength(1);
});

test.each(["10.0.0.0/23", "2001:db8::/64", "10.0.2.1/24", "rubbish", ""])("%s is not drawn", (block) => {
  expect(poolCells(block, [], [])).toBeNull();
});

test("256 addresses are the most", () => expect(poolCells("10.0.2.0/24", [], [])).toHaveLength(256));
