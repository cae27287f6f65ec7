import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** @returns whether a database is named by a URL of PostgreSQL; otherwise it is a file of SQLite */
export const isPostgres = (database: string): boolean => /^postgres(ql)?:/.test(database);

/** Written once knast-web has worked on a PostgreSQL: where that is, without the password. */
export const onPostgres = (dir: string): string => join(dir, "on-postgresql");

// The environment is read for each request; what the file says holds until the next start.
const read = new Map<string, string | null>();

/**
 * Which database the panel has: what DATABASE_URL names, else the file database-url in knast-web's directory, which keeps the
 * password out of the environment and is found by the commands of the host too; else SQLite, in the file knast.db there.
 * @returns a URL of PostgreSQL or the path of a file
 * @throws RangeError with a sentence that does not repeat the URL, as that may hold a password; also when the panel was on a
 * PostgreSQL and nothing says which: an empty SQLite in its place would offer to make an admin
 */
export function whichDatabase(dir: string, named: string | undefined): string {
  const file = join(dir, "database-url");
  if (named) return postgresOnly(named, "DATABASE_URL");
  if (!read.has(file)) read.set(file, readUrl(file));
  const kept = read.get(file);
  if (kept) return postgresOnly(kept, file);
  const mark = onPostgres(dir);
  if (existsSync(mark))
    throw new RangeError(
      `The panel's database is ${readFileSync(mark, "utf8").trim()}: set DATABASE_URL, or write its URL into ${file} (0600). To go back to SQLite, remove ${mark}.`,
    );
  return join(dir, "knast.db");
}

function postgresOnly(url: string, from: string): string {
  if (!isPostgres(url)) throw new RangeError(`${from} is not a URL like postgresql://knast:PASSWORD@127.0.0.1/knast.`);
  return url;
}

function readUrl(file: string): string | null {
  try {
    const url = readFileSync(file, "utf8").trim();
    if (url && statSync(file).mode & 0o077) throw new RangeError(`${file} holds a password: chmod 600 it first.`);
    return url || null;
  } catch (error) {
    // Who may not look into the directory is told so by whoever needs more of it.
    if (["ENOENT", "ENOTDIR", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
