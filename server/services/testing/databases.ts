import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { backUp } from "../database/copies.ts";
import { openDb } from "../db.ts";
import { postgresSchema } from "./postgres-schema.ts";

export const MIGRATIONS = join(import.meta.dirname, "../../../prisma/migrations");

/** Empty databases for one test file, of SQLite or, in vitest's project postgres, of PostgreSQL; dropAll() takes them away. */
export function databases(kind = postgresSchema() ? "postgresql" : "sqlite") {
  const dir = mkdtempSync(join(tmpdir(), "knast-databases-"));
  const drops: (() => Promise<void>)[] = [];
  let count = 0;
  return {
    kind,
    dir,
    empty(of = kind): string {
      // A directory for each: the mark of a panel that runs lies beside its file.
      if (of === "sqlite") return join(mkdtempSync(join(dir, `${++count}-`)), "knast.db");
      const schema = postgresSchema()!;
      drops.push(schema.drop);
      return schema.url;
    },
    async dropAll(): Promise<void> {
      for (const drop of drops) await drop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** @returns a copy of a database, line by line */
export async function linesOf(database: string): Promise<string[]> {
  let text = "";
  const output = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      done();
    },
  });
  await backUp(database, output);
  return text.trimEnd().split("\n");
}

/** Does something with a database that is closed again afterwards. */
export async function withDb<T>(database: string, act: (db: ReturnType<typeof openDb>) => Promise<T>): Promise<T> {
  const db = openDb(database);
  return act(db).finally(() => db.$disconnect());
}
