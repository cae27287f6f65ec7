import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { verifyChain } from "../../chain/verify.ts";
import type { AuditEntry } from "../../contract/audit.ts";
import { type VerbName, VERBS } from "../../contract/daemon.ts";
import { type Knastd, startKnastd } from "../testing/knastd.ts";
import { poll } from "../testing/poll.ts";
import { sample } from "../testing/sample.ts";
import { isRecorded } from "../verbs.ts";
import { edit, filesIn, recordsIn } from "./testing/trail.ts";

// The whole knastd, on a host without programs: what it records, and who can do what to the file.

let at: string;
let options: string[];
let socket: string;
let directory: string;
let knastd: Knastd;

beforeAll(async () => {
  at = mkdtempSync(join(tmpdir(), "knast-trail-"));
  chmodSync(at, 0o755);
  for (const name of ["etc", "log", "programs", "world"]) mkdirSync(join(at, name));
  mkdirSync(join(at, "jails"), { mode: 0o755 });
  socket = join(at, "run", "knastd.sock");
  directory = join(at, "state", "audit");
  options = ["--group", "0"];
  for (const name of ["state", "jails", "etc", "log", "world", "programs"]) options.push(`--${name}`, join(at, name));
  knastd = await startKnastd(socket, options);
});
afterAll(async () => {
  await knastd?.stop();
  rmSync(at, { recursive: true });
});

const recorded = (Object.keys(VERBS) as VerbName[]).filter(isRecorded);
const panels = (over: Partial<AuditEntry> = {}): AuditEntry => ({
  who: "-",
  source: "192.0.2.7",
  what: "sign-in",
  account: "anna",
  requestId: "req-1",
  result: "failed",
  code: "invalid",
  ...over,
});

describe("knastd records", () => {
  test.each(recorded)("%s: who, from where, and what became of it", async (verb) => {
    const before = recordsIn(directory).length;
    const headers = {
      "knast-actor": "olaf",
      "knast-source": "2001:db8::1",
      "knast-token": "tok1",
      "knast-request": "req-2",
    };
    const { status } = await knastd.client.raw(verb, sample(VERBS[verb].input) as never, headers);
    // On the disk before the answer.
    const own = recordsIn(directory)
      .slice(before)
      .find((one) => one.what === verb)!;
    expect(own).toMatchObject({
      who: "olaf",
      source: "2001:db8::1",
      token: "tok1",
      requestId: "req-2",
      origin: "knastd",
    });
    expect(own.result).toBe(status < 300 ? (VERBS[verb].kind === "job" ? "begun" : "ok") : "failed");
    expect(own.code === undefined).toBe(status < 300);
  });

  test("what was not even of the contract, and not what only looks", async () => {
    const before = recordsIn(directory).length;
    await knastd.client.ask("/v1/jail.start", '{"name":"*"}', { "knast-source": "a b", "knast-request": "\u00e4" });
    await knastd.client.ask("/v1/jail.start", "{");
    for (const verb of ["job.list", "audit.list", "audit.verify"] as const) await knastd.client.raw(verb, {});
    expect(recordsIn(directory).slice(before)).toMatchObject([
      { what: "jail.start", result: "failed", code: "invalid", source: "-" },
      { what: "jail.start", result: "failed", code: "invalid", who: "root" },
    ]);
  });

  test("the jail, the job and the file that it is about", async () => {
    const { client } = knastd;
    const jail = { name: "mail", id: "a".repeat(32) };
    await client.raw("jail.stop", jail);
    await client.raw("snapshot.take", { ...jail, snapshot: "before" });
    await client.raw("base.remove", { name: "basejail-old" });
    await client.raw("archive.remove", { archive: "mail-20260101T000000Z.knast.tar" });
    expect(recordsIn(directory).slice(-4)).toMatchObject([
      { jail: "mail", jailId: "a".repeat(32) },
      { jail: "mail", object: "before" },
      { object: "basejail-old" },
      { object: "mail-20260101T000000Z.knast.tar" },
    ]);
    expect(recordsIn(directory).at(-2)).not.toHaveProperty("jail");
  });
});

