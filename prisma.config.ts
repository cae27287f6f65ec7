import { fileURLToPath } from "node:url";
import { defineConfig } from "prisma/config";

// Set before the CLI looks for its native engine, which it would download: there is none for FreeBSD.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= fileURLToPath(new URL("./prisma/schema-engine.mjs", import.meta.url));

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "file:./.knast/web/knast.db" },
});
