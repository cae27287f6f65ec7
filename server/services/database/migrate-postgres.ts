import { randomUUID } from "node:crypto";
import type pg from "pg";
import { type Migration, missing, readMigrations } from "./migrations.ts";
import { connectPostgres, type PostgresPlace, postgresPlace } from "./postgres-place.ts";

const OLDEST = 13;
/** Whoever migrates holds this advisory lock, so that two who start at once take turns. "knast" on a telephone. */
const MIGRATING = 56278;

// Prisma's own history table, as in migrate-sqlite.ts.
const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" VARCHAR(36) PRIMARY KEY NOT NULL, "checksum" VARCHAR(64) NOT NULL, "finished_at" TIMESTAMPTZ, "migration_name" VARCHAR(255) NOT NULL,
  "logs" TEXT, "rolled_back_at" TIMESTAMPTZ, "started_at" TIMESTAMPTZ NOT NULL DEFAULT now(), "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;

/**
 * Brings a PostgreSQL to the newest schema: each migration in one transaction, all or nothing.
 * @param directory prisma/postgresql/migrations
 * @returns names of the migrations applied now
 * @throws Error with a sentence for a database that can't be used, and as migrateSqlite() does; what pg throws when it can't be reached
 */
export async function migratePostgres(url: string, directory: string): Promise<string[]> {
  const place = postgresPlace(url);
  const client = await connectPostgres(place);
  try {
    await makeReady(client, place);
    await client.query(HISTORY);
    const todo = missing(readMigrations(directory), await appliedInPostgres(client));
    for (const migration of todo) await inTransaction(client, () => applyToPostgres(client, migration));
    return todo.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** Sees to it that the schema is there and that no other one migrates while this connection lasts. @throws Error for a database that can't be used */
export async function makeReady(client: pg.Client, { schema, words }: PostgresPlace): Promise<void> {
  const { rows } = await client.query<{ version: string; encoding: string }>(
    `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`,
  );
  const { version, encoding } = rows[0]!;
  if (Number(version) < OLDEST * 10_000) throw new Error(`${words} is older than PostgreSQL ${OLDEST}.`);
  if (encoding !== "UTF8")
    throw new Error(`${words} keeps texts as ${encoding}; make it anew: CREATE DATABASE … ENCODING 'UTF8'.`);
  const found = await client.query(`SELECT 1 FROM pg_namespace WHERE nspname = $1`, [schema]);
  if (found.rowCount === 0) await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
  await client.query(`SELECT pg_advisory_lock(${MIGRATING})`);
}

/** Does something in one transaction of this connection. */
export async function inTransaction<T>(client: pg.Client, act: () => Promise<T>): Promise<T> {
  await client.query("BEGIN");
  try {
    const value = await act();
    await client.query("COMMIT");
    return value;
  } catch (error) {
    await client.query("ROLLBACK").catch(() => {}); // a connection that broke has rolled back already
    throw error;
  }
}

/** @returns the checksums of the migrations that were applied, by name */
export async function appliedInPostgres(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY migration_name COLLATE "C"`,
  );
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

/** Applies one migration and notes it; the caller has begun a transaction. */
export async function applyToPostgres(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query(HISTORY);
  await client.query(sql);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`,
    [randomUUID(), checksum, name],
  );
}
