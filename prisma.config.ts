import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";
import { isPostgres, writeDerived } from "./prisma/derive-schema.mjs";

// Set before the CLI looks for its native engine, which it would download: there is none for FreeBSD.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL("./prisma/schema-engine.mjs", import.meta.url));

// Which database is meant stands in DATABASE_URL; both have the models of the one schema.prisma.
const postgres = isPostgres(process.env.DATABASE_URL);

export default defineConfig({
  schema: postgres ? writeDerived() : "prisma/schema.prisma",
  migrations: { path: postgres ? "prisma/postgresql/migrations" : "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "file:./.knast/web/knast.db" },
});
