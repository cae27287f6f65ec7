import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
