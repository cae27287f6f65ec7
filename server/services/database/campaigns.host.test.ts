import Database from "better-sqlite3";
import { build } from "esbuild";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { poll } from "../../daemon/testing/poll.ts";
import type { Transaction } from "../db.ts";
import { databases, linesOf, MIGRATIONS, withDb } from "../testing/databases.ts";
import { restore } from "./copies.ts";
import { migrate } from "./migrate.ts";
import { isPostgres } from "./which-database.ts";

// KNAST_CAMPAIGN=all: the number of a release. Of the server's own crashes a tenth, as each starts it anew.
const KILLS = process.env.KNAST_CAMPAIGN === "all" ? 100 : 6;
const PROCESSES = 5;
const WRITERS = 10;
const BACKUPS = 4;
const LONG = 1_200_000;

const root = join(import.meta.dirname, "../../..");
const all = databases();
let bundle: string;
let script: string;
const running = new Set<ChildProcess>();
beforeAll(async () => {
  bundle = mkdtempSync(join(root, "node_modules/.knast-writer-"));
  script = join(bundle, "writer.mjs");
  const entry = join(root, "server/services/testing/writer.ts");
  await build({
    entryPoints: [entry],
    outfile: script,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
});
afterAll(async () => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(bundle, { recursive: true, force: true });
  await all.dropAll();
});

async function made(): Promise<string> {
  const database = all.empty();
  await migrate(database, MIGRATIONS);
  return database;
}

/** Writers in a process of their own. `acknowledged`: names of what the database has said yes to, as far as they came to us. */
function startWriting(database: string, name: string) {
  const child = spawn(process.execPath, [script, database, name, String(WRITERS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.add(child);
  const acknowledged: string[] = [];
  let rest = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop()!;
    acknowledged.push(...lines);
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    acknowledged,
    alive: () => child.exitCode === null && child.signalCode === null,
    /** kill -9, and everything that it had said by then has arrived */
    async kill() {
      child.kill("SIGKILL");
      await closed;
      running.delete(child);
    },
  };
}

/** @returns the accounts that are there; fails when the database is damaged or half of a write is in it */
async function inspect(database: string, what: string): Promise<Set<string>> {
  if (!isPostgres(database)) {
    const file = new Database(database);
    expect(file.pragma("integrity_check", { simple: true }), what).toBe("ok");
    expect(file.pragma("foreign_key_check"), what).toEqual([]);
    file.close();
  }
  // In one transaction, as the writers may go on.
  const look = async (db: Transaction) => {
    const accounts = await db.account.findMany({ include: { grants: true } });
    const half = accounts.filter(({ grants }) => grants.length !== 1).map(({ name }) => name);
    return { accounts, half, grants: await db.grant.count() };
  };
  const { accounts, half, grants } = await withDb(database, (db) => db.$transaction(look));
  expect({ half, grants }, what).toEqual({ half: [], grants: accounts.length });
  return new Set(accounts.map(({ name }) => name));
}
const lost = (acknowledged: readonly string[], there: ReadonlySet<string>) =>
  acknowledged.filter((name) => !there.has(name));

it(
  `copies a database out and in while ${PROCESSES * WRITERS} write, with all that was acknowledged before`,
  { timeout: LONG },
  async () => {
    const database = await made();
    const writing = Array.from({ length: PROCESSES }, (_, i) => startWriting(database, `p${i}`));
    const told = () => writing.flatMap(({ acknowledged }) => acknowledged);
    for (const each of writing) await poll("each process writes", () => each.acknowledged.length > 5, 120_000);
    for (let i = 0; i < BACKUPS; i++) {
      const before = told();
      const lines = await linesOf(database);
      const more = told().length;
      await poll("they go on writing meanwhile", () => told().length > more, 60_000);
      const other = all.empty();
      await restore(other, Readable.from(lines.map((line) => `${line}\n`)), MIGRATIONS);
      expect(lost(before, await inspect(other, `copy ${i}`)), `copy ${i}`).toEqual([]);
    }
    expect(writing.every((each) => each.alive())).toBe(true);
    for (const each of writing) await each.kill();
    expect(lost(told(), await inspect(database, "the original"))).toEqual([]);
  },
);

it(`loses nothing that was acknowledged in ${KILLS} kill -9 of the writing process`, { timeout: LONG }, async () => {
  const database = await made();
  const acknowledged: string[] = [];
  for (let i = 0; i < KILLS; i++) {
    const writing = startWriting(database, `k${i}`);
    await poll("it writes", () => writing.acknowledged.length > 0, 120_000);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
    await writing.kill();
    acknowledged.push(...writing.acknowledged);
    expect(lost(acknowledged, await inspect(database, `kill ${i}`)), `kill ${i}`).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS);
});

type Postgres = { url: string; stop(): Promise<void>; crash(): Promise<void> };

it.runIf(all.kind === "postgresql")(
  `loses nothing when PostgreSQL itself is cut off, and its writers come back by themselves`,
  { timeout: LONG },
  async () => {
    const launch = new URL("../../launch/postgres.mjs", import.meta.url).href;
    const { startPostgres } = (await import(launch)) as { startPostgres(): Promise<Postgres> };
    const server = await startPostgres();
    try {
      await migrate(server.url, MIGRATIONS);
      const writing = startWriting(server.url, "c");
      for (let i = 0; i < Math.max(3, KILLS / 10); i++) {
        const before = writing.acknowledged.length;
        await poll("it writes", () => writing.acknowledged.length > before + 20, 120_000);
        await server.crash();
        const acknowledged = [...writing.acknowledged];
        expect(lost(acknowledged, await inspect(server.url, `crash ${i}`)), `crash ${i}`).toEqual([]);
      }
      await writing.kill();
    } finally {
      await server.stop();
    }
  },
);
