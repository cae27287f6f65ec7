import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { postgresPlace } from "./database/postgres-place.ts";
import { isPostgres, onPostgres } from "./database/which-database.ts";
import type { Env } from "./env.ts";
import { migrate } from "./database/migrate.ts";

/**
 * Makes what knast-web needs before it serves: its directory (0700), the secret that signs cookies (0600), the database.
 * @param migrations prisma/migrations
 * @returns names of the migrations applied now
 */
export async function prepare({ dir, database }: Pick<Env, "dir" | "database">, migrations: string): Promise<string[]> {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const secret = join(dir, "secret");
  if (!existsSync(secret))
    writeFileSync(secret, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  const applied = await migrate(database, migrations);
  if (isPostgres(database)) writeFileSync(onPostgres(dir), `${postgresPlace(database).words}\n`, { mode: 0o600 });
  return applied;
}
