import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { env } from "./env.ts";
import { PrismaClient } from "./generated/client.ts";

export type Db = PrismaClient;
export type { Account as AccountRecord } from "./generated/client.ts";

/** Opens a database file that migrate() has prepared; who opens it disconnects it. */
export function openDb(file: string): Db {
  // A writer waits 5 s for another one, so that two at once are slow and never an error.
  return new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, timeout: 5000 }) });
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
