import { createHash } from "node:crypto";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databases, linesOf, MIGRATIONS, withDb } from "../testing/databases.ts";
import { testServer } from "../testing/postgres-schema.ts";
import { copyInto, restore, Unfit } from "./copies.ts";
import { holdDatabase, takeDatabase } from "./hold.ts";
import { migrate } from "./migrate.ts";
import { isPostgres } from "./which-database.ts";

const all = databases();
afterAll(() => all.dropAll());
const WHEN = new Date("2026-03-29T00:59:59.123Z");
let full: string;
let copy: string[];

beforeAll(async () => {
  full = await filled();
  copy = await linesOf(full);
});

/** A database with every kind of value, and texts that one of the two might take otherwise. */
async function filled(of = all.kind): Promise<string> {
  const database = all.empty(of);
  await migrate(database, MIGRATIONS);
  await withDb(database, async (db) => {
    const names = ["zoë", "anna", "_x", "a-b", "ab", "Ärger"];
    for (const name of names)
      await db.account.create({ data: { name, createdAt: WHEN, preferences: `{"a":"\\u0000'"}` } });
    const { id } = await db.account.update({
      where: { name: "anna" },
      data: {
        role: "admin",
        budgetMemoryBytes: 2n ** 62n + 1n,
        endsAt: WHEN,
        notifyByMail: true,
        totpLastStep: 2 ** 31 - 1,
      },
    });
    await db.passkey.create({
      data: {
        id: "k",
        accountId: id,
        publicKey: Uint8Array.from([0, 255, 10, 92]),
        counter: 0n,
        name: `"'\\ \n€ 漢字 😀`,
      },
    });
    await db.link.create({ data: { tokenHash: "h", kind: "setup", expiresAt: WHEN } });
    await db.grant.create({ data: { accountId: id, jailId: "j", jailName: "mail", power: true, grantedById: id } });
  });
  return database;
}

const back = (lines: readonly string[], into: string) =>
  restore(into, Readable.from(lines.map((line) => `${line}\n`)), MIGRATIONS);
/** The lines of a copy with their sum made anew, as somebody has it who wants us to take it. */
function summed(lines: readonly string[]): string[] {
  const before = lines.slice(0, -1);
  const rows = before.filter((line) => line.startsWith("[")).length;
  const sha256 = createHash("sha256")
    .update(before.map((line) => `${line}\n`).join(""))
    .digest("hex");
  return [...before, JSON.stringify({ end: true, rows, sha256 })];
}
const told = async (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => (error instanceof Unfit ? error.message : `mistake: ${String(error)}`),
  );
/** A copy without when it was made and its sum: what two databases must have in common. */
const content = (lines: readonly string[]) =>
  lines
    .slice(1, -1)
    .filter((line) => !line.startsWith("{"))
    .toSorted();

it("restores all that was there, with every kind of value, and the database can be worked with", async () => {
  const other = all.empty();
  expect(await back(copy, other)).toBe(copy.filter((line) => line.startsWith("[")).length);
  expect(content(await linesOf(other))).toEqual(content(copy));
  await withDb(other, async (db) => {
    const anna = await db.account.findUniqueOrThrow({ where: { name: "anna" }, include: { passkeys: true } });
    expect(anna).toMatchObject({ role: "admin", budgetMemoryBytes: 2n ** 62n + 1n, endsAt: WHEN, notifyByMail: true });
    expect([...anna.passkeys[0]!.publicKey]).toEqual([0, 255, 10, 92]);
    expect(anna.passkeys[0]!.name).toBe(`"'\\ \n€ 漢字 😀`);
    expect(await db.account.count({ where: { createdAt: { lte: WHEN } } })).toBe(6);
    expect(await db.account.count({ where: { createdAt: { lt: WHEN } } })).toBe(0);
    const order = (await db.account.findMany({ orderBy: { name: "asc" } })).map(({ name }) => name);
    expect(order).toEqual(["_x", "a-b", "ab", "anna", "zoë", "Ärger"]);
    await db.account.delete({ where: { name: "anna" } });
    expect(await db.grant.count()).toBe(0);
  });
  expect(await migrate(other, MIGRATIONS)).toEqual([]);
});

