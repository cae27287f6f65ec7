import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VERBS } from "../contract/daemon.ts";
import { Failure } from "../contract/errors.ts";
import { type Knastd, startKnastd } from "./testing/knastd.ts";
import { poll } from "./testing/poll.ts";
import { chooser } from "./testing/random.ts";
import { randomBytes, randomCall } from "./testing/random-requests.ts";

// Requests that no knast-web of ours sends, by grammar, by mutation of right ones, cut short, in pieces between each other.
// KNAST_CAMPAIGN=all: 200,000 of them. The programs that change something are spies here: nobody may call one.

const SIZE = process.env.KNAST_CAMPAIGN === "all" ? 200_000 : 12_000;
const CHANGES = ["jail", "jexec", "umount", "pkill", "tar", "rctl", "git", "service", "freebsd-update", "fetch"];
let at: string;
let socket: string;
let knastd: Knastd;

beforeAll(async () => {
  at = mkdtempSync(join(tmpdir(), "knast-random-"));
  chmodSync(at, 0o755);
  const names = ["etc", "log", "programs", "world", "foreign"];
  for (const name of names) mkdirSync(join(at, name));
  mkdirSync(join(at, "jails"), { mode: 0o755 });
  for (const name of CHANGES)
    writeFileSync(join(at, "programs", name), `#!/bin/sh\necho "$0 $*" >>${at}/called\n`, { mode: 0o755 });
  socket = join(at, "run", "knastd.sock");
  const options = ["--group", "0", ...[...names, "state", "jails"].flatMap((name) => [`--${name}`, join(at, name)])];
  knastd = await startKnastd(socket, options);
});
afterAll(async () => {
  await knastd?.stop();
  rmSync(at, { recursive: true });
});

/** Writes the pieces one after the other, with others' between them. @returns all that comes back until the other side closes */
function say(pieces: Buffer[]): Promise<string> {
  return new Promise((resolve) => {
    let reply = "";
    const peer = connect(socket);
    peer.on("data", (chunk) => (reply += chunk.toString("latin1")));
    peer.on("error", () => {});
    peer.once("close", () => resolve(reply));
    const [first, ...rest] = pieces;
    peer.write(first!);
    const more = () => (rest.length ? (peer.write(rest.shift()!), setImmediate(more)) : peer.end());
    setImmediate(more);
  });
}

const residentMiB = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${knastd.process.pid}/status`, "utf8"))![1]) / 1024;

test(`${SIZE} random requests: never anything but a refusal, and knastd is as it was`, async () => {
  const choose = chooser(20261124);
  const one = async () => {
    if (choose.random() < 0.25) {
      const reply = await say(randomBytes(choose));
      expect(reply).toMatch(/^(HTTP\/1\.1 \d\d\d |$)/);
      expect(reply).not.toMatch(/ (101|202|500) /);
      return;
    }
    const { verb, body } = randomCall(choose);
    const reply = await knastd.client.ask(`/v1/${verb}`, body).catch(() => null);
    // What only looks and takes an empty object may need nothing of the host.
    const { kind, output } = VERBS[verb];
    const fine = kind === "look" && reply?.status === 200 && output.safeParse(reply.body).success;
    if (reply && !fine && (reply.status < 400 || !Failure.safeParse(reply.body).success))
      expect([verb, body.slice(0, 300), reply.status]).toEqual([verb, "refused", 400]);
  };
  const campaign = async (size: number) => {
    let next = 0;
    const worker = async () => {
      while (next++ < size) await one();
    };
    await Promise.all(Array.from({ length: 16 }, worker));
  };
  // What a heap takes up to its plateau is no loss: only what a second half as large as the first adds to it.
  await campaign(SIZE / 2);
  const base = residentMiB();
  const times: number[] = [];
  let over = false;
  const ping = (async () => {
    while (!over) {
      const began = performance.now();
      expect((await knastd.client.raw("job.list", {})).status).toBe(200);
      times.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  await campaign(SIZE / 2);
  over = true;
  await ping;
  expect((await knastd.client.raw("job.list", {})).body).toEqual({ jobs: [] });
  expect((await knastd.client.raw("terminal.list", {})).body).toEqual({ terminals: [], ended: [] });
  expect(existsSync(join(at, "called")) ? readFileSync(join(at, "called"), "utf8") : "").toBe("");
  expect(knastd.process.exitCode).toBeNull();
  for (const line of knastd.log().trim().split("\n")) JSON.parse(line);
  await poll("memory is back", () => residentMiB() - base < 32, 30_000);
  const p99 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]!;
  console.log(
    `random requests: ${SIZE}, memory ${(residentMiB() - base).toFixed(0)} MiB over ${base.toFixed(0)}, ${times.length} pings meanwhile, p99 ${p99.toFixed(1)} ms`,
  );
}, 3_600_000);
