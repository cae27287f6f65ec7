import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GrantRight } from "../../contract/grants.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { db, openDb, useDb } from "../db.ts";
import { jail } from "../testing/fake-daemon.ts";
import { ask, operate, tokenOf } from "../testing/ask-api.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { RateLimit } from "../rate-limit.ts";
import { RATE } from "./dispatch.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let root: string;
let his: string;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  panel.daemon.jails.push(jail("web", { state: "running" }), jail("mail"));
  await assignJail(admin, { name: "web", account: olaf.actor.id });
  root = await tokenOf(admin, [], { admin: true });
  his = await tokenOf(olaf, GrantRight.options);
});
afterEach(() => panel.stop());

const SPEC = { hostname: "new.example", interface: "dev0", owner: null };
const post = (path: string, body: string | undefined, headers: Record<string, string> = {}, secret = root) =>
  ask({ method: "POST", path, body, secret, headers: { "content-type": "application/json", ...headers } });
const heard = (verb: string) => panel.daemon.heard.filter((one) => one.verb === verb);

describe("the API", () => {
  it("answers what the panel's services answer", async () => {
    const { status, json, headers } = await ask({ path: "/api/v1/jails", secret: his });
    expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
    expect(json.jails).toMatchObject([{ name: "web", rights: GrantRight.options }]);
    const begun = await operate("jails.stop", { name: "web" }, his);
    expect(begun).toMatchObject({ status: 202, headers: { location: `/api/v1/jobs/${String(begun.json.job)}` } });
    expect((await operate("jobs.show", { job: begun.json.job }, his)).json).toMatchObject({ verb: "jail.stop" });
    expect((await operate("me.show", {}, his)).json).toMatchObject({
      name: "olaf",
      token: { admin: false, jails: null },
    });
    expect(await operate("tokens.end", { token: "x" }, his)).toMatchObject({ status: 404 });
    const made = await operate("accounts.create", { name: "berta" }, root);
    expect(made).toMatchObject({ status: 201, json: { account: { name: "berta" } } });
  });

  it("refuses by problem documents", async () => {
    const path = "/api/v1/jails";
    const json = { "content-type": "application/json" };
    const table: [string, Parameters<typeof ask>[0], number, string, object?][] = [
      ["no token", { path }, 401, "unauthenticated", { "www-authenticate": 'Bearer realm="knast"' }],
      [
        "a bad token",
        { path, secret: `knast_${"x".repeat(43)}` },
        401,
        "unauthenticated",
        { "www-authenticate": 'Bearer realm="knast", error="invalid_token"' },
      ],
      ["a cookie", { path, headers: { cookie: "knast=x" } }, 401, "unauthenticated"],
      ["no such path, no token", { path: "/api/v1/nothing" }, 401, "unauthenticated"],
      ["no such path", { path: "/api/v1/nothing", secret: root }, 404, "not_found"],
      ["the root", { path: "/api/v1", secret: root }, 404, "not_found"],
      ["a slash more", { path: "/api/v1/jails/", secret: root }, 404, "not_found"],
      ["no such jail", { path: "/api/v1/jails/nowhere", secret: root }, 404, "not_found"],
      ["no name for a job", { path: "/api/v1/jobs/x", secret: root }, 404, "not_found"],
      ["broken percents", { path: "/api/v1/jails/%ff", secret: root }, 404, "not_found"],
      [
        "a method",
        { path, method: "DELETE", secret: root },
        405,
        "wrong_method",
        { allow: "GET, HEAD, POST, OPTIONS" },
      ],
      ["HEAD of events", { path: "/api/v1/live", method: "HEAD", secret: root }, 405, "wrong_method"],
      ["no type", { path, method: "POST", secret: root, body: "{}" }, 415, "wrong_type"],
      [
        "a form",
        {
          path,
          method: "POST",
          secret: root,
          body: "a=b",
          headers: { "content-type": "application/x-www-form-urlencoded" },
        },
        415,
        "wrong_type",
      ],
      [
        "another charset",
        {
          path,
          method: "POST",
          secret: root,
          body: "{}",
          headers: { "content-type": "application/json; charset=latin1" },
        },
        415,
        "wrong_type",
      ],
      ["no JSON", { path, method: "POST", secret: root, body: "{", headers: json }, 400, "invalid"],
      [
        "no UTF-8",
        { path, method: "POST", secret: root, body: new Uint8Array([34, 255, 34]), headers: json },
        400,
        "invalid",
      ],
      ["no object", { path, method: "POST", secret: root, body: "[1]", headers: json }, 400, "invalid"],
      ["null", { path, method: "POST", secret: root, body: "null", headers: json }, 400, "invalid"],
      [
        "too much",
        { path, method: "POST", secret: root, body: `{"a":"${"x".repeat(600_000)}"}`, headers: json },
        413,
        "too_large",
      ],
      ["a body for GET", { path, secret: root, body: "{}", headers: json }, 400, "invalid"],
      ["an unknown query", { path: `${path}?x=1`, secret: root }, 400, "invalid"],
      [
        "a query twice",
        { path: "/api/v1/jails/web?confirm=web&confirm=web", method: "DELETE", secret: root },
        400,
        "invalid",
      ],
      [
        "a query for a body",
        { path: `${path}?owner=x`, method: "POST", secret: root, body: "{}", headers: json },
        400,
        "invalid",
      ],
      ["not for a friend", { path: "/api/v1/host", secret: his }, 403, "forbidden"],
    ];
    for (const [name, asked, status, code, headers = {}] of table) {
      const said = await ask(asked);
      expect([said.status, said.json.code], name).toEqual([status, code]);
      expect(said.headers, name).toMatchObject({ "content-type": "application/problem+json", ...headers });
      expect(said.json, name).toMatchObject({ type: `urn:knast:problem:${code}`, status });
      expect(
        Object.keys(said.json).filter((key) => key !== "requestId"),
        name,
      ).toEqual(["type", "title", "status", "detail", "code", "problems"]);
    }
  });

  it("names each field that is wrong, and takes no field twice or of its own", async () => {
    const bad = await post("/api/v1/jails", JSON.stringify({ ...SPEC, hostname: "_", ip4: ["1"], unheard: 1 }));
    expect(bad.json.problems.map(({ field }: { field: string }) => field)).toEqual(["hostname", "ip4.0", ""]);
    expect(bad.json.requestId).toBe("r");
    for (const body of [
      '{"name":"mail","snapshot":"x"}',
      '{"snapshot":"x","__proto__":{}}',
      '{"snapshot":"x","constructor":1}',
      '{"snapshot":1}',
    ])
      expect((await post("/api/v1/jails/web/snapshots", body)).status, body).toBe(400);
    expect(heard("snapshot.take")).toEqual([]);
  });

  it("answers the same for what is not his and for what is not there", async () => {
    const { json: job } = await operate("jails.stop", { name: "mail" }, root);
    for (const [foreign, absent] of [
      ["/api/v1/jails/mail", "/api/v1/jails/nowhere"],
      ["/api/v1/jails/mail/processes", "/api/v1/jails/nowhere/processes"],
      [`/api/v1/jobs/${String(job.job)}`, `/api/v1/jobs/${"0".repeat(32)}`],
      [`/api/v1/jobs/${String(job.job)}/events`, `/api/v1/jobs/none/events`],
    ] as const) {
      const [one, other] = [await ask({ path: foreign, secret: his }), await ask({ path: absent, secret: his })];
      expect(one).toEqual(other);
      expect(one.status).toBe(404);
      expect((await ask({ path: foreign, secret: root })).status, foreign).not.toBe(404);
    }
    const { json } = await operate("jobs.list", {}, his);
    expect(json.jobs).toEqual([]);
    expect((await operate("jobs.list", {}, root)).json.jobs).toHaveLength(1);
  });

  it("lets HEAD and OPTIONS do what they do elsewhere", async () => {
    expect(await ask({ path: "/api/v1/jails", method: "HEAD", secret: his })).toMatchObject({ status: 200 });
    const options = await ask({ path: "/api/v1/jails/web", method: "OPTIONS" });
    expect(options).toMatchObject({ status: 204, headers: { allow: "GET, HEAD, DELETE, OPTIONS" }, text: "" });
    expect(JSON.stringify(options.headers)).not.toMatch(/access-control/i);
    const document = await ask({ path: "/api/v1/openapi.json" });
    expect(document.json).toMatchObject({ openapi: "3.1.1" });
  });

  it("tells nothing of a service that went wrong, and lets nothing out that is not of the table", async () => {
    panel.daemon.answer["jail.processes"] = () => {
      throw new Error("secret of the daemon");
    };
    const said = await operate("jails.processes", { name: "web" }, his);
    expect(said).toMatchObject({ status: 500, json: { code: "internal" } });
    expect(said.text).not.toContain("secret");
  });

  it("has enough of a token that asks without end, and of no other one", async () => {
    let now = 0;
    const limit = new RateLimit(RATE, () => now);
    const taken = Array.from({ length: 1000 }, () => limit.take("a"));
    expect(taken.filter((wait) => wait === 0)).toHaveLength(300);
    expect(taken.at(-1)).toBe(1);
    expect(limit.take("b")).toBe(0);
    now += 10_000;
    expect(Array.from({ length: 1000 }, () => limit.take("a")).filter((wait) => wait === 0)).toHaveLength(200);
    let refused = await operate("me.show", {}, his);
    for (let i = 0; i < 2000 && refused.status === 200; i++) refused = await operate("me.show", {}, his);
    expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "1" }, json: { code: "too_many" } });
    expect((await operate("me.show", {}, root)).status).toBe(200);
  });
});

