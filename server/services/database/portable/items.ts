import { z } from "zod";

export const Kind = z.enum(["text", "int", "bigint", "bool", "date", "bytes"]);
export type Kind = z.infer<typeof Kind>;
export const Column = z.tuple([z.string().regex(/^\w{1,63}$/), Kind]);
export type Column = z.infer<typeof Column>;

/** A copy has columns in this order, as each database has one of its own. */
export const byName = ([one]: Column, [other]: Column): number => (one < other ? -1 : 1);

/** As both databases can say it: dates as ISO 8601 in UTC, bigint in decimal digits, bytes in base64. */
export type Value = string | number | boolean | null;

/** What a database holds, as a stream: which migrations made it, then each table's columns and rows, parents before children. */
export type Item = { migrations: string[] } | { table: string; columns: Column[] } | { row: Value[] };

/** Tells apart what a person can act upon from what is our mistake: a file or a database that can't be taken. */
export class Unfit extends Error {}

/**
 * Orders tables so that each comes after those that it refers to.
 * @param references pairs of table and the table that it refers to
 */
export function parentsFirst(tables: readonly string[], references: readonly (readonly [string, string])[]): string[] {
  const done = new Set<string>();
  const visit = (table: string, above: readonly string[]) => {
    if (done.has(table)) return;
    if (above.includes(table))
      throw new Error(`Tables refer to each other in a ring: ${[...above, table].join(", ")}.`);
    for (const [from, to] of references) if (from === table && to !== table) visit(to, [...above, table]);
    done.add(table);
  };
  for (const table of [...tables].sort()) visit(table, []);
  return [...done];
}

/** @returns what of a value goes into a date; SQLite's CURRENT_TIMESTAMP and PostgreSQL's timestamp have no zone and are UTC */
export function isoDate(value: string | number): string {
  if (typeof value === "number") return new Date(value).toISOString();
  const zoned = /[Zz]$|[+-]\d\d(:?\d\d)?$/.test(value.slice(10)) ? value : `${value}Z`;
  return new Date(zoned.replace(" ", "T")).toISOString();
}
