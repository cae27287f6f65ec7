import { openPostgres } from "./database/open-postgres.ts";
import { openSqlite } from "./database/open-sqlite.ts";
import { isPostgres } from "./database/which-database.ts";
import { env } from "./env.ts";
import type { PrismaClient } from "./generated/sqlite/client.ts";

/** The client of SQLite; that of PostgreSQL has the same models and is used as if it were it. */
export type Db = PrismaClient;
/** What a step of a transaction works with; the database itself will do where there is none. Its function may run again. */
export type Transaction = Parameters<Parameters<Db["$transaction"]>[0]>[0];
export type { Account as AccountRecord } from "./generated/sqlite/client.ts";

/** Opens a database that migrate() has prepared, by its file or URL; who opens it disconnects it. */
export function openDb(database: string): Db {
  return isPostgres(database) ? openPostgres(database) : openSqlite(database);
}

/** Loads what a database is opened with, for one who is about to become an account that can't read where it lies. */
export async function warmUp(): Promise<void> {
  const memory = openSqlite(":memory:");
  await memory.$queryRaw`SELECT 1`;
  await memory.$disconnect();
  if (!isPostgres(env().database)) return;
  // Refused at once, after everything that it takes was loaded.
  const nowhere = openPostgres("postgresql://nobody@127.0.0.1:1/nowhere");
  await nowhere.account.count().catch(() => {});
  await nowhere.$disconnect();
}

// knast-web is two bundles in one process (the server and Next's pages), and one connection is enough for both.
const shared = globalThis as { knastDb?: Db };

/** The process's database. */
export function db(): Db {
  return (shared.knastDb ??= openDb(env().database));
}

/** Gives the process another database, for tests. */
export function useDb(other: Db | undefined): void {
  shared.knastDb = other;
}
