import Database from "better-sqlite3";
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { appliedInSqlite } from "../migrate-sqlite.ts";
import { byName, type Column, isoDate, type Item, type Kind, parentsFirst, Unfit, type Value } from "./items.ts";

const KINDS: Record<string, Kind> = {
  TEXT: "text",
  INTEGER: "int",
  BIGINT: "bigint",
  BOOLEAN: "bool",
  DATETIME: "date",
  BLOB: "bytes",
};

/**
 * What a SQLite database holds in one moment, while others write: VACUUM INTO makes a copy as of one transaction, and that is read.
 * @param file the database; the copy lies beside it for a moment, for its owner only
 * @throws Unfit when the copy is not whole
 */
export async function* fromSqlite(file: string): AsyncGenerator<Item> {
  const copy = `${file}.copy-${randomBytes(8).toString("hex")}`;
  const source = new Database(file, { timeout: 10_000, fileMustExist: true });
  try {
    source.prepare("VACUUM INTO ?").run(copy);
  } finally {
    source.close();
  }
  const database = new Database(copy, { readonly: true });
  try {
    const state = database.pragma("integrity_check", { simple: true });
    if (state !== "ok") throw new Unfit(`The database is damaged: ${String(state)}`);
    yield { migrations: [...appliedInSqlite(database).keys()] };
    for (const table of tablesOf(database)) {
      const columns = columnsOf(database, table);
      yield { table, columns };
      const names = columns.map(([name]) => `"${name}"`).join(", ");
      const rows = database.prepare(`SELECT ${names} FROM "${table}"`).raw().safeIntegers();
      for (const row of rows.iterate() as Iterable<unknown[]>)
        yield { row: row.map((value, i) => portable(value, columns[i]![1])) };
    }
  } finally {
    database.close();
    rmSync(copy, { force: true });
  }
}

/** @returns the tables of our migrations */
export function tablesOf(database: Database.Database): string[] {
  const names = database
    .prepare(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_%' ESCAPE '\\'`,
    )
    .pluck()
    .all() as string[];
  const references = names.flatMap((name) =>
    (database.pragma(`foreign_key_list("${name}")`) as { table: string }[]).map(({ table }) => [name, table] as const),
  );
  return parentsFirst(names, references);
}

/** @returns a table's columns; Error for a type that no migration of ours uses */
export function columnsOf(database: Database.Database, table: string): Column[] {
  return (database.pragma(`table_info("${table}")`) as { name: string; type: string }[])
    .map(({ name, type }) => {
      const kind = KINDS[type];
      if (!kind) throw new Error(`${table}.${name} is of the type ${type}, which no copy knows.`);
      return [name, kind] satisfies Column;
    })
    .sort(byName);
}

function portable(value: unknown, kind: Kind): Value {
  if (value === null) return null;
  if (kind === "bytes") return Buffer.from(value as Uint8Array).toString("base64");
  if (kind === "bigint") return String(value);
  if (kind === "bool") return Boolean(Number(value));
  if (kind === "int") return Number(value);
  if (kind === "date") return isoDate(typeof value === "bigint" ? Number(value) : String(value));
  return String(value);
}
