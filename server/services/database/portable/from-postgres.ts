import type pg from "pg";
import { appliedInPostgres } from "../migrate-postgres.ts";
import { connectPostgres, postgresPlace } from "../postgres-place.ts";
import { byName, type Column, isoDate, type Item, type Kind, parentsFirst, type Value } from "./items.ts";

const AT_ONCE = 500;
const KINDS: Record<string, Kind> = {
  text: "text",
  int4: "int",
  int8: "bigint",
  bool: "bool",
  timestamp: "date",
  bytea: "bytes",
};
/** Everything as the server writes it. */
const AS_TEXT = { getTypeParser: () => (text: string) => text } as unknown as pg.CustomTypesConfig;

/** What a PostgreSQL holds in one moment, while others write: all of it is read in one repeatable transaction. */
export async function* fromPostgres(url: string): AsyncGenerator<Item> {
  const client = await connectPostgres(postgresPlace(url));
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    yield { migrations: [...(await appliedInPostgres(client)).keys()] };
    for (const table of await tablesOf(client)) {
      const columns = await columnsOf(client, table);
      yield { table, columns };
      const names = columns.map(([name]) => `"${name}"`).join(", ");
      await client.query(`DECLARE copied NO SCROLL CURSOR FOR SELECT ${names} FROM "${table}"`);
      for (;;) {
        const text = `FETCH ${AT_ONCE} FROM copied`;
        const { rows } = await client.query<(string | null)[]>({ text, rowMode: "array", types: AS_TEXT });
        for (const row of rows) yield { row: row.map((value, i) => portable(value, columns[i]![1])) };
        if (rows.length < AT_ONCE) break;
      }
      await client.query("CLOSE copied");
    }
    await client.query("COMMIT");
  } finally {
    await client.end();
  }
}

/** @returns the tables of our migrations, and those that somebody has put beside them */
export async function tablesOf(client: pg.Client): Promise<string[]> {
  const tables = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname NOT LIKE '\\_%'`,
  );
  const references = await client.query<{ child: string; parent: string }>(
    `SELECT child.relname AS child, parent.relname AS parent FROM pg_constraint
     JOIN pg_class child ON child.oid = conrelid JOIN pg_class parent ON parent.oid = confrelid
     WHERE contype = 'f' AND connamespace = current_schema()::regnamespace`,
  );
  return parentsFirst(
    tables.rows.map(({ name }) => name),
    references.rows.map(({ child, parent }) => [child, parent]),
  );
}

/** @returns a table's columns, none for a table that is not there; an enum is a text. Error for a type that no migration of ours uses */
export async function columnsOf(client: pg.Client, table: string): Promise<Column[]> {
  const { rows } = await client.query<{ name: string; type: string; isEnum: boolean }>(
    `SELECT attname AS name, typname AS type, typtype = 'e' AS "isEnum" FROM pg_attribute
     JOIN pg_type ON pg_type.oid = atttypid JOIN pg_class ON pg_class.oid = attrelid
     WHERE relname = $1 AND relnamespace = current_schema()::regnamespace AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [table],
  );
  return rows
    .map(({ name, type, isEnum }) => {
      const kind = isEnum ? "text" : KINDS[type];
      if (!kind) throw new Error(`${table}.${name} is of the type ${type}, which no copy knows.`);
      return [name, kind] satisfies Column;
    })
    .sort(byName);
}

function portable(value: string | null, kind: Kind): Value {
  if (value === null) return null;
  if (kind === "bytes") return Buffer.from(value.slice(2), "hex").toString("base64");
  if (kind === "bool") return value === "t";
  if (kind === "int") return Number(value);
  if (kind === "date") return isoDate(value);
  return value;
}
