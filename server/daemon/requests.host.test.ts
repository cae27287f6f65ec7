import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VERBS } from "../contract/daemon.ts";
import { Failure } from "../contract/errors.ts";
import { type Knastd, startKnastd } from "./testing/knastd.ts";
import { poll } from "./testing/poll.ts";

// What knastd does with anything that is no request of ours. The host here has no programs at all.

let at: string;
let options: string[];
let socket: string;
let knastd: Knastd;

beforeAll(async () => {
  at = mkdtempSync(join(tmpdir(), "knast-requests-"));
  chmodSync(at, 0o755);
  for (const name of ["etc", "log", "programs", "world"]) mkdirSync(join(at, name));
  mkdirSync(join(at, "jails"), { mode: 0o755 });
  socket = join(at, "run", "knastd.sock");
  options = ["--group", "0"];
  for (const name of ["state", "jails", "etc", "log", "world", "programs"]) options.push(`--${name}`, join(at, name));
  knastd = await startKnastd(socket, options);
});
afterAll(async () => {
  await knastd?.stop();
  rmSync(at, { recursive: true });
});

test("refuses what is no request of ours with a Failure", async () => {
  const { client } = knastd;
  const json = { "content-type": "application/json" };
  const cases: [number, string, string, Record<string, string>, string][] = [
    [404, "/v1/jail.nosuch", "{}", json, "POST"],
    [404, "/v1/jail.list/", "{}", json, "POST"],
    [404, "/v1/jail.list?x=1", "{}", json, "POST"],
    [404, "/v1/constructor", "{}", json, "POST"],
    [404, "/v1/__proto__", "{}", json, "POST"],
    [404, "//v1/jail.list", "{}", json, "POST"],
    [404, "http://169.254.169.254/v1/jail.list", "{}", json, "POST"],
    [404, "/v1/job.list", "{}", json, "GET"],
    [404, "/v1/job.list", "{}", json, "PUT"],
    [400, "/v1/job.list", "{}", { "content-type": "text/plain" }, "POST"],
    [400, "/v1/job.list", "{}", { "content-type": "application/jsonx" }, "POST"],
    [400, "/v1/job.list", "{", json, "POST"],
    [400, "/v1/job.list", "", json, "POST"],
    [400, "/v1/job.list", "[]", json, "POST"],
    [400, "/v1/job.list", '{"more":1}', json, "POST"],
    [400, "/v1/job.list", '{"__proto__":{"jail":"a"},"x":1}', json, "POST"],
    [400, "/v1/jail.start", '{"name":"*"}', json, "POST"],
    [400, "/v1/jail.start", '{"name":""}', json, "POST"],
    [400, "/v1/jail.start", '{"name":"-r"}', json, "POST"],
    [400, "/v1/jail.start", '{"name":["a"]}', json, "POST"],
    [400, "/v1/jail.start", '{"name":"a\\u0000"}', json, "POST"],
    [400, "/v1/job.list", "{}", { ...json, "knast-actor": "Root; rm" }, "POST"],
    [400, "/v1/jail.start", '{"name":"a"}', { ...json, "idempotency-key": "a b" }, "POST"],
    [413, "/v1/job.list", `{"jail":"${"x".repeat(70_000)}"}`, json, "POST"],
  ];
  for (const [status, path, body, headers, method] of cases) {
    const reply = await client.ask(path, body, headers, method);
    expect([reply.status, path, body.slice(0, 50)]).toEqual([status, path, body.slice(0, 50)]);
    expect(Failure.safeParse(reply.body).success).toBe(true);
  }
});

test("a request that is never finished is given up within seconds, others go on", async () => {
  const slow = connect(socket);
  const began = Date.now();
  const closed = new Promise<number>((resolve) => slow.once("close", () => resolve(Date.now() - began)));
  slow.on("error", () => {});
  slow.resume();
  slow.write("POST /v1/job.list HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{");
  expect((await knastd.client.raw("job.list", {})).status).toBe(200);
  expect(await closed).toBeLessThan(8000);
});

