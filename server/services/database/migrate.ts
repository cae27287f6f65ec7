import { join } from "node:path";
import { migratePostgres } from "./migrate-postgres.ts";
import { migrateSqlite } from "./migrate-sqlite.ts";
import { isPostgres } from "./which-database.ts";

/** @returns where the migrations of this kind of database are, told where those of SQLite are */
export const migrationsFor = (database: string, migrations: string): string =>
  isPostgres(database) ? join(migrations, "../postgresql/migrations") : migrations;

/**
 * Brings the panel's database to the newest schema.
 * @param database a file of SQLite or a URL of PostgreSQL
 * @param migrations prisma/migrations; those of PostgreSQL lie beside it
 * @returns names of the migrations applied now
 */
export async function migrate(database: string, migrations: string): Promise<string[]> {
  const own = migrationsFor(database, migrations);
  return isPostgres(database) ? migratePostgres(database, own) : migrateSqlite(database, own);
}
