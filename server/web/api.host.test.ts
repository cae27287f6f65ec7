import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pty from "node-pty";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { type Panel, startPanel } from "../../e2e/panel.ts";
import { GrantRight } from "../contract/grants.ts";
import { SUBPROTOCOL } from "../contract/terminal.ts";
import { TokenForm } from "../contract/token.ts";
import { disableAccount } from "../services/accounts/disable-account.ts";
import { beginSession } from "../services/accounts/sessions.ts";
import { useSink } from "../services/audit/record.ts";
import { type Ctx } from "../services/context.ts";
import { db, openDb, useDb } from "../services/db.ts";
import { makeToken } from "../services/tokens/make-token.ts";

let panel: Panel;
let admin: Ctx;
let olaf: Ctx;
let root: string;
let home: string;
const before = { ...process.env };
const bundle = join(import.meta.dirname, "../../dist/knast.js");

// The panel that a user starts; this process plays the people who make tokens in it.
beforeAll(async () => {
  panel = await startPanel();
  Object.assign(process.env, { KNAST_STATE: panel.state, KNAST_SOCKET: panel.socket });
  useDb(openDb(join(panel.state, "web/knast.db")));
  useSink(() => {});
  home = mkdtempSync(join(tmpdir(), "knast-cli-"));
  admin = await person("anna", "admin");
  olaf = await person("olaf", "friend");
  root = await tokenOf(admin, { admin: true });
}, 400_000);
afterAll(async () => {
  await db().$disconnect();
  useDb(undefined);
  useSink();
  for (const name of ["KNAST_STATE", "KNAST_SOCKET"] as const)
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  await panel?.stop();
  rmSync(home, { recursive: true, force: true });
});

async function person(name: string, role: "admin" | "friend"): Promise<Ctx> {
  const { id } = await db().account.create({ data: { name, role, passwordHash: "none" } });
  return { actor: { id, name, role, session: "" }, source: "test", origin: panel.url, requestId: "test" };
}
async function tokenOf(ctx: Ctx, over: Partial<TokenForm> = {}): Promise<string> {
  // A sign-in is the proof that a token asks for; disabling an account has ended the earlier ones.
  ctx.actor.session = (await beginSession(ctx.actor.id)).sid;
  const usual = { name: "test", rights: [...GrantRight.options], jails: null, days: 1 };
  return (await makeToken(ctx, TokenForm.parse({ ...usual, ...over }))).secret;
}

const api = (path: string, secret: string | null, init: RequestInit & { key?: string; json?: unknown } = {}) =>
  fetch(`${panel.url}/api/v1${path}`, {
    redirect: "manual",
    ...init,
    headers: {
      ...(secret ? { authorization: `Bearer ${secret}` } : {}),
      ...(init.key ? { "idempotency-key": init.key } : {}),
      ...(init.json === undefined ? {} : { "content-type": "application/json" }),
      ...(init.headers as object),
    },
    ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
  });
const post = (path: string, secret: string, json?: unknown, key?: string) =>
  api(path, secret, { method: "POST", json, ...(key ? { key } : {}) });

type Event = { id: number; kind: string };
/** Reads a job's events after one of them; `until` leaves the stream after so many. */
async function events(job: string, secret: string, after?: number, until = Infinity): Promise<Event[]> {
  const headers: Record<string, string> = after === undefined ? {} : { "last-event-id": String(after) };
  const response = await api(`/jobs/${job}/events`, secret, { headers });
  expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const found: Event[] = [];
  let text = "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (const match of text.matchAll(/id: (\d+)\ndata: (\{.*\})\n\n/g))
      if (!found.some(({ id }) => id === Number(match[1])))
        found.push({ id: Number(match[1]), kind: (JSON.parse(match[2]!) as Event).kind });
    if (found.length >= until) break;
  }
  return found;
}
async function done(answer: Promise<Response>, secret = root): Promise<string> {
  const response = await answer;
  const body = (await response.json()) as { job: string };
  expect(response.status, JSON.stringify(body)).toBe(202);
  expect((await events(body.job, secret)).at(-1)?.kind).toBe("done");
  return body.job;
}