test("no more than 64 connections at once; the next is served when they are gone", async () => {
  const held = Array.from({ length: 64 }, () => connect(socket).on("error", () => {}));
  await Promise.all(held.map((one) => new Promise((resolve) => one.once("connect", resolve))));
  await expect(knastd.client.raw("job.list", {})).rejects.toThrow();
  for (const one of held) one.destroy();
  await poll("served again", () =>
    knastd.client.raw("job.list", {}).then(
      (reply) => reply.status === 200,
      () => false,
    ),
  );
});

test("upgrades of anything but a terminal are refused and closed", async () => {
  for (const path of [
    "/",
    "/v1/jail.list",
    "/v1/terminals/x",
    `/v1/terminals/${"a".repeat(32)}`,
    "http://127.0.0.1:22/",
  ]) {
    const text = `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-protocol: knast.terminal.v1\r\n\r\n`;
    expect(await say(text)).toMatch(/^HTTP\/1\.1 404 /);
  }
});

/** @returns all that comes back until the other side closes */
function say(text: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    let reply = "";
    const peer = connect(socket);
    peer.on("data", (chunk) => (reply += chunk.toString("latin1")));
    peer.on("error", () => {});
    peer.once("close", () => resolve(reply));
    peer.end(text);
  });
}

test("10,000 random requests: never anything but a refusal, and knastd lives", async () => {
  const random = generator(20261124);
  const verbs = Object.keys(VERBS);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const value = (depth = 0): unknown =>
    pick<() => unknown>([
      () => null,
      () => random() * 1e9,
      () => -1,
      () => 1e308,
      () => true,
      () => "",
      () => "a\u0000b",
      () => "../../etc",
      () => "*",
      () => "x".repeat(Math.floor(random() * 2000)),
      () => "erdgeist.org",
      () => "’; rm -rf /",
      () => "$(id)",
      () => (depth > 3 ? [] : Array.from({ length: Math.floor(random() * 5) }, () => value(depth + 1))),
      () =>
        depth > 3
          ? {}
          : Object.fromEntries(
              Array.from({ length: Math.floor(random() * 5) }, () => [
                pick([
                  "name",
                  "id",
                  "job",
                  "hostname",
                  "interface",
                  "ip4",
                  "pools",
                  "source",
                  "__proto__",
                  "constructor",
                  "after",
                ]),
                value(depth + 1),
              ]),
            ),
    ])();
  const body = () => {
    const text = JSON.stringify(value()) ?? "";
    return random() < 0.2 ? text.slice(0, Math.floor(random() * text.length)) : text;
  };
  const wild = () => Buffer.from(Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256)));
  let next = 0;
  const worker = async () => {
    while (next++ < 10_000) {
      const kind = random();
      if (kind < 0.1) await say(wild());
      else if (kind < 0.2)
        await say(
          `${pick(["POST", "GET", "\u0000", "CONNECT"])} ${pick(["/v1/jail.list", "*", "x", "/%00"])} HTTP/${pick(["1.1", "1.0", "9"])}\r\n${pick(["", "host: x\r\n", "__proto__: x\r\n", "content-length: -1\r\n", "transfer-encoding: chunked\r\n", "x".repeat(9000)])}\r\n${body()}`,
        );
      else {
        const verb = pick(verbs);
        const reply = await knastd.client.ask(`/v1/${verb}`, body()).catch(() => null);
        // Only these take an empty object and need nothing of the host.
        const fine = ["job.list", "terminal.list"].includes(verb) && reply?.status === 200;
        if (reply && !fine)
          expect([verb, reply.status >= 400, Failure.safeParse(reply.body).success]).toEqual([verb, true, true]);
      }
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  expect((await knastd.client.raw("job.list", {})).body).toEqual({ jobs: [] });
  expect(knastd.process.exitCode).toBeNull();
  for (const line of knastd.log().trim().split("\n")) JSON.parse(line);
});

/** Mulberry32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
