import { chmodSync, chownSync, lstatSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { SignInLimits } from "../services/accounts/sign-in-limits.ts";
import { db, openDb, useDb } from "../services/db.ts";
import { prepare } from "../services/prepare.ts";
import { buildKnast, knast as runKnast } from "./testing/built-knast.ts";

const root = join(import.meta.dirname, "../..");
const isRoot = process.getuid?.() === 0;
const WEB = 61_234;
let state: string;
let web: string;

beforeAll(buildKnast, 400_000);
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), "knast-cli-"));
  chmodSync(state, 0o711);
  web = join(state, "web");
  const database = join(web, "knast.db");
  await prepare({ dir: web, database }, join(root, "prisma/migrations"));
  useDb(openDb(database));
  await db().account.create({ data: { name: "anna", passwordHash: "x", role: "admin" } });
});
afterEach(async () => {
  await db().$disconnect();
  useDb(undefined);
  rmSync(state, { recursive: true, force: true });
});

const knast = (command: string, args: string[], uid?: number) => runKnast([command, ...args], { state, uid });

/** Hands knast-web's directory to its account, as npm start does. */
function giveAway() {
  for (const name of [".", ...readdirSync(web)]) if (isRoot) chownSync(join(web, name), WEB, WEB);
}
const owners = () => readdirSync(web).map((name) => lstatSync(join(web, name)).uid);

it("unlocks while the panel has the database open, and leaves every file to its account", async () => {
  const limits = new SignInLimits();
  const one = { kind: "account", account: "anna", source: "192.0.2.1", device: null } as const;
  for (let i = 0; i < 6; i++) await limits.attempt(one);
  await expect(limits.attempt(one)).rejects.toMatchObject({ code: "too_many" });
  // Long enough for a slow machine to look.
  await db().signInFailure.updateMany({
    where: { key: "account:anna" },
    data: { blockedUntil: new Date(Date.now() + 600_000) },
  });
  giveAway();
  expect(knast("unlock", []).stdout).toMatch(/^account:anna\t6 failures\tuntil /);
  expect(knast("unlock", ["anna"])).toMatchObject({ status: 0, stdout: "anna may sign in again at once.\n" });
  await limits.attempt(one);
  expect(new Set(owners())).toEqual(new Set([isRoot ? WEB : process.getuid?.()]));
  expect(knast("unlock", ["nobody"])).toMatchObject({ status: 1 });
  expect(knast("unlock", ["../etc"])).toMatchObject({ status: 64 });
  expect(knast("unlock", ["a", "b"])).toMatchObject({ status: 64 });
});

it("prints a link that works once, and takes a second factor off only when told so", async () => {
  const { id } = await db().account.findUniqueOrThrow({ where: { name: "anna" } });
  await db().account.update({ where: { id }, data: { totpSecret: "v1.x", totpConfirmedAt: new Date() } });
  giveAway();
  const plain = knast("reset-password", ["anna"]);
  expect(plain).toMatchObject({ status: 0 });
  expect(plain.stdout).toMatch(/^http:\/\/127\.0\.0\.1:3000\/welcome\/[A-Za-z0-9_-]{43}\n/);
  expect((await db().account.findUniqueOrThrow({ where: { id } })).totpConfirmedAt).not.toBeNull();
  expect(knast("reset-password", ["--second-factor", "anna"]).status).toBe(0);
  expect((await db().account.findUniqueOrThrow({ where: { id } })).totpConfirmedAt).toBeNull();
  expect(await db().link.count()).toBe(1);
  expect(knast("reset-password", ["nobody"]).status).toBe(1);
  expect(knast("reset-password", []).status).toBe(64);
});

it.runIf(isRoot)("is root's and the panel's own, nobody else's", () => {
  giveAway();
  chmodSync(web, 0o755); // so that only the refusal itself keeps him out
  expect(knast("unlock", ["anna"], 65_534)).toMatchObject({ status: 77, stdout: "" });
  expect(knast("reset-password", ["anna"], 65_534)).toMatchObject({ status: 77, stdout: "" });
});

it.runIf(isRoot)("never follows as root what a taken-over panel has laid in its directory", async () => {
  await db().$disconnect();
  const precious = join(state, "precious");
  writeFileSync(precious, "root's own\n", { mode: 0o600 });
  rmSync(join(web, "knast.db-wal"), { force: true });
  symlinkSync(precious, join(web, "knast.db-wal"));
  giveAway();
  chownSync(precious, 0, 0); // giveAway() follows links
  knast("unlock", ["anna"]);
  const { uid, size } = lstatSync(precious);
  expect({ uid, size }).toEqual({ uid: 0, size: 11 });
});
