import { createServer } from "node:net";
import { type AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { INPUTS } from "../../e2e/action-inputs.ts";
import { serverActions } from "../../e2e/action-table.ts";
import { VERBS } from "../contract/daemon.ts";
import { chooser } from "../daemon/testing/random.ts";
import { poll } from "../daemon/testing/poll.ts";
import { db } from "../services/db.ts";
import { flightBodies, spoilt } from "./testing/juggled.ts";
import { askAction, askPath, askRaw, upgradeLines } from "./testing/matrix/ask.ts";
import { makeWorld, type World } from "./testing/matrix/world.ts";
import { FORGERIES, SHAPES } from "./testing/bypass.ts";
import { oddRequests } from "./testing/odd-requests.ts";
import { malformedUpgrade } from "./testing/malformed.ts";
import { residentBytes, startWeb, type Web } from "./testing/web.ts";

// What the running knast-web does with what no page of ours sends. KNAST_CAMPAIGN=all: in the size of the release campaigns.

const ALL = process.env.KNAST_CAMPAIGN === "all";
let web: Web;
let world: World;
let host: string;
// knast-web itself ends the shells that nobody may have.
const done = () =>
  web.daemon.heard.filter(({ verb, actor }) => VERBS[verb].kind !== "look" && actor !== "knast-web").length;

beforeAll(async () => {
  web = await startWeb();
  world = await makeWorld(web);
  host = `127.0.0.1:${web.port}`;
}, 300_000);
afterAll(() => web?.stop());

const get = (path: string, cookie: string, headers: Record<string, string> = {}) =>
  askRaw(
    web.port,
    [
      `GET ${path} HTTP/1.1`,
      `Host: ${host}`,
      ...(cookie ? [`Cookie: ${cookie}`] : []),
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      "Connection: close",
      "",
      "",
    ].join("\r\n"),
  );

describe("ways around", () => {
  test("lead nobody to what is another's, whatever the address looks like or the headers say", async () => {
    const { id } = await db().account.create({ data: { name: "canary" } });
    // Words that stand on the pages of who may see them, and in no address.
    const secrets = [id, world.jails.mail.id!, world.jails.busy.id!];
    const paths = ["/friends", `/jails/${world.jails.mail.name}`, ...(ALL ? ["/jails", "/archives", "/host"] : [])];
    const archive = `/api/archives/${world.jails.mail.name}-20200101T000000Z.knast.tar`;
    const leaks = (answer: string) => secrets.filter((secret) => answer.includes(secret));
    // The same requests do lead the admin there: the words are the right ones.
    expect(leaks(await get("/friends", world.cookies.admin))).toContain(id);
    for (const path of ["/jails", `/jails/${world.jails.mail.name}`])
      expect(leaks(await get(path, world.cookies.admin)), path).not.toEqual([]);
    const before = [done(), web.daemon.paths.length];
    let requests = 0;
    for (const cookie of [world.cookies.anonymous, world.cookies.stranger])
      for (const path of [...paths, archive]) {
        const urls = SHAPES.map((shape) => shape(path, host));
        const asked = [...urls.map((url) => [url, {}] as const), ...FORGERIES.map((forged) => [path, forged] as const)];
        for (const batch of chunks(asked, 16))
          await Promise.all(
            batch.map(async ([url, headers]) => {
              const answer = await get(url, cookie, headers);
              const what = `${url} ${JSON.stringify(headers)}: ${answer.slice(0, 100)}`;
              expect(leaks(answer), what).toEqual([]);
              expect(answer, what).toMatch(/^HTTP\/1\.1 [234]\d\d /);
              requests++;
            }),
          );
      }
    expect([done(), web.daemon.paths.length]).toEqual(before);
    console.log(`bypass: ${SHAPES.length} shapes and ${FORGERIES.length} forgeries, ${requests} requests`);
  }, 300_000);

  test("of CONNECT and absolute addresses reach no other server", async () => {
    let called = 0;
    const spy = createServer((socket) => (called++, socket.destroy())).listen(0, "127.0.0.1");
    await new Promise((resolve) => spy.once("listening", resolve));
    const there = `127.0.0.1:${(spy.address() as AddressInfo).port}`;
    const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    for (const method of ["GET", "POST", "HEAD", "OPTIONS", "CONNECT"])
      for (const url of [
        `http://${there}/`,
        `https://${there}/`,
        `//${there}/`,
        there,
        `/_next/image?url=http://${there}/&w=64&q=75`,
      ])
        for (const more of ["", upgrade])
          for (const named of [host, there]) {
            const text = `${method} ${url} HTTP/1.1\r\nHost: ${named}\r\nOrigin: http://${named}\r\n${more || "Connection: close\r\n"}\r\n`;
            expect(await askRaw(web.port, text), text).toMatch(/^(HTTP\/1\.1 (400|403|404|405|411) |$)/);
          }
    expect(called).toBe(0);
    await new Promise((resolve) => spy.close(resolve));
  });
});

describe("something odd", () => {
  test("is refused, and the process lives on", async () => {
    const table = oddRequests(web.url, host, world.cookies.owner);
    for (const [request, expected] of table)
      expect(await askRaw(web.port, request), request.slice(0, 80)).toMatch(expected);
    expect((await askPath(web, world.cookies.owner, "GET", "/jails")).status).toBe(200);
    expect(web.alive()).toBe(true);
    console.log(`odd requests: ${table.length}`);
  }, 120_000);
});

describe("the origin of an upgrade", () => {
  const OTHERS = [
    ...["", "null", "undefined", "*", "http://", "file://", "about:blank", "chrome-extension://abcdefghijklmnop"],
    ...[
      "https://127.0.0.1",
      "http://127.0.0.1",
      "ws://HOST",
      "wss://HOST",
      "HTTP://HOST",
      "ftp://HOST",
      "//HOST",
      "HOST",
    ],
    ...[
      "http://127.0.0.1:1",
      "http://127.0.0.1:PORT0",
      "http://127.0.0.1:0PORT",
      "http://127.0.0.1:+PORT",
      "http://127.0.0.1.:PORT",
    ],
    ...[
      "http://localhost:PORT",
      "http://[::1]:PORT",
      "http://[::ffff:127.0.0.1]:PORT",
      "http://2130706433:PORT",
      "http://127.1:PORT",
    ],
    ...[
      "http://HOST.evil.example",
      "http://evil.example:PORT",
      "http://evilHOST",
      "http://evil.example/HOST",
      "http://evil.example#HOST",
    ],
    ...[
      "http://HOST@evil.example",
      "http://user@HOST",
      "http://user:pass@HOST",
      "http://HOST/",
      "http://HOST/x",
      "http://HOST?x",
      "http://HOST#x",
    ],
    ...["http://HOST http://HOST", "http://HOST, http://HOST", "http://HOST,null", "http://HOST\u00a0", "http:// HOST"],
  ];
  const status = async (origins: string[]) => {
    const { terminal } = world.ids("owner", "own");
    const lines = upgradeLines(web, terminal, world.cookies.owner).filter((line) => !line.startsWith("Origin"));
    const full = (text: string) => text.replaceAll("HOST", host).replaceAll("PORT", String(web.port));
    return askRaw(web.port, `${[...lines, ...origins.map((each) => `Origin: ${full(each)}`)].join("\r\n")}\r\n\r\n`);
  };

  test("is the panel's own to the letter, or there is no shell", async () => {
    expect(await status(["http://HOST"])).toMatch(/^HTTP\/1\.1 101 /);
    expect(await status(["https://HOST"])).toMatch(/^HTTP\/1\.1 101 /);
    const opened = web.daemon.paths.length;
    const cases = [
      ...OTHERS.map((each) => [each]),
      [],
      ["http://HOST", "http://HOST"],
      ["http://HOST", "null"],
      ["null", "http://HOST"],
    ];
    for (const origins of cases) expect(await status(origins), JSON.stringify(origins)).toMatch(/^HTTP\/1\.1 403 /);
    expect(web.daemon.paths.length).toBe(opened);
    console.log(`origins: ${cases.length + 2} cases`);
  });
});

describe("an action", () => {
  test("takes no key and no type that its form does not have, of the admin neither", async () => {
    const before = done();
    let tried = 0;
    for (const [turn, action] of serverActions()
      .filter(({ key }) => key in INPUTS)
      .entries()) {
      const given = INPUTS[action.key]!(world.jails.mail.name, {
        owner: world.common.id,
        ...world.ids("admin", "own"),
      });
      for (const batch of chunks(spoilt(given, turn, ALL), 8))
        await Promise.all(
          batch.map(async (input) => {
            const got = await askAction(web, world.cookies.admin, action, input);
            expect(got.verdict, `${action.key} ${JSON.stringify(input)?.slice(0, 300)}`).toBe("invalid");
            tried++;
          }),
        );
    }
    expect(done()).toBe(before);
    expect(tried).toBeGreaterThan(500);
    console.log(`juggled forms: ${tried}`);
  }, 300_000);

  test("whose body is none leaves the process as it was", async () => {
    const action = serverActions().find(({ key }) => key.endsWith("#start"))!;
    const headers = {
      "next-action": action.id,
      origin: web.url,
      accept: "text/x-component",
      cookie: world.cookies.owner,
    };
    const before = done();
    for (const [type, body] of flightBodies(action.id))
      await fetch(`${web.url}/jails`, { method: "POST", headers: { ...headers, "content-type": type }, body }).then(
        async (response) => (await response.text(), response.status),
        () => 0,
      );
    for (const id of [
      "",
      "0",
      "x".repeat(42),
      "__proto__",
      "constructor",
      "../x",
      action.id.toUpperCase(),
      `${action.id},${action.id}`,
    ])
      await fetch(`${web.url}/jails`, { method: "POST", headers: { ...headers, "next-action": id }, body: "[]" }).then(
        (each) => each.text(),
      );
    expect(done()).toBe(before);
    expect((await askPath(web, world.cookies.owner, "GET", "/jails")).status).toBe(200);
    expect(web.alive()).toBe(true);
  });
});

describe("malformed upgrades", () => {
  test("open nothing, and the process is as it was afterwards", async () => {
    const choose = chooser(20261129);
    const { terminal } = world.ids("owner", "own");
    const good = upgradeLines(web, terminal, world.cookies.owner);
    const opened = () => web.daemon.paths.length;
    const campaign = async (size: number) => {
      let next = 0;
      const worker = async () => {
        while (next++ < size) {
          const bytes = malformedUpgrade(choose, good);
          const answer = await askRaw(web.port, bytes, 40_000);
          expect(answer, bytes.toString("latin1").slice(-1500)).toMatch(/^(HTTP\/1\.1 [45]\d\d |$)/);
        }
      };
      await Promise.all(Array.from({ length: 32 }, worker));
    };
    await campaign(1000);
    const [base, before] = [residentBytes(web.pid), opened()];
    const times: number[] = [];
    let over = false;
    const friend = (async () => {
      while (!over) {
        const begun = performance.now();
        expect((await askPath(web, world.cookies.owner, "GET", "/api/auth/session")).status).toBe(200);
        times.push(performance.now() - begun);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    await campaign(ALL ? 50_000 : 9000);
    over = true;
    await friend;
    expect(opened()).toBe(before);
    expect(await askRaw(web.port, `${good.join("\r\n")}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 101 /);
    const grown = () => Math.round((residentBytes(web.pid) - base) / 2 ** 20);
    await poll("memory is back", () => grown() < 96, 30_000);
    const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
    console.log(
      `malformed upgrades: memory ${grown()} MiB over ${Math.round(base / 2 ** 20)}, ${times.length} requests of a friend meanwhile, p99 ${p99.toFixed(0)} ms`,
    );
  }, 600_000);
});

function* chunks<T>(all: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