const run = promisify(execFile);
const bare = (more: Record<string, string>) =>
  ({ PATH: before.PATH, HOME: home, ...more }) as unknown as NodeJS.ProcessEnv;
/** The command as a person has it: the bundle alone, and no environment of ours. */
async function knast(secret: string, ...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const env = bare({ KNAST_URL: panel.url, KNAST_TOKEN: secret });
  return run(process.execPath, [bundle, ...args], { env, cwd: home }).then(
    ({ stdout, stderr }) => ({ status: 0, out: stdout, err: stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      status: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
}
async function until(condition: () => boolean | Promise<boolean>, what: () => string, within = 20_000): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** An upgrade to a shell. @returns the socket, or the status of its refusal */
function attach(terminal: string, secret: string | null, origin?: string): Promise<WebSocket | number> {
  const socket = new WebSocket(`${panel.url.replace("http", "ws")}/ws/terminals/${terminal}`, SUBPROTOCOL, {
    headers: { ...(secret ? { authorization: `Bearer ${secret}` } : {}), ...(origin ? { origin } : {}) },
  });
  return new Promise((resolve, reject) => {
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("open", () => resolve(socket));
    socket.on("error", reject);
  });
}

describe("the API of a panel", () => {
  it("makes a base and, under one key, one jail; its events go on where one was", async () => {
    await done(post("/bases", root, { source: { kind: "host" } }));
    const host = (await (await api("/host", root)).json()) as {
      suggestedPools: { interface: string; block: string }[];
    };
    expect((await api("/host/pools", root, { method: "PUT", json: { pools: host.suggestedPools } })).status).toBe(200);
    const pool = host.suggestedPools[0]!;
    const ip4 = (last: number) => [pool.block.replace(/\d+\/\d+$/, String(last))];
    const spec = { hostname: "web.example", interface: pool.interface, owner: olaf.actor.id, ip4: ip4(21) };
    const answers = await Promise.all([post("/jails", root, spec, "k1"), post("/jails", root, spec, "k1")]);
    const statuses = answers.map(({ status }) => status).toSorted();
    expect([[202, 202], [202, 409]]).toContainEqual(statuses); // prettier-ignore
    const again = await post("/jails", root, spec, "k1");
    const { job } = (await again.json()) as { job: string };
    expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([202, "true"]);
    for (const answer of answers.filter(({ status }) => status === 202)) expect(await answer.json()).toEqual({ job });
    const first = await events(job, root, undefined, 2);
    const rest = await events(job, root, first[1]!.id);
    expect(rest[0]?.id).toBe(first[1]!.id + 1);
    expect(rest.at(-1)?.kind).toBe("done");
    const all = await events(job, root);
    expect(all.map(({ id }) => id)).toEqual(all.map((_, i) => i));
    expect((await post("/jails", root, { ...spec, hostname: "other.example" }, "k1")).status).toBe(422);
    await done(post("/jails", root, { ...spec, hostname: "mail.example", owner: null, ip4: ip4(22) }));
    // As a knast-web leaves it that is killed before it has written the answer: knastd knows the key.
    await db().idempotentCall.updateMany({ where: { key: "k1" }, data: { status: null, body: null } });
    const cut = await post("/jails", root, spec, "k1");
    expect([cut.status, cut.headers.get("idempotent-replayed"), await cut.json()]).toEqual([202, null, { job }]);
    const { jails } = (await (await api("/jails", root)).json()) as { jails: { name: string }[] };
    expect(jails.map(({ name }) => name)).toEqual(["mail_example", "web_example"]);
  });

  it("does for a token what its rights are, each of them, and nothing more", async () => {
    const all = await tokenOf(olaf);
    await done(post("/jails/web_example/start", all), all);
    const table: [GrantRight, string, string, number][] = [
      ["power", "POST", "/jails/web_example/start", 202],
      ["shell", "POST", "/shells", 201],
      ["processes", "GET", "/jails/web_example/processes", 200],
      ["archive", "GET", "/jails/web_example/archives", 200],
    ];
    for (const [right, method, path, status] of table) {
      const json = path === "/shells" ? { name: "web_example" } : undefined;
      const asked = (secret: string) => api(path, secret, { method, json });
      const without = await tokenOf(olaf, { rights: GrantRight.options.filter((one) => one !== right) });
      const refused = await asked(without);
      expect([refused.status, (await refused.json()) as object], right).toEqual([
        403,
        expect.objectContaining({ code: "forbidden" }),
      ]);
      const only = await asked(await tokenOf(olaf, { rights: [right] }));
      // A jail that runs can't be started: it is let through, and says so.
      expect([status, 409], right).toContain(only.status);
    }
    expect((await api("/host", all)).status).toBe(403);
    expect((await api("/host", await tokenOf(admin))).status).toBe(403);
    const elsewhere = await tokenOf(admin, { jails: ["mail_example"] });
    expect((await api("/jails/web_example", elsewhere)).status).toBe(404);
  });

  it("says the same of what is not his and what is not there", async () => {
    const his = await tokenOf(olaf);
    const whole = async (path: string, method = "GET") => {
      const answer = await api(path, his, { method });
      const headers = Object.fromEntries(answer.headers);
      for (const name of ["date", "x-request-id", "content-security-policy"]) delete headers[name];
      return { status: answer.status, headers, text: await answer.text() };
    };
    for (const [method, foreign, absent] of [
      ["GET", "/jails/mail_example", "/jails/nowhere"],
      ["POST", "/jails/mail_example/start", "/jails/nowhere/start"],
      ["GET", "/jails/mail_example/processes", "/jails/nowhere/processes"],
      ["POST", "/jails/mail_example/archives", "/jails/nowhere/archives"],
    ] as const) {
      const one = await whole(foreign, method);
      expect(one.status, foreign).toBe(404);
      expect(one, foreign).toEqual(await whole(absent, method));
    }
  });

  it("lets no page of elsewhere in, and no cookie count", async () => {
    const status = async (init: RequestInit & { json?: unknown }, secret: string | null = root, path = "/jails") =>
      (await api(path, secret, init)).status;
    expect(await status({}, null)).toBe(401);
    expect(await status({ headers: { cookie: "knast-00000000=x" } }, null)).toBe(401);
    expect(await status({ headers: { origin: "http://evil.example" } })).toBe(403);
    expect(await status({ headers: { origin: panel.url } })).toBe(200);
    expect(await status({ method: "PATCH", json: {} })).toBe(405);
    expect(await status({ method: "HEAD" })).toBe(200);
    expect(await status({ method: "POST", body: "x=1" })).toBe(415);
    const options = await api("/jails", null, { method: "OPTIONS", headers: { origin: panel.url } });
    expect([options.status, options.headers.get("allow")]).toEqual([204, "GET, HEAD, POST, OPTIONS"]);
    expect(options.headers.get("access-control-allow-origin")).toBeNull();
    const large = await api("/jails", root, { method: "POST", json: { hostname: "x".repeat(600_000) } });
    expect([large.status, large.headers.get("content-type")]).toEqual([413, "application/problem+json"]);
    const bad = await api("/jails", `knast_${"x".repeat(43)}`);
    expect(bad.headers.get("www-authenticate")).toBe('Bearer realm="knast", error="invalid_token"');
    // Outside of it nothing has changed: pages take GET, HEAD and POST of their own origin.
    const page = await fetch(`${panel.url}/jails`, { method: "PUT", headers: { authorization: `Bearer ${root}` } });
    expect(page.status).toBe(405);
    const other = await fetch(`${panel.url}/api/live`, { headers: { authorization: `Bearer ${root}` } });
    expect(other.status).toBe(401);
    const posted = await fetch(`${panel.url}/jails`, {
      method: "POST",
      body: "{}",
      headers: { authorization: `Bearer ${root}` },
    });
    expect(posted.status).toBe(403);
    expect((await fetch(`${panel.url}/api/v1/openapi.json`)).status).toBe(200);
  });

  it("gives an archive away whole or in part, and takes it back in pieces", async () => {
    const his = await tokenOf(olaf, { rights: ["archive"], jails: ["web_example"] });
    await done(post("/jails/web_example/archives", his), his);
    const list = await knast(his, "archives", "list", "web_example", "--json");
    const [{ archive, bytes }] = JSON.parse(list.out) as [{ archive: string; bytes: number }];
    const whole = Buffer.from(await (await api(`/archives/${archive}/file`, his)).arrayBuffer());
    expect(whole.length).toBe(bytes);
    const part = await api(`/archives/${archive}/file`, his, { headers: { range: "bytes=512-1535" } });
    expect([part.status, part.headers.get("content-range")]).toEqual([206, `bytes 512-1535/${bytes}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(whole.subarray(512, 1536))).toBe(true);
    expect((await api(`/archives/${archive}/file`, his, { headers: { range: `bytes=${bytes}-` } })).status).toBe(416);
    const get = await knast(his, "archives", "get", archive, "--output", "web.tar");
    expect(get).toMatchObject({ status: 0, err: "" });
    expect(readFileSync(join(home, "web.tar")).equals(whole)).toBe(true);
    expect((await knast(his, "archives", "put", "web.tar")).status).toBe(1);
    expect((await api(`/archives/${archive}`, root, { method: "DELETE" })).status).toBe(204);
    expect(await knast(his, "archives", "get", archive)).toMatchObject({ status: 4, out: "" });
    expect(await knast(root, "archives", "put", "web.tar")).toMatchObject({ status: 0, err: "" });
    expect((await knast(his, "archives", "list", "web_example", "--json")).out).toContain(archive);
  });
});

describe("the command", () => {
  it("keeps its token to itself, and says what went wrong in a line and a status", async () => {
    const his = await tokenOf(olaf);
    const env = bare({});
    const login = run(process.execPath, [bundle, "login", panel.url], { env });
    login.child.stdin!.end(`${his}\n`);
    expect((await login).stdout).toContain("You are olaf");
    const file = join(home, ".config/knast/config.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const list = await run(process.execPath, [bundle, "jails", "list"], { env });
    expect(list.stdout).toMatch(/^NAME +STATE[^\n]*\nweb_example +running[^\n]* olaf\n$/);
    await run("chmod", ["644", file]);
    const refused = await run(process.execPath, [bundle, "jails", "list"], { env }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^knast: Others may read .*\n$/) });
    await run("chmod", ["600", file]);
    await run(process.execPath, [bundle, "logout"], { env });
    expect((await api("/me", his)).status).toBe(401);
    const other = await tokenOf(olaf);
    for (const [args, status, sentence] of [
      [["jails", "show", "mail_example"], 4, /^knast: There is no such thing here\.\n$/],
      [["jails", "show", "nowhere"], 4, /^knast: There is no such thing here\.\n$/],
      [["jails", "destroy", "web_example"], 2, /--confirm web_example/],
      [["jails", "destroy", "web_example", "--confirm", "web_example"], 1, /not allowed/],
      [["jails", "start"], 2, /knast jails start NAME/],
      [["jails", "start", "web_example", "--unheard"], 2, /Unknown option/],
      [["friends", "list"], 1, /not allowed/],
      [["api", "GET", "/nothing"], 4, /no such thing/],
      [["shell", "mail_example"], 4, /no such thing/],
    ] as const) {
      const said = await knast(other, ...args);
      expect([said.status, said.out], args.join(" ")).toEqual([status, ""]);
      expect(said.err, args.join(" ")).toMatch(sentence);
      expect(said.err.split("\n"), args.join(" ")).toHaveLength(2);
    }
    expect(await knast(`knast_${"x".repeat(43)}`, "whoami")).toMatchObject({ status: 3 });
  });

  it("is a shell in a terminal: what one types, its size, leaving and coming back, its status", async () => {
    const his = await tokenOf(olaf, { rights: ["shell"] });
    const open = (...args: string[]) => {
      const env = bare({ KNAST_URL: panel.url, KNAST_TOKEN: his });
      const child = pty.spawn(process.execPath, [bundle, "shell", ...args], { cols: 91, rows: 33, env });
      const seen = { text: "", status: null as number | null };
      child.onData((data) => (seen.text += data));
      child.onExit(({ exitCode }) => (seen.status = exitCode));
      return { child, seen };
    };
    const first = open("web_example");
    const has = (seen: { text: string }, what: RegExp) => until(() => what.test(seen.text), () => seen.text); // prettier-ignore
    await has(first.seen, /leaves the shell/);
    first.child.write("echo is `expr 40 + 2`\r");
    await has(first.seen, /is 42/);
    first.child.write("stty size\r");
    await has(first.seen, /33 91/);
    first.child.resize(70, 20);
    await until(
      () => {
        first.child.write("stty size\r");
        return /20 70/.test(first.seen.text);
      },
      () => first.seen.text,
    );
    first.child.write("\x1d");
    await until(() => first.seen.status !== null, () => first.seen.text); // prettier-ignore
    expect(first.seen.status).toBe(0);
    const id = /--attach ([0-9a-f]{32})/.exec(first.seen.text)![1]!;
    const second = open("--attach", id);
    await has(second.seen, /is 42/);
    second.child.write("exit 7\r");
    await until(() => second.seen.status !== null, () => second.seen.text); // prettier-ignore
    expect(second.seen.status).toBe(7);
  });
});

describe("a token that is over", () => {
  it("is refused from the next request on, and its sockets and streams end within five seconds", async () => {
    const over: [string, (secret: string, whose: Ctx) => Promise<unknown>][] = [
      ["ended", (secret) => api("/me", secret).then(async (me) => {
        const { token } = (await me.json()) as { token: { id: string } };
        expect((await api(`/tokens/${token.id}`, secret, { method: "DELETE" })).status).toBe(204);
      })], // prettier-ignore
      ["expired", (_, { actor }) => db().apiToken.updateMany({ where: { accountId: actor.id }, data: { expiresAt: new Date() } })], // prettier-ignore
      ["disabled", (_, { actor }) => disableAccount(admin, { account: actor.id })],
    ];
    for (const [name, act] of over) {
      const whose = await person(`friend-${name}`, "friend");
      const given = await api(`/accounts/${whose.actor.id}/jails/web_example`, root, { method: "PUT", json: {} });
      expect(given.status).toBe(204);
      const secret = await tokenOf(whose);
      const { terminal } = (await (await post("/shells", secret, { name: "web_example" })).json()) as {
        terminal: string;
      };
      expect(await attach(terminal, null)).toBe(403);
      expect(await attach(terminal, null, panel.url)).toBe(401);
      expect(await attach(terminal, secret, "http://evil.example")).toBe(403);
      expect(await attach(terminal, root)).toBe(404);
      expect(await attach(terminal, await tokenOf(whose, { rights: ["power"] }))).toBe(404);
      const socket = (await attach(terminal, secret)) as WebSocket;
      const closed = new Promise((resolve) => socket.once("close", resolve));
      const live = await api("/live", secret);
      const reader = live.body!.getReader();
      await reader.read();
      await act(secret, whose);
      expect((await api("/me", secret)).status, name).toBe(401);
      expect(await attach(terminal, secret), name).toBe(401);
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`${name}: still open`)), 5000).unref());
      await Promise.race([closed, late]);
      const drained = (async () => {
        while (!(await reader.read()).done);
      })();
      await Promise.race([drained, late]);
    }
  });
});
