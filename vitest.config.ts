import { defineConfig } from "vitest/config";

const alias = { "@": import.meta.dirname };
const exclude = ["**/node_modules/**", "dist/**", ".next/**", "e2e/**"];

// unit: pure, no root, part of `npm run verify`. host: real jails on devjail, needs root or user namespaces.
// postgres: the services' tests once more, on a PostgreSQL that is started for them (or KNAST_TEST_DATABASE_URL).
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: [...exclude, "**/*.host.test.ts"],
          // Not a measure of speed: a loaded machine must not fail what is right.
          testTimeout: 60_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: "postgres",
          include: ["server/services/**/*.test.ts"],
          exclude: [...exclude, "**/migrate-sqlite.test.ts"],
          globalSetup: "server/services/testing/with-postgres.ts",
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
          // Two hosts beside each other keep both cores at work: much of a test is waiting for deadlines.
          maxWorkers: 2,
        },
      },
    ],
  },
});
