import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { z } from "zod";
import { Column, type Item, Unfit } from "./items.ts";

/**
 * The one format of a copy, whichever database it came from and goes to: a line of JSON for the head, one for each table, one
 * for each row, and a last one with a sum over all before it, without which a copy counts as torn off.
 */
const FORMAT = 1;
const LONGEST = 16 * 1024 * 1024;

const Head = z.strictObject({
  knast: z.literal("database"),
  format: z.number().int(),
  made: z.iso.datetime(),
  migrations: z.array(z.string().regex(/^\w{1,200}$/)).max(1000),
});
const Table = z.strictObject({ table: z.string().regex(/^\w{1,63}$/), columns: z.array(Column).min(1).max(200) });
const Row = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]));
const End = z.strictObject({ end: z.literal(true), rows: z.number().int(), sha256: z.string() });

/** @returns the lines of a copy; `counted` hears the number of rows at the end */
export async function* toLines(items: AsyncIterable<Item>, counted: (rows: number) => void): AsyncGenerator<string> {
  const sum = createHash("sha256");
  let rows = 0;
  const line = (value: unknown) => {
    const text = `${JSON.stringify(value)}\n`;
    sum.update(text);
    return text;
  };
  for await (const item of items) {
    if ("row" in item) {
      rows++;
      yield line(item.row);
    } else if ("table" in item) yield line(item);
    else yield line({ knast: "database", format: FORMAT, made: new Date().toISOString(), ...item });
  }
  yield `${JSON.stringify({ end: true, rows, sha256: sum.digest("hex") })}\n`;
  counted(rows);
}

/** Reads a copy line by line. @throws Unfit for what is no whole copy; the last line is looked at before the stream ends */
export async function* fromLines(input: Readable): AsyncGenerator<Item> {
  const sum = createHash("sha256");
  let rows = 0;
  let width = -1;
  let ended = false;
  let number = 0;
  for await (const text of createInterface({ input, crlfDelay: Infinity })) {
    number++;
    const value = text.length > LONGEST ? undefined : parsed(text);
    const bad = (why: string) => new Unfit(`This is no copy of a panel's database: line ${number} ${why}.`);
    if (value === undefined || ended) throw bad("is out of place");
    const end = End.safeParse(value);
    if (end.success) {
      if (end.data.rows !== rows || end.data.sha256 !== sum.digest("hex"))
        throw bad("has another sum than what was read");
      ended = true;
      continue;
    }
    sum.update(`${text}\n`);
    if (number === 1) {
      const head = Head.safeParse(value);
      if (!head.success) throw bad("is not its head");
      if (head.data.format > FORMAT) throw new Unfit("This copy is newer than this program.");
      yield { migrations: head.data.migrations };
    } else if (Array.isArray(value)) {
      const row = Row.safeParse(value);
      if (!row.success || row.data.length !== width) throw bad("is no row of its table");
      rows++;
      yield { row: row.data };
    } else {
      const table = Table.safeParse(value);
      if (!table.success) throw bad("is no table");
      width = table.data.columns.length;
      yield table.data;
    }
  }
  if (!ended) throw new Unfit("This copy of a panel's database is torn off: its last line is missing.");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
