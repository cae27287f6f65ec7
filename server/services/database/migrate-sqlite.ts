import Database from "better-sqlite3";
import { randomUUID } from "node:crypto";
import { chmodSync, closeSync, openSync } from "node:fs";
import { type Migration, missing, readMigrations } from "./migrations.ts";

// Prisma's own history table, so that `prisma migrate status` tells the truth about a database that we migrated.
const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT,
  "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings a database to the newest schema: each migration in one transaction, all or nothing.
 * @param file the SQLite file, made with mode 0600 when missing
 * @param directory prisma/migrations
 * @returns names of the migrations applied now
 * @throws Error when an applied migration was changed afterwards, is unknown here, or breaks a foreign key
 */
export function migrateSqlite(file: string, directory: string): string[] {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const database = new Database(file, { timeout: 5000 });
  try {
    database.pragma("journal_mode = WAL");
    database.exec(HISTORY);
    const todo = missing(readMigrations(directory), appliedInSqlite(database));
    for (const migration of todo) applyToSqlite(database, migration);
    return todo.map(({ name }) => name);
  } finally {
    database.close();
  }
}

/** @returns the checksums of the migrations that were applied, by name */
export function appliedInSqlite(database: Database.Database): Map<string, string> {
  const rows = database
    .prepare(
      `SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name`,
    )
    .all() as { name: string; checksum: string }[];
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

/** Applies one migration and notes it. @throws Error when it breaks a foreign key */
export function applyToSqlite(database: Database.Database, { name, sql, checksum }: Migration): void {
  database.exec(HISTORY);
  database.pragma("foreign_keys = OFF"); // has no effect inside a transaction
  database
    .transaction(() => {
      database.exec(sql);
      const broken = database.pragma("foreign_key_check") as unknown[];
      if (broken.length > 0) throw new Error(`Migration ${name} breaks ${broken.length} foreign keys.`);
      database
        .prepare(
          `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)`,
        )
        .run(randomUUID(), checksum, Date.now(), name, Date.now());
    })
    .immediate();
  database.pragma("foreign_keys = ON");
}