it("replaces what was there, and leaves it all when the copy is not whole", async () => {
  const other = await filled();
  await withDb(other, (db) => db.account.create({ data: { name: "left" } }));
  const before = content(await linesOf(other));
  const row = copy.findIndex((line) => line.startsWith("["));
  const passkeys = copy.findIndex((line) => line.startsWith(`{"table":"Passkey"`)) + 1;
  const bad: Record<string, string[]> = {
    empty: [],
    "no copy": ["hello"],
    "torn off": copy.slice(0, -1),
    "torn in a line": [...copy.slice(0, -1), copy.at(-1)!.slice(0, 20)],
    "a row gone": copy.toSpliced(row, 1),
    "a row changed": copy.with(
      row,
      copy[row]!.replace(/[0-9]/, (digit) => String(9 - Number(digit))),
    ),
    "two copies": [...copy, ...copy],
    "a row too short": summed(copy.with(row, `["x"]`)),
    "the same row twice": summed(copy.toSpliced(row, 0, copy[row]!)),
    "a child without parents": summed(copy.with(passkeys, copy[passkeys]!.replace(/"c[a-z0-9]{20,}"/, `"nobody"`))),
    "another table": summed(copy.map((line) => line.replace(`{"table":"Setting"`, `{"table":"Nothing"`))),
    "a table of the database's own": summed(
      copy.map((line) => line.replace(`{"table":"Setting"`, `{"table":"sqlite_master"`)),
    ),
    "the table of migrations": summed(
      copy.map((line) => line.replace(`{"table":"Setting"`, `{"table":"_prisma_migrations"`)),
    ),
    "a name that breaks out": summed(copy.map((line) => line.replace(`["key","text"]`, `["key\\" --","text"]`))),
    "a newer schema": summed(copy.with(0, copy[0]!.replace(`"migrations":[`, `"migrations":["9999_later",`))),
    "a newer format": summed(copy.with(0, copy[0]!.replace(`"format":1`, `"format":2`))),
  };
  for (const [name, lines] of Object.entries(bad)) {
    expect(await told(back(lines, other)), name).toMatch(/^(This copy|This is no copy)/);
    expect(content(await linesOf(other)), name).toEqual(before);
  }
  expect(await told(back(bad["a newer schema"]!, other))).toContain("9999_later");
  await back(copy, other);
  expect(content(await linesOf(other))).toEqual(content(copy));
  if (!isPostgres(other))
    expect(
      readdirSync(dirname(other)).filter((name) => !/^(knast\.db(-wal|-shm)?|running(-journal)?)$/.test(name)),
    ).toEqual([]);
});

it("takes a copy of an older schema through the migrations that it has not seen", async () => {
  // As the first two migrations left it: a grant had no ticks and meant everything.
  const account = ["id", "name", "role", "sessionVersion"].map((name) => [
    name,
    name === "sessionVersion" ? "int" : "text",
  ]);
  const others = [
    "passwordHash",
    "disabledAt",
    "createdAt",
    "lastSignInAt",
    "budgetMemoryBytes",
    "budgetProcesses",
    "budgetCpuPercent",
    "budgetOpenFiles",
    "budgetTerminals",
  ];
  const kind = (name: string) =>
    name.endsWith("At") ? "date" : name === "passwordHash" ? "text" : name === "budgetMemoryBytes" ? "bigint" : "int";
  const old = [
    { knast: "database", format: 1, made: WHEN.toISOString(), migrations: ["0001_people", "0002_budgets"] },
    { table: "Account", columns: [...account, ...others.map((name) => [name, kind(name)])] },
    ["a", "anna", "friend", 3, null, null, WHEN.toISOString(), null, "5", null, null, null, null],
    {
      table: "Grant",
      columns: [
        ["accountId", "text"],
        ["jailId", "text"],
        ["jailName", "text"],
        ["createdAt", "date"],
      ],
    },
    ["a", "j", "mail", WHEN.toISOString()],
    {},
  ].map((line) => JSON.stringify(line));
  const other = all.empty();
  await back(summed(old), other);
  await withDb(other, async (db) => {
    expect(await db.account.findFirst()).toMatchObject({
      name: "anna",
      sessionVersion: 3,
      budgetMemoryBytes: 5n,
      email: null,
    });
    expect(await db.grant.findFirst()).toMatchObject({ jailName: "mail", power: true, invite: true, endsAt: null });
  });
  expect(await migrate(other, MIGRATIONS)).toEqual([]);
});

it("restores nothing while a panel runs, and lets no panel start meanwhile", async () => {
  const letGo = await holdDatabase(full);
  expect(await told(back(copy, full))).toMatch(/panel runs/);
  await letGo();
  const done = await takeDatabase(full);
  expect(await told(takeDatabase(full))).toMatch(/panel runs|being restored/);
  if (isPostgres(full)) expect(await told(holdDatabase(full))).toMatch(/being restored/);
  await done();
  await (
    await holdDatabase(full)
  )();
});

it.runIf(all.kind === "sqlite")("makes a damaged SQLite whole again, and keeps the file for its owner", async () => {
  const other = await filled();
  writeFileSync(other, "no database at all");
  await back(copy, other);
  expect(content(await linesOf(other))).toEqual(content(copy));
  expect(statSync(other).mode & 0o777).toBe(0o600);
});

it.runIf(testServer())("carries a SQLite into an empty PostgreSQL and back, to the letter", async () => {
  const sqlite = await filled("sqlite");
  const postgres = all.empty("postgresql");
  await copyInto(sqlite, postgres, MIGRATIONS);
  expect(content(await linesOf(postgres))).toEqual(content(await linesOf(sqlite)));
  expect(await told(copyInto(sqlite, postgres, MIGRATIONS))).toMatch(/not empty/);
  const again = join(all.empty("sqlite"));
  await back(await linesOf(postgres), again);
  expect(content(await linesOf(again))).toEqual(content(await linesOf(sqlite)));
  expect(await told(copyInto(postgres, sqlite, MIGRATIONS))).toMatch(/names no PostgreSQL/);
});
