import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { JobEvent } from "../../contract/job.ts";
import { createRunner } from "../host/run.ts";
import { createLog } from "../log.ts";
import { poll } from "../testing/poll.ts";
import { type JobPlan, Jobs } from "./jobs.ts";
import { JobStore } from "./job-store.ts";
import { Journal } from "./journal.ts";

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "knast-jobs-"));
  for (const name of ["jobs", "journal"]) mkdirSync(join(state, name));
});
const opened: Jobs[] = [];
afterEach(async () => {
  // A test may end before its last jobs do.
  for (const jobs of opened.splice(0)) await jobs.drain(10_000);
  rmSync(state, { recursive: true, maxRetries: 10, retryDelay: 20 });
});

async function open(): Promise<Jobs> {
  const store = new JobStore(join(state, "jobs"));
  await store.load();
  const log = createLog(() => {});
  const jobs = new Jobs(store, new Journal(join(state, "journal"), null), createRunner(["/usr/bin", "/bin"]), log);
  opened.push(jobs);
  return jobs;
}

function plan(steps: JobPlan["steps"], more: Partial<JobPlan> = {}): JobPlan {
  const release = () => {};
  return {
    verb: "jail.start",
    jail: "a",
    jailId: null,
    actor: "root",
    steps,
    data: {},
    weight: "light",
    release,
    ...more,
  };
}

async function eventsOf(jobs: Jobs, id: string, after = -1): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of jobs.follow(id, after, new AbortController().signal)) events.push(JobEvent.parse(event));
  return events;
}

const say = (title: string, text: string) => ({
  title,
  command: `echo ${text}`,
  run: async (context: Parameters<JobPlan["steps"][number]["run"]>[0]) => void (await context.run("echo", [text])),
});

test("streams steps and output in order without gaps, from anywhere, during and after the job", async () => {
  const jobs = await open();
  const { job } = await jobs.begin(plan([say("One", "1\u001b[31m"), say("Two", "2")]), null);
  const events = await eventsOf(jobs, job);
  expect(events.map((one) => one.kind)).toEqual(["step", "output", "step", "output", "done"]);
  expect(events.map((one) => one.seq)).toEqual([0, 1, 2, 3, 4]);
  expect(events[1]).toMatchObject({ text: "1?[31m" });
  expect((await eventsOf(jobs, job, 2)).map((one) => one.seq)).toEqual([3, 4]);
  expect(jobs.get(job)).toMatchObject({ state: "done", finished: 2, steps: ["One", "Two"], failure: null });
  const again = await open();
  expect(again.get(job)).toEqual(jobs.get(job));
  expect(await eventsOf(again, job)).toEqual(events);
});

test("the intent is on disk before a step's side effect and gone after the job; data is written anew", async () => {
  const jobs = await open();
  const seen: unknown[] = [];
  const data: { n: number } = { n: 0 };
  const look = (id: string) => ({
    id,
    title: id,
    command: null,
    run: async () => {
      const [file] = readdirSync(join(state, "journal")).filter((name) => name.endsWith(".json"));
      const intent = JSON.parse(readFileSync(join(state, "journal", file!), "utf8"));
      seen.push([intent.step, intent.data]);
      data.n++;
    },
  });
  const { job } = await jobs.begin(plan([look("first"), look("second")], { data }), null);
  await eventsOf(jobs, job);
  expect(seen).toEqual([
    ["first", { n: 0 }],
    ["second", { n: 1 }],
  ]);
  expect(readdirSync(join(state, "journal"))).toEqual([]);
});

test("a failed step is undone, locks are released before the end is told, the cause stays inside", async () => {
  const jobs = await open();
  const order: string[] = [];
  const fails = { id: "bad", title: "Bad", command: null, run: () => Promise.reject(new Error("secret /path")) };
  const undo = async (_: unknown, failed: string) => void order.push(`undo ${failed}`);
  const release = () => order.push(`released, ${jobs.get(job).state}, ${jobs.list()[0]!.state}`);
  const { job } = await jobs.begin(plan([fails], { undo, release: () => void release() }), null);
  const events = await eventsOf(jobs, job);
  order.push(`told, ${jobs.get(job).state}, ${jobs.list()[0]!.state}`);
  expect(order).toEqual(["undo bad", "released, running, running", "told, failed, failed"]);
  expect(events.at(-1)).toMatchObject({ kind: "failed", failure: { code: "internal" } });
  expect(JSON.stringify(events)).not.toContain("secret");
});

