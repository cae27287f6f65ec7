import { expect, test } from "vitest";
import type { JailRow } from "@/server/contract/panel.ts";
import { sortRows, type Column } from "./sort-rows.ts";

const row = (name: string, more: Partial<JailRow> = {}): JailRow => ({
  name,
  id: null,
  hostname: `${name}.example.org`,
  state: "running",
  jid: 1,
  addresses: [],
  path: `/usr/jails/${name}`,
  autostart: true,
  problem: null,
  job: null,
  runningSince: null,
  processes: 0,
  cpuPercent: 0,
  rssBytes: 0,
  drift: false,
  owners: [],
  rights: [],
  ...more,
});
const names = (rows: JailRow[], by: Column, down = false) => sortRows(rows, { by, down }).map((r) => r.name);

test("addresses are compared by value, IPv4 first, none last in both directions", () => {
  const rows = [
    row("none"),
    row("ten", { addresses: ["10.0.0.10"] }),
    row("six", { addresses: ["2001:db8::1"] }),
    row("nine", { addresses: ["10.0.0.9"] }),
  ];
  expect(names(rows, "address")).toEqual(["nine", "ten", "six", "none"]);
  expect(names(rows, "address", true)).toEqual(["six", "ten", "nine", "none"]);
});

test("broken stands first, stopped last, equal ones by name", () => {
  const rows = [row("b"), row("a"), row("z", { state: "broken" }), row("c", { state: "stopped" })];
  expect(names(rows, "state")).toEqual(["z", "a", "b", "c"]);
});

test("load counts for running jails only", () => {
  const rows = [row("stopped", { jid: null }), row("low", { cpuPercent: 1 }), row("high", { cpuPercent: 80 })];
  expect(names(rows, "cpu", true)).toEqual(["high", "low", "stopped"]);
  expect(names(rows, "cpu")).toEqual(["low", "high", "stopped"]);
});

test("the list that is given stays as it is", () => {
  const rows = [row("b"), row("a")];
  sortRows(rows, { by: "name", down: false });
  expect(rows.map((r) => r.name)).toEqual(["b", "a"]);
});
