import { addressBytes } from "@/server/contract/ip.ts";
import type { JailRow } from "@/server/contract/panel.ts";
import { STATE_ORDER } from "./state.ts";

export type Column = "state" | "name" | "hostname" | "address" | "owner" | "cpu" | "memory" | "since";

/** @returns a sorted copy; equal rows stand by name, rows without a value last in either direction */
export function sortRows<Row extends JailRow>(rows: Row[], sort: { by: Column; down: boolean }): Row[] {
  const key = KEYS[sort.by];
  const sign = sort.down ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
    return sign * order || byName(a, b);
  });
}

const byName = (a: JailRow, b: JailRow) => a.name.localeCompare(b.name);

const KEYS: Record<Column, (row: JailRow) => string | number | null> = {
  state: (row) => STATE_ORDER[row.state],
  name: (row) => row.name,
  hostname: (row) => row.hostname || null,
  address: (row) => addressKey(row.addresses[0]),
  owner: (row) => row.owners[0]?.name ?? null,
  cpu: (row) => (row.jid === null ? null : row.cpuPercent),
  memory: (row) => (row.jid === null ? null : row.rssBytes),
  since: (row) => (row.runningSince === null ? null : -Date.parse(row.runningSince)),
};

/** IPv4 before IPv6, each by value, so that 10.0.0.9 stands before 10.0.0.10. */
function addressKey(address: string | undefined): string | null {
  const bytes = address === undefined ? null : addressBytes(address);
  if (!bytes) return address ?? null;
  return `${bytes.length === 4 ? "4" : "6"}${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
