// schema.prisma is the one schema, written for SQLite; what PostgreSQL needs of Prisma is derived from it, so that no model
// stands in two places. Run alone it writes the derived file, which is not kept in the repository.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const SOURCE = fileURLToPath(new URL("schema.prisma", import.meta.url));
const DERIVED = fileURLToPath(new URL("postgresql/schema.prisma", import.meta.url));

const EDITS = [
  [`provider = "sqlite"`, `provider = "postgresql"`],
  [`"../server/services/generated/sqlite"`, `"../../server/services/generated/postgresql"`],
];

/** @returns the schema for PostgreSQL: the same models with another provider and another place for the client */
export function derive(schema) {
  for (const [from, to] of EDITS) {
    if (schema.split(from).length !== 2) throw new Error(`prisma/schema.prisma: ${from} is not there exactly once.`);
    schema = schema.replace(from, to);
  }
  return `// Made by prisma/derive-schema.mjs from ../schema.prisma; edits here are lost.\n${schema}`;
}

/** Writes prisma/postgresql/schema.prisma if it is not as it should be. @returns its path */
export function writeDerived() {
  const text = derive(readFileSync(SOURCE, "utf8"));
  mkdirSync(dirname(DERIVED), { recursive: true });
  let before = null;
  try {
    before = readFileSync(DERIVED, "utf8");
  } catch {
    // The first time there is none.
  }
  if (before !== text) writeFileSync(DERIVED, text);
  return DERIVED;
}

export const isPostgres = (url) => /^postgres(ql)?:/.test(url ?? "");

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(writeDerived());
