import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type LetGo, takeDatabase } from "./hold.ts";
import { makeReady } from "./migrate-postgres.ts";
import { migrationsFor } from "./migrate.ts";
import { fromPostgres } from "./portable/from-postgres.ts";
import { fromSqlite } from "./portable/from-sqlite.ts";
import { intoPostgres } from "./portable/into-postgres.ts";
import { intoSqlite } from "./portable/into-sqlite.ts";
import { type Item, Unfit } from "./portable/items.ts";
import { fromLines, toLines } from "./portable/lines.ts";
import { connectPostgres, postgresPlace } from "./postgres-place.ts";
import { isPostgres } from "./which-database.ts";

export { Unfit } from "./portable/items.ts";

/** What a database holds in one moment, while others write. */
const snapshot = (database: string): AsyncGenerator<Item> =>
  isPostgres(database) ? fromPostgres(database) : fromSqlite(database);

/** Writes a copy of a database that is in use into a stream and ends it. @returns the number of rows */
export async function backUp(database: string, output: Writable): Promise<number> {
  let rows = 0;
  await pipeline(Readable.from(toLines(snapshot(database), (count) => (rows = count))), output);
  return rows;
}

/**
 * Puts a copy in the place of what the panel's database holds, all of it or nothing.
 * @param migrations prisma/migrations
 * @returns the number of rows
 * @throws Unfit while a panel runs, and for a copy that is torn, not ours or newer than this program
 */
export async function restore(database: string, input: Readable, migrations: string): Promise<number> {
  return alone(database, () => replace(database, fromLines(input), migrations, false));
}

/** Copies what one database holds into another one that is empty. @returns the number of rows. @throws as restore() does */
export async function copyInto(from: string, to: string, migrations: string): Promise<number> {
  if (!isPostgres(to)) throw new Unfit("DATABASE_URL names no PostgreSQL.");
  return alone(from, () => alone(to, () => replace(to, snapshot(from), migrations, true)));
}

async function replace(to: string, items: AsyncGenerator<Item>, migrations: string, empty: boolean): Promise<number> {
  const directory = migrationsFor(to, migrations);
  if (!isPostgres(to)) return intoSqlite(to, items, directory);
  const place = postgresPlace(to);
  const client = await connectPostgres(place);
  try {
    await makeReady(client, place);
    return await intoPostgres(client, items, { directory, empty });
  } finally {
    await client.end();
  }
}

async function alone<T>(database: string, act: () => Promise<T>): Promise<T> {
  const letGo: LetGo = await takeDatabase(database);
  try {
    return await act();
  } finally {
    await letGo();
  }
}
