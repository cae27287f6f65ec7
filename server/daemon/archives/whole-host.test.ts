import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { JobStore } from "../jobs/job-store.ts";
import { Jobs } from "../jobs/jobs.ts";
import { Journal } from "../jobs/journal.ts";
import { createLog } from "../log.ts";
import { follow } from "./whole-host.ts";

let state: string;
let jobs: Jobs;
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), "knast-whole-"));
  for (const name of ["jobs", "journal"]) mkdirSync(join(state, name));
  const run = () => Promise.reject(new Error("nothing is run here"));
  const log = createLog(() => {});
  jobs = new Jobs(new JobStore(join(state, "jobs")), new Journal(join(state, "journal"), null), run, log);
});
afterAll(async () => {
  await jobs.drain(10_000);
  rmSync(state, { recursive: true, maxRetries: 10 });
});

/** A jail's own job that fails, and takes back what it did until `back` says so. */
const failing = (undo: () => Promise<void>, cancellable = true) =>
  jobs.begin(
    {
      verb: "archive.restore",
      jail: "a",
      jailId: null,
      actor: "root",
      steps: [{ title: "Bad", command: null, run: () => Promise.reject(new Error("no")) }],
      data: {},
      weight: "light",
      cancellable,
      undo,
      release: () => {},
    },
    null,
  );

test("cancelled while one jail's job is being taken back, the whole waits for that and nothing else ends", async () => {
  const whole = new AbortController();
  let back = () => {};
  const taken = new Promise<void>((resolve) => (back = resolve));
  let undoing = () => {};
  const begun = new Promise<void>((resolve) => (undoing = resolve));
  const ended = follow({ jobs }, { signal: whole.signal }, () => failing(() => (undoing(), taken)));
  await begun;
  // A listener that throws would be an uncaught exception, the end of knastd and of all shells.
  whole.abort();
  back();
  await expect(ended).rejects.toMatchObject({ code: "cancelled" });
});

test("cancelled while one jail's job is beginning, that one is cancelled too", async () => {
  const whole = new AbortController();
  let job = "";
  const step = (context: { signal: AbortSignal }) =>
    new Promise<void>((_, reject) => context.signal.addEventListener("abort", () => reject(new Error("ended"))));
  const ended = follow({ jobs }, { signal: whole.signal }, async () => {
    const ref = await jobs.begin(
      {
        verb: "archive.create",
        jail: "b",
        jailId: null,
        actor: "root",
        steps: [{ title: "Long", command: null, run: step }],
        data: {},
        weight: "light",
        cancellable: true,
        release: () => {},
      },
      null,
    );
    job = ref.job;
    whole.abort();
    return ref;
  });
  await expect(ended).rejects.toMatchObject({ code: "cancelled" });
  expect(jobs.get(job)).toMatchObject({ state: "failed", failure: { code: "cancelled" } });
});
