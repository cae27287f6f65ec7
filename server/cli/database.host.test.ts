import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { holdDatabase } from "../services/database/hold.ts";
import { prepare } from "../services/prepare.ts";
import { MIGRATIONS, withDb } from "../services/testing/databases.ts";
import { buildKnast, knast as runKnast } from "./testing/built-knast.ts";

const isRoot = process.getuid?.() === 0;
const WEB = 61_234;
let state: string;
let web: string;
let database: string;
let file: string;

beforeAll(buildKnast, 400_000);
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), "knast-cli-database-"));
  chmodSync(state, 0o711);
  web = join(state, "web");
  database = join(web, "knast.db");
  // A directory that knast-web's account can't even see.
  const own = join(state, "roots-own");
  file = join(mkdtempSync(own), "panel.knast");
  await prepare({ dir: web, database }, MIGRATIONS);
  await withDb(database, (db) => db.account.create({ data: { name: "anna", role: "admin" } }));
  giveAway();
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

function giveAway() {
  for (const name of [".", ...readdirSync(web)]) if (isRoot) chownSync(join(web, name), WEB, WEB);
}

const knast = (args: string[], as: { uid?: number; url?: string } = {}) =>
  runKnast(["database", ...args], { state, ...as });
const names = () =>
  withDb(database, (db) => db.account.findMany({ orderBy: { name: "asc" } })).then((all) =>
    all.map(({ name }) => name),
  );

it("copies out while the panel runs and back in when it does not, and leaves every file to its account", async () => {
  const letGo = await holdDatabase(database);
  giveAway();
  expect(knast(["database", "x"]).status).toBe(64);
  expect(knast(["backup", file])).toMatchObject({ status: 0, stderr: expect.stringMatching(/rows? copied/) });
  const { mode, uid } = lstatSync(file);
  expect({ mode: mode & 0o777, uid }).toEqual({ mode: 0o600, uid: process.getuid?.() });
  expect(readdirSync(join(file, ".."))).toEqual(["panel.knast"]);
  await withDb(database, (db) => db.account.create({ data: { name: "later" } }));
  expect(knast(["restore", file])).toMatchObject({ status: 1, stderr: expect.stringMatching(/in use/) });
  expect(await names()).toEqual(["anna", "later"]);
  await letGo();
  expect(knast(["restore", file])).toMatchObject({ status: 0, stderr: expect.stringMatching(/rows? restored/) });
  const owners = new Set(readdirSync(web).map((name) => lstatSync(join(web, name)).uid));
  expect(owners).toEqual(new Set([isRoot ? WEB : process.getuid?.()]));
  expect(await names()).toEqual(["anna"]);
});

it("keeps an older copy when a new one fails, and takes no torn one", async () => {
  expect(knast(["backup", file]).status).toBe(0);
  const before = readFileSync(file, "utf8");
  writeFileSync(database, "damaged");
  expect(knast(["backup", file])).toMatchObject({ status: 1 });
  expect(readFileSync(file, "utf8")).toBe(before);
  expect(readdirSync(join(file, ".."))).toEqual(["panel.knast"]);
  const torn = `${file}.torn`;
  writeFileSync(torn, before.slice(0, -10));
  expect(knast(["restore", torn])).toMatchObject({ status: 1, stderr: expect.stringMatching(/torn off|no copy/) });
  expect(readFileSync(database, "utf8")).toBe("damaged");
  expect(knast(["restore", file]).status).toBe(0);
  expect(await names()).toEqual(["anna"]);
});

it("never prints the password of a database, whatever is wrong", () => {
  const url = "postgresql://knast:s3cret%21@127.0.0.1:1/knast";
  for (const args of [["backup", file], ["restore", import.meta.filename], ["copy"]]) {
    const { status, stdout, stderr } = knast(args, { url });
    expect({ status, told: /s3cret/.test(stdout + stderr) }, args[0]).toEqual({ status: 1, told: false });
    expect(stderr).toMatch(/postgresql:\/\/knast@127\.0\.0\.1:1\/knast can't be reached/);
  }
  expect(knast(["copy"], { url: "mysql://s3cret@x" }).stderr).toMatch(/^knast: .*DATABASE_URL is not/);
  expect(knast(["copy"], { url: "mysql://s3cret@x" }).stderr).not.toMatch(/s3cret/);
  expect(existsSync(file)).toBe(false);
});

it.runIf(isRoot)("is root's and the panel's own, and follows no link that a taken-over panel has laid", () => {
  chmodSync(web, 0o755);
  expect(knast(["backup", join(state, "x")], { uid: 65_534 }).status).not.toBe(0);
  chmodSync(web, 0o700);
  const precious = join(state, "precious");
  writeFileSync(precious, "root's own\n", { mode: 0o600 });
  for (const name of ["knast.db-wal", "running"]) {
    rmSync(join(web, name), { force: true });
    symlinkSync(precious, join(web, name));
  }
  knast(["backup", file]);
  knast(["restore", file]);
  expect(readFileSync(precious, "utf8")).toBe("root's own\n");
});