test("an undo that fails keeps the intent for the next start", async () => {
  const jobs = await open();
  const fails = { id: "bad", title: "Bad", command: null, run: () => Promise.reject(new KnastError("disk_full")) };
  const { job } = await jobs.begin(plan([fails], { undo: () => Promise.reject(new Error("no")) }), null);
  await eventsOf(jobs, job);
  expect(await jobs.journal.read()).toMatchObject([{ job, step: "bad" }]);
});

test("what a job has left is moot when a later one on the same jail succeeds, and then only", async () => {
  const jobs = await open();
  const fails = { id: "bad", title: "Bad", command: null, run: () => Promise.reject(new KnastError("disk_full")) };
  const undo = () => Promise.reject(new Error("no"));
  const [a, b] = [
    await jobs.begin(plan([fails], { undo }), null),
    await jobs.begin(plan([fails], { undo, jail: "b" }), null),
  ];
  for (const { job } of [a, b]) await eventsOf(jobs, job);
  await eventsOf(jobs, (await jobs.begin(plan([fails]), null)).job);
  expect((await jobs.journal.read()).map((one) => one.job).sort()).toEqual([a.job, b.job].sort());
  await eventsOf(jobs, (await jobs.begin(plan([]), null)).job);
  expect((await jobs.journal.read()).map((one) => one.job)).toEqual([b.job]);
});

test("the same key, verb and input give the same job, at once, later and after a restart; others another one", async () => {
  const jobs = await open();
  let begun = 0;
  const once = (on: Jobs, key: string | null, verb: string, input: unknown) =>
    on.once(key, verb, input, (digest) => {
      begun++;
      return on.begin(plan([], { verb }), digest);
    });
  const [one, two] = await Promise.all([once(jobs, "k", "v", { a: 1 }), once(jobs, "k", "v", { a: 1 })]);
  expect(two).toEqual(one);
  expect(await once(jobs, "k", "v", { a: 1 })).toEqual(one);
  await eventsOf(jobs, one.job);
  expect(await once(await open(), "k", "v", { a: 1 })).toEqual(one);
  expect(begun).toBe(1);
  for (const [key, verb, input] of [
    ["l", "v", { a: 1 }],
    ["k", "w", { a: 1 }],
    ["k", "v", { a: 2 }],
    [null, "v", { a: 1 }],
  ] as const)
    expect(await once(jobs, key, verb, input)).not.toEqual(one);
});

test("a refused begin can be tried again under its key", async () => {
  const jobs = await open();
  await expect(jobs.once("k", "v", {}, () => Promise.reject(new KnastError("busy")))).rejects.toMatchObject({
    code: "busy",
  });
  await expect(jobs.once("k", "v", {}, (key) => jobs.begin(plan([]), key))).resolves.toHaveProperty("job");
});

test("a job that could not be written down is none; its key works when the disk has room", async () => {
  const jobs = await open();
  rmSync(join(state, "jobs"), { recursive: true });
  const begin = () => jobs.once("k", "v", {}, (key) => jobs.begin(plan([]), key));
  await expect(begin()).rejects.toThrow();
  expect(jobs.list()).toEqual([]);
  mkdirSync(join(state, "jobs"));
  await expect(begin()).resolves.toHaveProperty("job");
});

test("two heavy ones at once; beyond 64 there is no waiting", async () => {
  const jobs = await open();
  let open_: () => void = () => {};
  const gate = new Promise<void>((resolve) => (open_ = resolve));
  let inside = 0;
  let released = 0;
  const wait = { title: "Wait", command: null, run: async () => void (inside++, await gate) };
  const heavy = (actor: string) =>
    jobs.begin(plan([wait], { weight: "heavy", actor, release: () => released++ }), null);
  const begun = [];
  for (let i = 0; i < 64; i++) begun.push(await heavy(i < 32 ? "anna" : "olaf"));
  await expect(heavy("stig")).rejects.toMatchObject({ code: "too_many" });
  expect(released).toBe(1);
  await poll("two are inside", () => inside === 2);
  open_();
  for (const { job } of begun) await eventsOf(jobs, job);
  expect(inside).toBe(64);
  expect(released).toBe(65);
});