describe("a call under a key", () => {
  const create = (key: string, body: object = SPEC, secret = root) =>
    post("/api/v1/jails", JSON.stringify(body), { "idempotency-key": key }, secret);

  it("is made once, and its answer is the same again", async () => {
    const first = await create("k1");
    expect(first.status).toBe(202);
    const again = await create("k1");
    expect([again.status, again.text]).toEqual([first.status, first.text]);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true", location: first.headers.location });
    expect(await create('"k1"')).toEqual(again);
    // After a restart there is only the database.
    await db().$disconnect();
    useDb(openDb(panel.database));
    delete (globalThis as { knastCallsUnderWay?: unknown }).knastCallsUnderWay;
    expect(await create("k1")).toEqual(again);
    expect(heard("jail.create")).toHaveLength(1);
    const expected = createHash("sha256").update(`${admin.actor.id}\0k1`).digest("hex");
    expect(heard("jail.create")[0]?.key).toBe(expected);
    expect(await create("k1", { ...SPEC, hostname: "other.example" })).toMatchObject({
      status: 422,
      json: { code: "key_reused" },
    });
    expect((await create("k2")).status).toBe(202);
    expect(heard("jail.create")).toHaveLength(2);
    for (const key of ["", "a b", "x".repeat(65), '"x']) expect((await create(key)).status, key).toBe(400);
  });

  it("that comes sixteen times at once is made once", async () => {
    const answers = await Promise.all(Array.from({ length: 16 }, () => create("k1")));
    expect(heard("jail.create")).toHaveLength(1);
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([202, 409]));
    expect(answers.find(({ status }) => status === 409)?.json.code).toBe("under_way");
  });

  it("that failed has made nothing, and may be made again", async () => {
    panel.daemon.answer["jail.create"] = () => {
      throw new KnastError("disk_full");
    };
    expect((await create("k1")).status).toBe(507);
    delete panel.daemon.answer["jail.create"];
    expect((await create("k1")).status).toBe(202);
  });

  it("that a restart cut off is made again under the daemon's key; an old one is forgotten", async () => {
    const withOwner = { ...SPEC, owner: olaf.actor.id };
    const first = await create("k1", withOwner);
    // As a process leaves it that dies before it has written the answer.
    await db().idempotentCall.updateMany({ data: { status: null, body: null } });
    const second = await create("k1", withOwner);
    expect(second.status).toBe(202);
    expect(second.headers).not.toHaveProperty("idempotent-replayed");
    const [one, other] = heard("jail.create");
    expect(one?.key).toBe(other?.key);
    expect(await db().grantIntent.count()).toBe(1);
    expect(first.status).toBe(202);
    await db().idempotentCall.updateMany({ data: { createdAt: new Date(Date.now() - 25 * 3_600_000) } });
    expect((await create("k1", { ...SPEC, hostname: "other.example" })).status).toBe(202);
    expect(await db().idempotentCall.count()).toBe(1);
  });

  it("is its account's and its rights' own, and its answer is not to be read in the database", async () => {
    const link = await post("/api/v1/accounts", '{"name":"berta"}', { "idempotency-key": "k" });
    const { url } = link.json.link as unknown as { url: string };
    const kept = JSON.stringify(await db().idempotentCall.findMany());
    expect(kept).not.toContain(url.split("/").at(-1));
    expect((await post("/api/v1/accounts", '{"name":"berta"}', { "idempotency-key": "k" })).text).toBe(link.text);
    const narrow = await tokenOf(admin, ["see"]);
    expect((await post("/api/v1/accounts", '{"name":"berta"}', { "idempotency-key": "k" }, narrow)).status).toBe(422);
    expect((await post("/api/v1/accounts", '{"name":"berta"}', { "idempotency-key": "k" }, his)).status).toBe(403);
  });
});
