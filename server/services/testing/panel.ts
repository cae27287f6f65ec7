import { join } from "node:path";
import { useSink } from "../audit/record.ts";
import { forgetTries } from "../accounts/hold-tries.ts";
import { beginSession } from "../accounts/sessions.ts";
import type { Ctx } from "../context.ts";
import { db, openDb, useDb } from "../db.ts";
import { prepare } from "../prepare.ts";
import { fakeDaemon } from "./fake-daemon.ts";
import { postgresSchema } from "./postgres-schema.ts";

export const visitor = { source: "192.0.2.1", origin: "http://127.0.0.1:3000", requestId: "r" };
const migrations = join(import.meta.dirname, "../../../prisma/migrations");

/**
 * A database of its own with every migration, and a daemon; the process's environment names both until stop(). The database is
 * SQLite's, in vitest's project postgres a schema of the PostgreSQL that runs for it.
 */
export async function testPanel() {
  const daemon = await fakeDaemon();
  const { KNAST_STATE, KNAST_SOCKET, DATABASE_URL } = process.env;
  const before = { KNAST_STATE, KNAST_SOCKET, DATABASE_URL };
  Object.assign(process.env, { KNAST_STATE: daemon.dir, KNAST_SOCKET: daemon.socket });
  const dir = join(daemon.dir, "web");
  const postgres = postgresSchema();
  if (postgres) process.env.DATABASE_URL = postgres.url;
  const database = postgres?.url ?? join(dir, "knast.db");
  await prepare({ dir, database }, migrations);
  useDb(openDb(database));
  forgetTries();
  const audit: string[] = [];
  useSink((line) => audit.push(line));
  return {
    /** the lines recorded so far */
    audit,
    daemon,
    dir,
    database,
    /** an account with a session; its password is not usable unless `passwordHash` is given */
    async actor(name: string, role: "admin" | "friend" = "friend", passwordHash = "none"): Promise<Ctx> {
      const account = await db().account.create({ data: { name, role, passwordHash } });
      const { sid } = await beginSession(account.id);
      return { ...visitor, actor: { id: account.id, name, role, session: sid } };
    },
    async stop() {
      await db().$disconnect();
      useDb(undefined);
      useSink();
      await postgres?.drop();
      Object.assign(process.env, before);
      for (const [name, value] of Object.entries(before)) if (value === undefined) delete process.env[name];
      await daemon.stop();
    },
  };
}
export type TestPanel = Awaited<ReturnType<typeof testPanel>>;
