import Database from "better-sqlite3";
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { migrateSqlite as migrate } from "./migrate-sqlite.ts";

const ours = join(import.meta.dirname, "../../../prisma/migrations");
let dir: string;
let file: string;
let migrations: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "knast-migrate-"));
  file = join(dir, "knast.db");
  migrations = join(dir, "migrations");
  cpSync(ours, migrations, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function add(name: string, sql: string): void {
  mkdirSync(join(migrations, name), { recursive: true });
  writeFileSync(join(migrations, name, "migration.sql"), sql);
}
function read<T>(sql: string): T[] {
  const database = new Database(file);
  try {
    return database.prepare(sql).all() as T[];
  } finally {
    database.close();
  }
}

it("applies each migration once, in order, into a file of its owner's", () => {
  const all = migrate(file, migrations);
  expect(all.length).toBeGreaterThan(0);
  expect(all).toEqual([...all].sort());
  expect(migrate(file, migrations)).toEqual([]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(read("PRAGMA journal_mode")).toEqual([{ journal_mode: "wal" }]);
  add("9999_more", "CREATE TABLE More (id TEXT PRIMARY KEY);");
  expect(migrate(file, migrations)).toEqual(["9999_more"]);
});

it("leaves nothing of a migration that fails in its middle", () => {
  migrate(file, migrations);
  add("9999_bad", "CREATE TABLE Half (id TEXT); INSERT INTO Nowhere VALUES (1);");
  expect(() => migrate(file, migrations)).toThrow(/Nowhere/);
  expect(read("SELECT name FROM sqlite_master WHERE name = 'Half'")).toEqual([]);
  add("9999_bad", "CREATE TABLE Half (id TEXT);");
  expect(migrate(file, migrations)).toEqual(["9999_bad"]);
});

it("refuses a migration that breaks a foreign key, was changed, or comes from a newer program", () => {
  migrate(file, migrations);
  add("9998_orphan", `INSERT INTO "Grant" (accountId, jailId, jailName) VALUES ('nobody', 'x', 'x');`);
  expect(() => migrate(file, migrations)).toThrow(/foreign key/);
  add("9998_orphan", "SELECT 1;");
  migrate(file, migrations);
  add("9998_orphan", "SELECT 2;");
  expect(() => migrate(file, migrations)).toThrow(/changed/);
  expect(() => migrate(file, ours)).toThrow(/newer/);
});
