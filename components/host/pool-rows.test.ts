import { expect, test } from "vitest";
import { addressRows, poolOf, reservedOf, rowOf } from "./pool-rows.ts";

test("a pool goes to the form and comes back", () => {
  const pool = {
    interface: "em0",
    block: "10.0.2.0/24",
    gateway: "10.0.2.1",
    reserved: ["10.0.2.2-10.0.2.9", "10.0.2.77"],
  };
  expect(poolOf(rowOf(pool))).toEqual(pool);
  expect(poolOf(rowOf({ interface: "em0", block: "10.0.2.0/24" }))).toEqual({ interface: "em0", block: "10.0.2.0/24" });
  expect(reservedOf({ reserved: " 10.0.2.2 - 10.0.2.9,10.0.2.77  " })).toEqual(pool.reserved);
});

test("each address once, by number, with who has it", () => {
  const rows = addressRows(
    [
      { name: "em0", addresses: ["10.0.2.15", "10.0.2.9", "2001:db8::1"] },
      { name: "lo0", addresses: ["127.0.0.1"] },
    ],
    [
      { address: "10.0.2.9", by: "mail" },
      { address: "10.0.2.10", by: "www" },
    ],
    [{ interface: "em0", block: "10.0.2.0/24", gateway: "10.0.2.1", reserved: ["10.0.2.100-10.0.2.110"] }],
  );
  expect(rows.map((row) => [row.address, row.wire, row.who])).toEqual([
    ["10.0.2.1", "em0", "gateway"],
    ["10.0.2.9", "em0", "mail"],
    ["10.0.2.10", "", "www"],
    ["10.0.2.15", "em0", "the host"],
    ["10.0.2.100-10.0.2.110", "em0", "reserved"],
    ["127.0.0.1", "lo0", "the host"],
    ["2001:db8::1", "em0", "the host"],
  ]);
});
