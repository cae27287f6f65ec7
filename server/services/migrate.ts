import Database from "better-sqlite3";
import { createHash, randomUUID } from "node:crypto";
import { chmodSync, closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

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
export function migrate(file: string, directory: string): string[] {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
  const database = new Database(file, { timeout: 5000 });
  try {
    database.pragma("journal_mode = WAL");
    database.exec(HISTORY);
    const names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    const done = applied(database);
    for (const name of done.keys())
      if (!names.includes(name))
        throw new Error(`The database is newer than this program: it knows migration ${name}.`);
    return names.filter((name) =>
      apply(database, name, readFileSync(join(directory, name, "migration.sql"), "utf8"), done),
    );
  } finally {
    database.close();
  }
}

function applied(database: Database.Database): Map<string, string> {
  const rows = database
    .prepare(`SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL`)
    .all() as { name: string; checksum: string }[];
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

function apply(database: Database.Database, name: string, sql: string, done: Map<string, string>): boolean {
  const checksum = createHash("sha256").update(sql).digest("hex");
  const before = done.get(name);
  if (before === checksum) return false;
  if (before !== undefined) throw new Error(`Migration ${name} was changed after it had been applied.`);
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
  return true;
}