test("who has jails that start for ever stops nobody else's", async () => {
  const jobs = await open();
  let free: () => void = () => {};
  const gate = new Promise<void>((resolve) => (free = resolve));
  let inside = 0;
  const hang = { title: "Hang", command: null, run: async () => void (inside++, await gate) };
  const begun = [];
  for (let i = 0; i < 32; i++) begun.push(await jobs.begin(plan([hang], { actor: "stig" }), null));
  await expect(jobs.begin(plan([], { actor: "stig" }), null)).rejects.toMatchObject({ code: "too_many" });
  const { job } = await jobs.begin(plan([], { actor: "olaf", jail: "b" }), null);
  expect((await eventsOf(jobs, job)).at(-1)).toMatchObject({ kind: "done" });
  expect(inside).toBe(4);
  free();
  for (const one of begun) await eventsOf(jobs, one.job);
  expect(inside).toBe(32);
});

test("keeps the last 200 jobs, in memory and on disk", async () => {
  const jobs = await open();
  const ids: string[] = [];
  for (let i = 0; i < 205; i++) {
    const { job } = await jobs.begin(plan([]), null);
    await eventsOf(jobs, job);
    ids.push(job);
  }
  await poll("the oldest are gone", () => readdirSync(join(state, "jobs")).length === 400);
  expect(() => jobs.get(ids[0]!)).toThrowError(expect.objectContaining({ code: "not_found" }));
  expect(jobs.list().map((one) => one.id)).toEqual(ids.slice(5).reverse());
});

test("a cancelled job's program ends, what it did is undone, and it says so", async () => {
  const jobs = await open();
  const undone: string[] = [];
  const wait = {
    id: "wait",
    title: "Wait",
    command: null,
    run: async (context: Parameters<JobPlan["steps"][number]["run"]>[0]) => void (await context.run("sleep", ["600"])),
  };
  const undo: JobPlan["undo"] = async (context, failed) => {
    // The undo's own programs are not cut short.
    undone.push(failed, (await context.run("echo", ["back"])).stdout);
  };
  const { job } = await jobs.begin(plan([wait], { undo, cancellable: true }), null);
  expect(jobs.get(job).cancellable).toBe(true);
  await poll("it waits", () => readdirSync(join(state, "journal")).some((name) => name.endsWith(".pid")));
  jobs.cancel(job);
  jobs.cancel(job);
  expect((await eventsOf(jobs, job)).at(-1)).toMatchObject({ kind: "failed", failure: { code: "cancelled" } });
  expect(undone).toEqual(["wait", "back\n"]);
  expect(jobs.get(job)).toMatchObject({ state: "failed", cancellable: false });
  jobs.cancel(job);
  expect(() => jobs.cancel("0".repeat(32))).toThrowError(expect.objectContaining({ code: "not_found" }));
});

test("what can't be taken back is not cancelled", async () => {
  const jobs = await open();
  let free: () => void = () => {};
  const gate = new Promise<void>((resolve) => (free = resolve));
  const { job } = await jobs.begin(plan([{ title: "W", command: null, run: () => gate }]), null);
  expect(() => jobs.cancel(job)).toThrowError(expect.objectContaining({ code: "forbidden" }));
  free();
  expect((await eventsOf(jobs, job)).at(-1)).toMatchObject({ kind: "done" });
});

test("endless output is cut and said so", async () => {
  const jobs = await open();
  const chatter = {
    title: "Talk",
    command: null,
    run: async (context: { output(line: string): void }) => {
      for (let i = 0; i < 6000; i++) context.output(`${i}`);
    },
  };
  const { job } = await jobs.begin(plan([chatter]), null);
  const events = await eventsOf(jobs, job);
  expect(events).toHaveLength(5003);
  expect(events.at(-2)).toMatchObject({ text: "(1000 more lines are left out)" });
});
