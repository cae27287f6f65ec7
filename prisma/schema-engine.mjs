#!/usr/bin/env node
// Stands in for Prisma's native schema engine, which exists for few systems and would be downloaded: the CLI speaks JSON-RPC
// to it, line by line over stdin and stdout. Here the same engine runs as WebAssembly on top of a driver adapter.
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import { PrismaBetterSqlite3 } from "@prisma/adapter-better-sqlite3";
import { PrismaPg } from "@prisma/adapter-pg";
import * as glue from "@prisma/schema-engine-wasm/schema_engine_bg";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { isPostgres } from "./derive-schema.mjs";

const packageDir = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
const wasm = await WebAssembly.instantiate(readFileSync(join(packageDir, "schema_engine_bg.wasm")), {
  "./schema_engine_bg.js": glue,
});
glue.__wbg_set_wasm(wasm.instance.exports);
wasm.instance.exports.__wbindgen_start();

const { values: option, positionals } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: {
    datamodels: { type: "string", multiple: true },
    datasource: { type: "string" },
    version: { type: "boolean" },
  },
});

const url = (() => {
  if (!option.datasource) return undefined;
  try {
    return JSON.parse(option.datasource).url;
  } catch {
    return option.datasource;
  }
})();

const TEXT = 25;
const OWN_TYPES = new Set([18, 24]);

/** The engine introspects what adapter-pg has no type for: "char" and regproc. */
function postgresFactory(connectionString) {
  const factory = new PrismaPg({ connectionString });
  for (const name of ["connect", "connectToShadowDb"]) {
    const open = factory[name].bind(factory);
    factory[name] = async () => {
      const connection = await open();
      const perform = connection.performIO.bind(connection);
      connection.performIO = async (query) => {
        const result = await perform(query);
        const text = (field) =>
          Object.assign(field, { dataTypeID: OWN_TYPES.has(field.dataTypeID) ? TEXT : field.dataTypeID });
        return Object.assign(result, { fields: result.fields?.map(text) ?? [] });
      };
      return connection;
    };
  }
  return factory;
}

/**
 * An adapter for what the engine asks beyond what a client does. SQLite: executeRaw takes whole scripts, as the engine sends
 * migrations through it and better-sqlite3 prepares one statement. PostgreSQL: the catalogs' own type "char" is text.
 */
function adapterFactory(databaseUrl) {
  if (isPostgres(databaseUrl)) return postgresFactory(databaseUrl);
  const factory = new PrismaBetterSqlite3({ url: databaseUrl });
  for (const name of ["connect", "connectToShadowDb"]) {
    const open = factory[name].bind(factory);
    factory[name] = async () => {
      const connection = await open();
      const single = connection.executeRaw.bind(connection);
      connection.executeRaw = (query) =>
        query.args.length > 0 ? single(query) : connection.executeScript(query.sql).then(() => 0);
      return connection;
    };
  }
  return factory;
}

/** `cli COMMAND`: the CLI skips the first line of stderr and reads an error from the second. */
async function cli(command) {
  const say = (level, fields) => console.error(JSON.stringify({ level, target: "schema_engine::logger", fields }));
  say("INFO", { message: "schema engine" });
  const missing = url?.startsWith("file:") && !existsSync(resolve(url.slice("file:".length)));
  if (command === "can-connect-to-database" && missing) {
    say("ERROR", { error_code: "P1003", message: "The database does not exist." });
    return 1;
  }
  const connection = await adapterFactory(url).connect();
  await connection.dispose();
  return 0;
}

const HISTORY = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT,
  "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER NOT NULL DEFAULT 0
)`;
const readsHistory = new Set([
  "applyMigrations",
  "createMigration",
  "devDiagnostic",
  "diagnoseMigrationHistory",
  "evaluateDataLoss",
  "markMigrationApplied",
]);

const POSTGRES_HISTORY = HISTORY.replaceAll("DATETIME", "TIMESTAMPTZ");

let opened;
/** The WebAssembly engine takes a database without a history table for a foreign one, so there is always a table. */
function engineFor(method) {
  opened ??= (async () => {
    if (url && readsHistory.has(method)) {
      const connection = await adapterFactory(url).connect();
      await connection.executeScript(isPostgres(url) ? POSTGRES_HISTORY : HISTORY);
      await connection.dispose();
    }
    const datamodels = option.datamodels?.map((file) => [file, readFileSync(file, "utf8")]);
    const adapter = bindMigrationAwareSqlAdapterFactory(adapterFactory(url ?? ":memory:"));
    return glue.SchemaEngine.new({ datamodels }, (line) => process.stderr.write(`${line}\n`), adapter);
  })();
  return opened;
}

async function answer(request) {
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  try {
    const engine = await engineFor(request.method);
    const method = request.method === "getDatabaseVersion" ? "version" : request.method;
    if (typeof engine[method] !== "function") throw new Error(`The schema engine knows no ${request.method} here.`);
    const result = (await engine[method](request.params ?? {})) ?? null;
    // The native engine asks its caller to print a diff.
    if (method === "diff" && result?.stdout)
      send({ id: 1_000_000_000 + request.id, method: "print", params: { content: result.stdout } });
    send({ id: request.id, result });
  } catch (error) {
    const data = { is_panic: false, message: error.message, error_code: error.code };
    send({ id: request.id, error: { code: 4466, message: error.message, data } });
  }
}

if (option.version) console.log(`schema-engine-wasm ${glue.version()}`);
else if (positionals[0] === "cli") process.exit(await cli(positionals[1]));
else {
  let queue = Promise.resolve();
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const request = JSON.parse(line);
      if (request.method) queue = queue.then(() => answer(request));
    })
    .on("close", () => void queue.then(() => process.exit(0)));
}
