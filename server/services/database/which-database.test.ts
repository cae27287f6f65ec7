import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { DatabaseAway, isAway, isConflict } from "./away.ts";
import { postgresPlace } from "./postgres-place.ts";
import { onPostgres, whichDatabase } from "./which-database.ts";
import { whyNot } from "./why-not.ts";

const URL = "postgresql://knast:s3cret%2F@db.example.org:5433/panel";
let dir: string;
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), "knast-which-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

it("is SQLite unless the environment or the file names a PostgreSQL", () => {
  expect(whichDatabase(dir, undefined)).toBe(join(dir, "knast.db"));
  expect(whichDatabase(dir, URL)).toBe(URL);
  const other = mkdtempSync(join(dir, "other-"));
  writeFileSync(join(other, "database-url"), `${URL}\n`, { mode: 0o600 });
  expect(whichDatabase(other, undefined)).toBe(URL);
  expect(whichDatabase(other, "postgres://x/y")).toBe("postgres://x/y");
});

it("refuses another kind, a file that others may read, and an empty SQLite in the place of a PostgreSQL", () => {
  const told = (of: () => unknown) => {
    try {
      return of();
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(told(() => whichDatabase(dir, "mysql://root:s3cret@x/y"))).toMatch(/^DATABASE_URL is not a URL like/);
  const open = mkdtempSync(join(dir, "open-"));
  writeFileSync(join(open, "database-url"), URL);
  chmodSync(join(open, "database-url"), 0o644);
  expect(told(() => whichDatabase(open, undefined))).toMatch(/chmod 600/);
  const moved = mkdtempSync(join(dir, "moved-"));
  writeFileSync(onPostgres(moved), "postgresql://knast@db.example.org:5433/panel\n");
  expect(told(() => whichDatabase(moved, undefined))).toMatch(
    /is postgresql:\/\/knast@db.example.org:5433\/panel: set DATABASE_URL/,
  );
  expect(whichDatabase(moved, URL)).toBe(URL);
});

it("names a PostgreSQL without its password, whatever is wrong with it", () => {
  expect(postgresPlace(URL)).toMatchObject({ schema: "public", words: "postgresql://knast@db.example.org:5433/panel" });
  expect(postgresPlace(`${URL}?schema=t_1&sslmode=disable`)).toMatchObject({
    schema: "t_1",
    connectionString: `${URL}?sslmode=disable`,
  });
  expect(postgresPlace(`${URL}?schema=t_1`).connectionString).toBe(URL);
  expect(postgresPlace("postgresql://knast@/panel?host=/var/run/postgresql").words).toMatch(
    /host=\/var\/run\/postgresql$/,
  );
  for (const bad of [`${URL}?schema=a"b`, "postgresql://knast:s3cret@host:port:x/%"])
    expect(() => postgresPlace(bad)).toThrow(/^(?!.*s3cret).*DATABASE_URL/);
  const refused = Object.assign(new Error("password authentication failed"), { code: "28P01" });
  expect(whyNot(URL, refused)).toMatchObject({ sentence: expect.stringMatching(/does not take/), later: false });
  const away = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  expect(whyNot(URL, away)).toMatchObject({ sentence: expect.stringMatching(/can't be reached/), later: true });
  for (const error of [refused, away, new Error("x")]) expect(whyNot(URL, error).sentence).not.toContain("s3cret");
});

it("tells a server that is away from a query that is wrong, and a lost race from both", () => {
  const prisma = (code: string, originalCode?: string) =>
    Object.assign(new Error("x"), { code, meta: { driverAdapterError: { cause: { originalCode } } } });
  expect(
    [prisma("P1001"), prisma("P2010", "57P01"), new Error("Connection terminated unexpectedly")].map(isAway),
  ).toEqual([true, true, true]);
  expect([prisma("P2002", "23505"), prisma("P2034", "40001"), new Error("no"), null, "x"].map(isAway)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect([prisma("P2034"), prisma("P2010", "40P01"), prisma("P2002", "23505")].map(isConflict)).toEqual([
    true,
    true,
    false,
  ]);
  expect(new DatabaseAway(new Error("x"))).toMatchObject({ code: "unavailable", status: 503, digest: "database-away" });
});
