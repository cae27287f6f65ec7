import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export type Migration = { name: string; sql: string; checksum: string };

/** @returns the migrations of a directory in their order */
export function readMigrations(directory: string): Migration[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, "migration.sql"), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * @param done the checksums of those that were applied, by name
 * @returns what is still to be applied
 * @throws Error when an applied one is unknown here or was changed afterwards
 */
export function missing(all: readonly Migration[], done: ReadonlyMap<string, string>): Migration[] {
  for (const name of done.keys())
    if (!all.some((each) => each.name === name))
      throw new Error(`The database is newer than this program: it knows migration ${name}.`);
  for (const { name, checksum } of all)
    if (done.has(name) && done.get(name) !== checksum)
      throw new Error(`Migration ${name} was changed after it had been applied.`);
  return all.filter(({ name }) => !done.has(name));
}
