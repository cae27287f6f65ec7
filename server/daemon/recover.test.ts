import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Daemon } from "./daemon.ts";
import type { Run } from "./host/run.ts";
import { JobStore } from "./jobs/job-store.ts";
import { Jobs } from "./jobs/jobs.ts";
import { type Intent, Journal } from "./jobs/journal.ts";
import { Locks } from "./jobs/locks.ts";
import { createLog } from "./log.ts";
import { recover } from "./recover.ts";
import { poll } from "./testing/poll.ts";

let root: string;
let jails: string;
let daemon: Daemon;
let freeOrphan: () => void;

beforeEach(async () => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "knast-recover-")));
  jails = join(root, "jails");
  for (const path of ["jails/.new", "jails/.trash", "jobs", "journal"])
    mkdirSync(join(root, path), { recursive: true });
  const log = createLog(() => {});
  // FreeBSD's rm has -x, and its chflags is no program of every host that runs tests.
  const run: Run = async (program, args) => {
    if (program === "rm") rmSync(args.at(-1)!, { recursive: true });
    return { status: 0, signal: null, stdout: "", stderr: "", timedOut: false };
  };
  const store = new JobStore(join(root, "jobs"));
  const journal = new Journal(join(root, "journal"), null);
  const orphan = new Promise<boolean>((resolve) => (freeOrphan = () => resolve(true)));
  journal.waitForOrphan = () => orphan;
  daemon = {
    paths: { jails, etc: root, log: root },
    run,
    log,
    jobs: new Jobs(store, journal, run, log),
    locks: new Locks(),
    // A host on which nothing is configured: what is to be mended can't be found, so intents stay.
    view: { forget: () => {}, mountsNow: async () => [], configuredNow: async () => [], runningNow: async () => [] },
  } as unknown as Daemon;
});
afterEach(() => rmSync(root, { recursive: true }));

const intent = (digit: string, verb: string, step: string, jail = "mail"): Intent => ({
  ...{ job: digit.repeat(32), verb, jail, actor: "root", startedAt: `2026-01-0${digit}T00:00:00Z` },
  ...{ step, steps: [step], data: { name: jail, id: "a".repeat(32) } },
});

test("scratch of before goes, a tree that a new job makes behind the open socket stays", async () => {
  const [old, young] = ["b", "c"].map((digit) => join(jails, ".new", digit.repeat(32))) as [string, string];
  const trash = join(jails, ".trash", `mail.${"d".repeat(32)}`);
  for (const path of [old, trash]) mkdirSync(join(path, "etc"), { recursive: true });
  const { rest } = await recover(daemon, [intent("1", "jail.stop", "jail")]);
  mkdirSync(young);
  const laterTrash = join(jails, ".trash", `mail.${"e".repeat(32)}`);
  mkdirSync(laterTrash);
  freeOrphan();
  await rest;
  expect([existsSync(old), existsSync(trash)]).toEqual([false, false]);
  expect([existsSync(young), existsSync(laterTrash)]).toEqual([true, true]);
});

test("scratch that an intent still names stays: it may be the only copy of a base", async () => {
  const aside = join(jails, ".trash", `basejail.${"a".repeat(32)}`);
  mkdirSync(aside);
  const left = intent("1", "base.install", "place");
  await daemon.jobs.journal.write(left);
  freeOrphan();
  const { rest } = await recover(daemon, [left]);
  await rest;
  expect(existsSync(aside)).toBe(true);
});

test("all jails that intents are about are locked before any of it is mended", async () => {
  const all = { ...intent("1", "host.start-all", "jail-mail"), jail: null, data: { names: ["mail"] } };
  const intents = [all, intent("2", "archive.create", "pack", "web"), intent("3", "jail.start", "jail")];
  for (const one of intents) await daemon.jobs.journal.write(one);
  const recovered = recover(daemon, intents);
  await poll("the locks", () => daemon.locks.held("jail:").length === 2);
  expect(daemon.locks.held("jail:").sort()).toEqual(["mail", "web"]);
  freeOrphan();
  await (
    await recovered
  ).rest;
  expect(daemon.locks.held("jail:")).toEqual([]);
});

test("two intents of one jail, one left from the start before, are mended one after the other under its lock", async () => {
  const intents = [
    intent("1", "jail.stop", "jail"),
    intent("2", "jail.start", "jail"),
    intent("3", "jail.stop", "x", "web"),
  ];
  for (const one of intents) await daemon.jobs.journal.write(one);
  const { rest } = await recover(daemon, intents);
  expect(daemon.locks.held("jail:").sort()).toEqual(["mail", "web"]);
  freeOrphan();
  await rest;
  expect(daemon.locks.held("jail:")).toEqual([]);
  expect(readdirSync(join(root, "journal")).filter((name) => name.endsWith(".json"))).toHaveLength(3);
});
