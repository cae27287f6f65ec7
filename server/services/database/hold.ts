import Database from "better-sqlite3";
import { dirname, join } from "node:path";
import { Unfit } from "./portable/items.ts";
import { connectPostgres, postgresPlace } from "./postgres-place.ts";
import { isPostgres } from "./which-database.ts";

/** The panel holds its PostgreSQL by this advisory lock, shared; a restore wants it alone. */
const IN_USE = 56279;
const ANEW_MS = 2000;
const PATIENCE_MS = 10_000;

/** Lets go of what is held. */
export type LetGo = () => Promise<void>;

/**
 * Marks a database as in use for as long as this process lives; the mark ends with the process, however that ends.
 * SQLite: a lock on the file `running` beside it. PostgreSQL: an advisory lock of a connection of its own, taken anew after a break.
 * @throws Unfit when it is being restored, or another panel has the SQLite
 */
export function holdDatabase(database: string): Promise<LetGo> {
  return isPostgres(database) ? holdPostgres(database) : Promise.resolve(lockFile(database, PATIENCE_MS));
}

/** Takes a database for oneself alone. @throws Unfit when a panel runs on it */
export async function takeDatabase(database: string): Promise<LetGo> {
  if (!isPostgres(database)) return lockFile(database, 0);
  const place = postgresPlace(database);
  const client = await connectPostgres(place);
  if (await tryLock(client, "pg_try_advisory_lock", place.schema)) return () => client.end();
  await client.end();
  throw new Unfit("The panel runs on this database. End it first.");
}

function lockFile(database: string, timeout: number): LetGo {
  const mark = new Database(join(dirname(database), "running"), { timeout });
  try {
    mark.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    mark.close();
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    throw new Unfit("The database is in use: a panel runs on it, or it is being restored.");
  }
  return async () => void mark.close();
}

type Client = Awaited<ReturnType<typeof connectPostgres>>;

async function tryLock(client: Client, name: string, schema: string): Promise<boolean> {
  const text = `SELECT ${name}(${IN_USE}, hashtext($1)) AS mine`;
  return (await client.query<{ mine: boolean }>(text, [schema])).rows[0]!.mine;
}

async function holdPostgres(url: string): Promise<LetGo> {
  const place = postgresPlace(url);
  let ended = false;
  let timer: NodeJS.Timeout | undefined;
  let client: Client | undefined;
  const hold = async () => {
    client = await connectPostgres(place);
    client.once("end", again);
    if (await tryLock(client, "pg_try_advisory_lock_shared", place.schema)) return;
    await client.end();
    throw new Unfit("The database is being restored.");
  };
  const again = () => {
    // told twice of one break: by the connection's end, and by what was asked over it
    if (ended || timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void hold().catch(again);
    }, ANEW_MS);
    timer.unref();
  };
  try {
    await hold();
  } catch (error) {
    ended = true;
    clearTimeout(timer);
    throw error;
  }
  return async () => {
    ended = true;
    clearTimeout(timer);
    await client?.end();
  };
}
