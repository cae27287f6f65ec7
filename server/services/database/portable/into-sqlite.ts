import Database from "better-sqlite3";
import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { appliedInSqlite, applyToSqlite } from "../migrate-sqlite.ts";
import { type Migration, missing, readMigrations } from "../migrations.ts";
import { columnsOf, tablesOf } from "./from-sqlite.ts";
import { byName, type Column, type Item, type Kind, Unfit, type Value } from "./items.ts";

/**
 * Puts what a copy holds in the place of a SQLite database, which nobody has open: a new file is made beside it, looked at and
 * renamed, so that at every moment either the old or the new one stands there whole.
 * @param directory prisma/migrations
 * @returns how many rows it holds. @throws Unfit for what can't be taken
 */
export async function intoSqlite(file: string, items: AsyncIterable<Item>, directory: string): Promise<number> {
  const fresh = `${file}.new-${randomBytes(8).toString("hex")}`;
  try {
    closeSync(openSync(fresh, "wx", 0o600));
    const rows = await fill(fresh, items, readMigrations(directory));
    retire(file);
    renameSync(fresh, file);
    sync(dirname(file));
    return rows;
  } finally {
    for (const name of [fresh, `${fresh}-journal`]) rmSync(name, { force: true });
  }
}

async function fill(file: string, items: AsyncIterable<Item>, all: Migration[]): Promise<number> {
  const database = new Database(file);
  let rows = 0;
  let insert: ((row: Value[]) => void) | undefined;
  try {
    for await (const item of items)
      if ("row" in item) {
        insert!(item.row);
        rows++;
      } else if ("table" in item) insert = inserter(database, item.table, item.columns);
      else {
        for (const migration of chosen(all, item.migrations)) applyToSqlite(database, migration);
        database.pragma("foreign_keys = OFF");
        database.exec("BEGIN");
      }
    database.exec("COMMIT");
    for (const migration of missing(all, appliedInSqlite(database))) applyToSqlite(database, migration);
    const broken = database.pragma("foreign_key_check") as unknown[];
    if (broken.length > 0)
      throw new Unfit(`This copy is not whole: ${broken.length} rows belong to others that are not in it.`);
    const state = database.pragma("integrity_check", { simple: true });
    if (state !== "ok") throw new Error(`The new database is damaged: ${String(state)}`);
  } catch (error) {
    const { code } = error as { code?: string };
    throw code?.startsWith("SQLITE_CONSTRAINT")
      ? new Unfit(`This copy is not whole: ${(error as Error).message}`)
      : error;
  } finally {
    database.close();
  }
  sync(file);
  return rows;
}

/** @returns the migrations that made a copy. @throws Unfit when one of them is not known here */
export function chosen(all: readonly Migration[], names: readonly string[]): Migration[] {
  const unknown = names.find((name) => !all.some((each) => each.name === name));
  if (unknown) throw new Unfit(`This copy is newer than this program: it knows migration ${unknown}.`);
  return all.filter(({ name }) => names.includes(name));
}

/** @throws Unfit when the columns are not those of the table here */
export function assertSame(table: string, columns: readonly Column[], here: readonly Column[]): void {
  const text = (of: readonly Column[]) => JSON.stringify([...of].sort(byName));
  if (text(columns) !== text(here)) throw new Unfit(`This copy's table ${table} is not as its migrations made it.`);
}

function inserter(database: Database.Database, table: string, columns: Column[]): (row: Value[]) => void {
  assertSame(table, columns, tablesOf(database).includes(table) ? columnsOf(database, table) : []);
  const names = columns.map(([name]) => `"${name}"`).join(", ");
  const insert = database.prepare(`INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => "?").join(", ")})`);
  return (row) => void insert.run(row.map((value, i) => native(value, columns[i]![1])));
}

function native(value: Value, kind: Kind): unknown {
  if (value === null) return null;
  if (kind === "bytes") return Buffer.from(String(value), "base64");
  if (kind === "bigint") return BigInt(value);
  if (kind === "bool") return value ? 1 : 0;
  // As Prisma writes it, since SQLite compares dates as texts.
  if (kind === "date") return new Date(String(value)).toISOString().replace("Z", "+00:00");
  return value;
}

/** Takes the write-ahead log of an old database away: replayed on the new file it would destroy it. */
function retire(file: string): void {
  if (!existsSync(file)) return;
  const database = new Database(file, { timeout: 0 });
  try {
    if (database.pragma("journal_mode = DELETE", { simple: true }) !== "delete")
      throw new Unfit("The database is in use. End the panel first.");
  } catch (error) {
    // One that can't be read any more is the very reason for a restore; a log beside it is gone with it.
    if (!["SQLITE_NOTADB", "SQLITE_CORRUPT"].includes((error as { code?: string }).code ?? "")) throw error;
  } finally {
    database.close();
  }
  for (const name of [`${file}-wal`, `${file}-shm`]) rmSync(name, { force: true });
}

function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
