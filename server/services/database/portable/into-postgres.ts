import type pg from "pg";
import { appliedInPostgres, applyToPostgres, inTransaction } from "../migrate-postgres.ts";
import { type Migration, missing, readMigrations } from "../migrations.ts";
import { columnsOf, tablesOf } from "./from-postgres.ts";
import { assertSame, chosen } from "./into-sqlite.ts";
import { type Column, type Item, Unfit, type Value } from "./items.ts";

/** Rows of one INSERT; a statement takes 65,535 values. */
const AT_ONCE = 200;

/**
 * Puts what a copy holds in the place of what a PostgreSQL holds, in one transaction. Tables and types of others in the same
 * schema stay.
 * @param directory prisma/postgresql/migrations
 * @param empty refuse a database that holds a row already
 * @returns how many rows it holds. @throws Unfit for what can't be taken
 */
export async function intoPostgres(
  client: pg.Client,
  items: AsyncIterable<Item>,
  { directory, empty }: { directory: string; empty: boolean },
): Promise<number> {
  const all = readMigrations(directory);
  try {
    return await inTransaction(client, async () => {
      if (empty) await assertEmpty(client, all);
      return fill(client, items, all);
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    // Integrity constraints and data that the columns don't take.
    throw /^2[23]...$/.test(code ?? "") ? new Unfit(`This copy is not whole: ${message}`) : error;
  }
}

const named = (all: readonly Migration[], what: "TABLE" | "TYPE") =>
  all.flatMap(({ sql }) => [...sql.matchAll(new RegExp(`^CREATE ${what} "(\\w+)"`, "gm"))].map((match) => match[1]!));

async function assertEmpty(client: pg.Client, all: readonly Migration[]): Promise<void> {
  for (const table of named(all, "TABLE")) {
    if ((await columnsOf(client, table)).length === 0) continue;
    const { rowCount } = await client.query(`SELECT 1 FROM "${table}" LIMIT 1`);
    if (rowCount) throw new Unfit(`The PostgreSQL is not empty: its table ${table} holds rows.`);
  }
}

async function fill(client: pg.Client, items: AsyncIterable<Item>, all: Migration[]): Promise<number> {
  let rows = 0;
  let table = "";
  let columns: Column[] = [];
  let waiting: Value[][] = [];
  const flush = async () => {
    if (waiting.length > 0) await insert(client, table, columns, waiting);
    waiting = [];
  };
  for await (const item of items)
    if ("row" in item) {
      rows++;
      if (waiting.push(item.row) === AT_ONCE) await flush();
    } else if ("table" in item) {
      await flush();
      ({ table, columns } = item);
      assertSame(table, columns, (await tablesOf(client)).includes(table) ? await columnsOf(client, table) : []);
    } else {
      const made = chosen(all, item.migrations);
      const quoted = (names: string[]) => names.map((name) => `"${name}"`).join(", ");
      await client.query(`DROP TABLE IF EXISTS ${quoted([...named(all, "TABLE"), "_prisma_migrations"])}`);
      await client.query(`DROP TYPE IF EXISTS ${quoted(named(all, "TYPE"))}`);
      for (const migration of made) await applyToPostgres(client, migration);
    }
  await flush();
  for (const migration of missing(all, await appliedInPostgres(client))) await applyToPostgres(client, migration);
  return rows;
}

async function insert(client: pg.Client, table: string, columns: Column[], rows: Value[][]): Promise<void> {
  const values = rows.flatMap((row) =>
    row.map((value, i) =>
      value !== null && columns[i]![1] === "bytes" ? Buffer.from(String(value), "base64") : value,
    ),
  );
  const places = rows.map((_, r) => `(${columns.map((__, c) => `$${r * columns.length + c + 1}`).join(", ")})`);
  const names = columns.map(([name]) => `"${name}"`).join(", ");
  await client.query(`INSERT INTO "${table}" (${names}) VALUES ${places.join(", ")}`, values);
}