describe("what is read from knastd", () => {
  const ARCHIVE = "mail-20260101T000000Z.knast.tar";
  const RECORDING = "mail-20260101T000000Z-0f1e2d3c.knast.cast";
  const jailId = "b".repeat(32);
  const headers = {
    "knast-actor": "olaf",
    "knast-source": "192.0.2.9",
    "knast-token": "ssh:k1",
    "knast-request": "r9",
  };
  beforeAll(() => {
    const archives = join(at, "jails", ".archives");
    mkdirSync(archives, { recursive: true, mode: 0o700 });
    writeFileSync(join(archives, ARCHIVE), "x".repeat(2000));
    const knast = { jail: "mail", id: jailId, by: "olaf" };
    const header = { version: 2, width: 80, height: 24, timestamp: 1_767_225_600, knast };
    writeFileSync(join(archives, RECORDING), `${JSON.stringify(header)}\n[0.5,"o","secret"]\n`);
  });
  /** @returns the status, and what had been recorded when its first byte came */
  async function get(path: string, more: Record<string, string> = {}) {
    const before = recordsIn(directory).length;
    const response = await knastd.client.post(path, "", { ...headers, ...more }, "GET");
    const records = recordsIn(directory).slice(before);
    response.resume();
    return { status: response.statusCode, records };
  }

  test("an archive: each request once, with the part of it that it takes", async () => {
    const path = `/v1/archives/${ARCHIVE}`;
    const own = { origin: "knastd", who: "olaf", source: "192.0.2.9", token: "ssh:k1", requestId: "r9", result: "ok" };
    const what = "archive.download";
    for (const [range, status, object] of [
      ["", 200, ARCHIVE],
      ["bytes=0-", 206, `${ARCHIVE}, bytes 0-1999`],
      ["bytes=1500-", 206, `${ARCHIVE}, bytes 1500-1999`],
      ["bytes=10-19", 206, `${ARCHIVE}, bytes 10-19`],
      ["bytes=-5", 206, `${ARCHIVE}, bytes 1995-1999`],
      ["bytes=0-1,5-6", 200, ARCHIVE],
    ] as const)
      expect(await get(path, range ? { range } : {}), range).toMatchObject({
        status,
        records: [{ ...own, what, object }],
      });
    // Not the same any more: all of it leaves.
    expect((await get(path, { range: "bytes=5-", "if-range": '"other"' })).records).toMatchObject([
      { object: ARCHIVE },
    ]);
  });

  test("a recording, with the jail that it is of", async () => {
    const { status, records } = await get(`/v1/recordings/${RECORDING}`);
    expect(status).toBe(200);
    expect(records).toMatchObject([
      {
        origin: "knastd",
        who: "olaf",
        what: "recording.download",
        jail: "mail",
        jailId,
        object: RECORDING,
        result: "ok",
      },
    ]);
  });

  test("nothing where nothing leaves", async () => {
    for (const [path, status, more] of [
      [`/v1/archives/${ARCHIVE}`, 416, { range: "bytes=2000-" }],
      ["/v1/archives/none-20260101T000000Z.knast.tar", 404, {}],
      ["/v1/recordings/none-20260101T000000Z-0f1e2d3c.knast.cast", 404, {}],
      [`/v1/archives/${ARCHIVE}`, 400, { "knast-actor": "../x" }],
    ] as const)
      expect(await get(path, more), path).toEqual({ status, records: [] });
  });
});

