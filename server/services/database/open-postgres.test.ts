import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Db, openDb } from "../db.ts";
import { databases, MIGRATIONS } from "../testing/databases.ts";
import { testServer } from "../testing/postgres-schema.ts";
import { migrate } from "./migrate.ts";

// What the services rely on and SQLite's one connection gives them for nothing.
describe.runIf(testServer())("transactions on a PostgreSQL", () => {
  const all = databases();
  /** Two processes, as far as the database can tell. */
  let web: Db;
  let command: Db;
  beforeAll(async () => {
    const url = all.empty();
    await migrate(url, MIGRATIONS);
    web = openDb(url);
    command = openDb(url);
  });
  afterAll(async () => {
    for (const each of [web, command]) await each.$disconnect();
    await all.dropAll();
  });

  it("lose no update to each other, within a process and between two", async () => {
    await web.signInFailure.create({ data: { key: "counter", failures: 0, updatedAt: new Date() } });
    const where = { key: "counter" };
    let runs = 0;
    const count = (db: Db) =>
      db.$transaction(async (transaction) => {
        runs++;
        const { failures } = await transaction.signInFailure.findUniqueOrThrow({ where });
        await transaction.signInFailure.update({ where, data: { failures: failures + 1 } });
      });
    await Promise.all(Array.from({ length: 30 }, (_, i) => count(i % 2 ? web : command)));
    expect(await web.signInFailure.findUnique({ where })).toMatchObject({ failures: 30 });
    // Otherwise nothing was contested, and this shows nothing.
    expect(runs).toBeGreaterThan(30);
  });

  it("leave one of two who each want to be the last", async () => {
    for (let round = 0; round < 10; round++) {
      await web.account.deleteMany();
      for (const name of ["anna", "berta"]) await web.account.create({ data: { name, role: "admin" } });
      const resign = (db: Db, name: string) =>
        db.$transaction(async (transaction) => {
          if ((await transaction.account.count({ where: { role: "admin", name: { not: name } } })) === 0) return;
          await transaction.account.update({ where: { name }, data: { role: "friend" } });
        });
      await Promise.all([resign(web, "anna"), resign(command, "berta")]);
      expect(await web.account.count({ where: { role: "admin" } })).toBe(1);
    }
  });

  it("may be lists of writes, which are begun anew as a whole", async () => {
    const write = (db: Db, i: number) => {
      const put = (key: string) =>
        db.signInFailure.upsert({
          where: { key },
          create: { key, failures: i, updatedAt: new Date() },
          update: { failures: i },
        });
      // In both orders, so that they wait for each other.
      return db.$transaction(i % 2 ? [put("one"), put("two")] : [put("two"), put("one")]);
    };
    await Promise.all(Array.from({ length: 40 }, (_, i) => write(i % 2 ? web : command, i)));
    const rows = await web.signInFailure.findMany({ where: { key: { in: ["one", "two"] } } });
    expect(new Set(rows.map(({ failures }) => failures)).size).toBe(1);
  });

  it("leave nothing behind when they fail, and the next one goes on", async () => {
    const failed = web.$transaction(async (transaction) => {
      await transaction.account.create({ data: { name: "gone" } });
      throw new Error("no");
    });
    await expect(failed).rejects.toThrow("no");
    const twice = () => web.account.create({ data: { name: "twice" } });
    await twice();
    await expect(web.$transaction([web.account.create({ data: { name: "gone" } }), twice()])).rejects.toMatchObject({
      code: "P2002",
    });
    expect(await web.account.count({ where: { name: "gone" } })).toBe(0);
  });
});
