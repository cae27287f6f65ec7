import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readMigrations } from "./migrations.ts";
import { derive } from "../../../prisma/derive-schema.mjs";
import { postgresSchema, testServer } from "../testing/postgres-schema.ts";
import { migrate } from "./migrate.ts";
import { connectPostgres, postgresPlace } from "./postgres-place.ts";

const prisma = join(import.meta.dirname, "../../../prisma");
const ours = join(prisma, "migrations");
const names = (directory: string) => readMigrations(join(prisma, directory)).map(({ name }) => name);

it("has for each migration of SQLite its twin for PostgreSQL, and no other", () => {
  expect(names("postgresql/migrations"), "write prisma/postgresql/migrations/NAME/migration.sql").toEqual(
    names("migrations"),
  );
  const lock = (directory: string) => readFileSync(join(prisma, directory, "migration_lock.toml"), "utf8").trim();
  expect([lock("migrations"), lock("postgresql/migrations")]).toEqual([
    'provider = "sqlite"',
    'provider = "postgresql"',
  ]);
});

it("keeps models in schema.prisma alone", () => {
  const schema = readFileSync(join(prisma, "schema.prisma"), "utf8");
  const models = (text: string) => text.slice(text.indexOf("\nenum "));
  expect(models(derive(schema))).toBe(models(schema));
  expect(readFileSync(join(prisma, "../.gitignore"), "utf8")).toContain("\nprisma/postgresql/schema.prisma\n");
  expect(
    readdirSync(join(prisma, "postgresql")).filter((name) => !["migrations", "schema.prisma"].includes(name)),
  ).toEqual([]);
  expect(() => derive(schema.replace(`"sqlite"`, `"mysql"`))).toThrow(/exactly once/);
});

it("orders texts in PostgreSQL as SQLite does, whatever the database's language", async () => {
  const texts = readMigrations(join(prisma, "postgresql/migrations")).flatMap(({ name, sql }) =>
    sql
      .split("\n")
      .flatMap((line) => (/^[^-].*" (TEXT|VARCHAR|CHAR)\b(?! COLLATE "C")/.test(line) ? [`${name}: ${line}`] : [])),
  );
  expect(texts, `write TEXT COLLATE "C"`).toEqual([]);
});

it.runIf(testServer())("comes to what the schema says, collations included", async () => {
  const own = postgresSchema()!;
  try {
    expect(await migrate(own.url, ours)).toEqual(names("migrations"));
    expect(await migrate(own.url, ours)).toEqual([]);
    const client = await connectPostgres(postgresPlace(own.url));
    const { rows } = await client.query(
      `SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema = current_schema() AND data_type = 'text' AND table_name <> '_prisma_migrations' AND collation_name IS DISTINCT FROM 'C'`,
    );
    await client.end();
    expect(rows).toEqual([]);
  } finally {
    await own.drop();
  }
});