describe("knast-web", () => {
  test("adds records of its own, which say that they are its own", async () => {
    await knastd.client.call("audit.append", { entries: [panels(), panels({ who: "\u001b[2J\u202e\n" })] });
    expect(recordsIn(directory).slice(-2)).toMatchObject([
      { origin: "panel", what: "sign-in", account: "anna", source: "192.0.2.7" },
      { origin: "panel", who: "\u001b[2J\u202e\n" },
    ]);
  });

  test("can forge nothing: no origin, no time, no number, no hash", async () => {
    for (const more of [
      { origin: "knastd" },
      { at: "2020-01-01T00:00:00Z" },
      { seq: 1 },
      { hash: "0".repeat(64) },
      { prev: "" },
    ])
      expect((await knastd.client.raw("audit.append", { entries: [{ ...panels(), ...more } as never] })).status).toBe(
        400,
      );
    expect((await knastd.client.raw("audit.append", { entries: [] })).status).toBe(400);
    expect(
      (await knastd.client.raw("audit.append", { entries: Array.from({ length: 65 }, () => panels()) })).status,
    ).toBe(400);
    expect((await verifyChain(directory)).problem).toBeNull();
  });

  test("can't fill the disk with them", async () => {
    const entries = Array.from({ length: 64 }, () => panels({ what: "flood" }));
    const statuses: number[] = [];
    for (let i = 0; i < 60; i++) statuses.push((await knastd.client.raw("audit.append", { entries })).status);
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(429);
    // What it does by the daemon is recorded all the same.
    const before = recordsIn(directory).length;
    await knastd.client.raw("host.set-order", sample(VERBS["host.set-order"].input) as never);
    expect(recordsIn(directory).length).toBeGreaterThanOrEqual(before);
  });

  test("reads them page by page, and has the chain walked", async () => {
    const { client } = knastd;
    const first = await client.call("audit.list", { limit: 5 });
    expect(first.records.map(({ seq }) => seq)).toEqual(
      recordsIn(directory)
        .slice(-5)
        .reverse()
        .map(({ seq }) => seq),
    );
    const second = await client.call("audit.list", { limit: 5, before: first.next! });
    expect(second.records[0]!.seq).toBe(first.records[4]!.seq - 1);
    expect((await client.call("audit.list", { what: "sign-in" })).records.length).toBeGreaterThan(1);
    expect((await client.call("audit.list", { who: "nobody" })).records).toEqual([]);
    expect(await client.call("audit.verify", {})).toMatchObject({ problem: null });
    expect((await client.raw("audit.list", { limit: 201 })).status).toBe(400);
  });

  test.skipIf(process.getuid?.() !== 0)("reaches neither the file nor its directory", () => {
    const [file] = filesIn(directory);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(file!)).toMatchObject({ uid: 0, mode: 0o100600 });
    for (const script of [': > "$1"', 'echo x >> "$1"', 'rm "$1"', 'cat "$1"', 'mv "$2" "$2.old"']) {
      const { status } = spawnSync("/bin/sh", ["-c", script, "sh", file!, directory], { uid: 65_534, gid: 65_534 });
      expect(status, script).not.toBe(0);
    }
  });
});

test("killed at any moment while it writes, it has all that it had answered for, and nothing twice", async () => {
  await knastd.stop();
  knastd = await startKnastd(socket, options);
  for (let round = 0; round < 8; round++) {
    const answered: string[] = [];
    let [dead, sent] = [false, 0];
    const add = async (lane: number) => {
      while (!dead) {
        const requestId = `kill-${round}-${lane}-${sent++}`;
        const input = { entries: [panels({ requestId })] };
        const said = await knastd.client.raw("audit.append", input).catch(() => null);
        if (said?.status === 200) answered.push(requestId);
        else return;
      }
    };
    const lanes = Array.from({ length: 6 }, (_, lane) => add(lane));
    await poll("the first answer", () => answered.length > 0);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 250));
    knastd.process.kill("SIGKILL");
    await knastd.ended;
    dead = true;
    await Promise.all(lanes);
    knastd = await startKnastd(socket, options);
    const ids = recordsIn(directory).map(({ requestId }) => requestId);
    expect(answered.length).toBeGreaterThan(0);
    expect(answered.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids.filter((id) => id.startsWith("kill-"))).size).toBe(
      ids.filter((id) => id.startsWith("kill-")).length,
    );
    expect((await knastd.client.call("audit.verify", {})).problem).toBeNull();
  }
});

test("a line that was edited while it ran is told by number", async () => {
  const [file] = filesIn(directory);
  edit(file!, (lines) => lines.with(4, lines[4]!.replace('"failed"', '"refused"').replace('"ok"', '"refused"')));
  expect((await knastd.client.call("audit.verify", {})).problem).toMatchObject({ seq: 5, why: "edited" });
});
