import { randomBytes } from "node:crypto";
import { connectPostgres, postgresPlace } from "../database/postgres-place.ts";

/** The PostgreSQL of vitest's project postgres, undefined elsewhere. */
export const testServer = (): string | undefined => process.env.KNAST_TEST_DATABASE_URL || undefined;

/** A schema of its own on that PostgreSQL, which migrate() makes; null where the tests are SQLite's. */
export function postgresSchema(): { url: string; drop(): Promise<void> } | null {
  const server = testServer();
  if (!server) return null;
  const schema = `t_${randomBytes(8).toString("hex")}`;
  return {
    url: `${server}${server.includes("?") ? "&" : "?"}schema=${schema}`,
    async drop() {
      const client = await connectPostgres(postgresPlace(server));
      await client.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`).finally(() => client.end());
    },
  };
}
