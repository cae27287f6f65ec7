import type { Problem } from "@/server/contract/errors.ts";
import type { Pool } from "@/server/contract/pool.ts";

/** A pool as it is typed; `reserved` with blanks or commas between. */
export type PoolRow = { interface: string; block: string; gateway: string; reserved: string };

export const rowOf = (pool: Pool): PoolRow => ({
  interface: pool.interface,
  block: pool.block,
  gateway: pool.gateway ?? "",
  reserved: (pool.reserved ?? []).join(" "),
});

/** @returns what goes to the daemon; nothing is checked here */
export function poolOf(row: PoolRow): Pool {
  const reserved = reservedOf(row);
  return {
    interface: row.interface,
    block: row.block.trim(),
    ...(row.gateway.trim() ? { gateway: row.gateway.trim() } : {}),
    ...(reserved.length > 0 ? { reserved } : {}),
  };
}

/** "10.0.2.1 - 10.0.2.9" is one range, whatever blanks stand around its hyphen. */
export const reservedOf = ({ reserved }: Pick<PoolRow, "reserved">): string[] =>
  reserved
    .replace(/\s*-\s*/g, "-")
    .split(/[\s,]+/)
    .filter(Boolean);

export type AddressRow = {
  address: string;
  /** interface of the host, or the pool's that it lies in; "" when neither is known */
  wire: string;
  who: string;
  kind: "host" | "jail" | "gateway" | "reserved";
};

/**
 * Who has which address, in the order of addresses: the host, its jails running or stopped, what the pools keep back.
 * A jail's address that is on an interface is told as the jail's.
 */
export function addressRows(
  interfaces: readonly { name: string; addresses: readonly string[] }[],
  used: readonly { address: string; by: string }[],
  pools: readonly Pool[],
): AddressRow[] {
  const rows = new Map<string, AddressRow>();
  for (const { address, by } of used) {
    const on = interfaces.find((one) => one.addresses.includes(address))?.name ?? "";
    rows.set(`${address} ${by}`, { address, wire: on, who: by, kind: "jail" });
  }
  const jails = new Set(used.map((one) => one.address));
  for (const { name, addresses } of interfaces)
    for (const address of addresses)
      if (!jails.has(address)) rows.set(`${address} ${name}`, { address, wire: name, who: "the host", kind: "host" });
  for (const pool of pools) {
    const known = [...rows.values()].some((row) => row.address === pool.gateway);
    if (pool.gateway && !known)
      rows.set(pool.gateway, { address: pool.gateway, wire: pool.interface, who: "gateway", kind: "gateway" });
    for (const range of pool.reserved ?? [])
      rows.set(`${range} kept`, { address: range, wire: pool.interface, who: "reserved", kind: "reserved" });
  }
  return [...rows.values()].toSorted((a, b) => compare(a.address, b.address));
}

/** By number within a family, IPv4 first: 10.0.2.9 before 10.0.2.10. */
function compare(a: string, b: string): number {
  if (a.includes(":") !== b.includes(":")) return a.includes(":") ? 1 : -1;
  return a.localeCompare(b, "en", { numeric: true });
}

/** The problems of one field of one pool in the daemon's answer. */
export const fieldOf = (i: number, field: keyof PoolRow): Problem["field"] => `pools.${i}.${field}`;
