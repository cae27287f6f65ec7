import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname };
const exclude = ["**/node_modules/**", "dist/**", ".next/**", "e2e/**"];

/** Tests that ask a database. */
const asksDatabase = readdirSync(join(import.meta.dirname, "server"), { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && !path.endsWith(".host.test.ts"))
  .map((path) => join("server", path))
  .filter((path) =>
    /testing\/(panel|databases|postgres-schema)/.test(readFileSync(join(import.meta.dirname, path), "utf8")),
  );
/** Those of the services: the others would say the same a second time on another database. */
const ofServices = asksDatabase.filter((path) => path.startsWith(join("server/services/")));

// unit: pure, no root, no database and hardly a program, part of `npm run verify`. sqlite: what asks a database. postgres: the services'
// once more, on a PostgreSQL that is started for them (or KNAST_TEST_DATABASE_URL). host: programs, and real jails on devjail; needs root
// or user namespaces.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...exclude, "**/*.host.test.ts", ...asksDatabase],
          // One load of the modules for all files of a worker: half of the time went into loading them 147 times.
          isolate: false,
          maxWorkers: 3,
          // Not a measure of speed: a loaded machine must not fail what is right.
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "sqlite",
          include: asksDatabase,
          exclude,
          isolate: false,
          testTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "postgres",
          include: ofServices,
          exclude,
          globalSetup: "server/services/testing/with-postgres.ts",
          isolate: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "host",
          include: ["**/*.host.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // Nothing is kept between files but the modules: loading those and bundling knastd costs more than many a file's tests.
          isolate: false,
          // Three hosts beside each other keep both cores at work: much of a test is waiting for deadlines.
          maxWorkers: 3,
        },
      },
    ],
  },
});
