import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poll } from "../daemon/testing/poll.ts";
import { db } from "../services/db.ts";
import { session, startWeb, type Web } from "./testing/web.ts";

type Postgres = { url: string; stop(): Promise<void>; down(): Promise<void>; up(): Promise<void> };
const launch = (await import(new URL("../launch/postgres.mjs", import.meta.url).href)) as {
  postgresPrograms(): string | null;
  startPostgres(): Promise<Postgres>;
};

describe.runIf(launch.postgresPrograms())("knast-web on a PostgreSQL", () => {
  let server: Postgres;
  let web: Web | undefined;
  beforeAll(async () => {
    server = await launch.startPostgres();
    web = await startWeb({ DATABASE_URL: server.url });
  }, 600_000);
  afterAll(async () => {
    await web?.stop();
    await server?.stop();
  });

  const get = (path: string, cookie: string) =>
    fetch(`${web!.url}${path}`, { headers: { cookie }, redirect: "manual", signal: AbortSignal.timeout(30_000) });

  it("says unavailable while the server is away, in words, and goes on by itself when it is back", async () => {
    const { id } = await db().account.create({ data: { name: "anna", role: "admin", passwordHash: "none" } });
    const { cookie } = await session(id);
    expect((await get("/friends", cookie)).status).toBe(200);
    const password = decodeURIComponent(new URL(server.url).password);
    await server.down();
    try {
      const page = await get("/friends", cookie);
      const text = await page.text();
      expect({ status: page.status, told: text.includes("database-away") }).toEqual({ status: 500, told: true });
      const answer = await fetch(`${web!.url}/api/v1/accounts`, {
        headers: { authorization: `Bearer knast_${"x".repeat(43)}` },
      });
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain("The panel's database can't be reached.");
    } finally {
      await server.up();
    }
    await poll("it is back", async () => (await get("/friends", cookie)).status === 200, 30_000);
    expect(web!.alive()).toBe(true);
    expect(web!.log()).not.toContain(password);
    expect(web!.log()).not.toContain(encodeURIComponent(password));
  });

  it("does not start without it, and says where it looked but not with which password", async () => {
    const begin = (url: string) =>
      startWeb({ DATABASE_URL: url }).then(
        () => "started",
        (error: Error) => error.message,
      );
    const wrong = server.url.replace(/:[^:@]+@/, ":not%20it@");
    expect(await begin(wrong)).toMatch(
      /knast-web: The database postgresql:\/\/knast@\S+ does not take this name and password\.\n/,
    );
    const nowhere = await begin(server.url.replace(/:[0-9]+\//, ":1/"));
    expect(nowhere).toMatch(/knast-web: The database postgresql:\/\/knast@127\.0\.0\.1:1\/postgres can't be reached/);
    expect(nowhere).not.toContain("tests");
    expect(await begin("mysql://root:s3cret@localhost/x")).toMatch(/DATABASE_URL is not a URL like postgresql/);
  });
});
