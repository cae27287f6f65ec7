import { join } from "node:path";
import { KnastError, type Failure } from "../contract/errors.ts";
import { JailName } from "../contract/names.ts";
import type { Daemon } from "./daemon.ts";
import { listNames, look } from "./host/disk.ts";
import { setAutostart } from "./jails/autostart.ts";
import { Destroyed, destroySteps } from "./jails/destroy-jail.ts";
import { findJail } from "./jails/find-jail.ts";
import { readSetUp } from "./jails/set-up.ts";
import { stopSteps, withRunningAddresses } from "./jails/stop-jail.ts";
import { startSteps } from "./jails/start-jail.ts";
import { isUp, missingOf, tearDown } from "./jails/tear-down.ts";
import { Created, isCommitted, removeTree, undoCreate } from "./jails/undo-create.ts";
import type { Intent } from "./jobs/journal.ts";
import type { LiveJob } from "./jobs/live-job.ts";
import { failureOf } from "./jobs/live-job.ts";
import type { Holder } from "./jobs/locks.ts";
import type { Step, StepContext } from "./jobs/step.ts";

/** A program that the killed knastd had started may go on for this long before we work on the same jail. */
const ORPHAN = 150_000;

/**
 * At start, before the socket is there: completes or undoes what a killed knastd was doing, by its journal; then ends jobs
 * that had not begun and removes scratch that no intent names. What can't be mended stays in the journal for the next start,
 * is logged and shows as broken.
 * @returns a promise of what goes on behind the open socket, each under its jail's lock: a big tree to delete and a jail(8)
 *   that is still at work must not keep the panel waiting
 */
export async function recover(daemon: Daemon, intents: readonly Intent[]): Promise<{ rest: Promise<void> }> {
  const rest: Promise<void>[] = [];
  const lives: Lives = new Map();
  for (const { job } of intents) lives.set(job, await daemon.jobs.reopen(job));
  for (const group of byJail(intents)) {
    const work = recoverGroup(daemon, group, lives);
    if (group.some(({ verb }) => verb === "jail.create" || verb === "base.install")) await work;
    else rest.push(work);
  }
  await endForgottenJobs(daemon);
  // Listed while nobody can ask for anything yet: what comes later belongs to a job at work.
  const scratch = await listScratch(daemon);
  return { rest: Promise.all(rest).then(() => removeScratch(daemon, scratch)) };
}

type Lives = Map<string, LiveJob | null>;

/** @returns the intents, oldest first, those of one jail together: one that could not be mended before may be among them */
function byJail(intents: readonly Intent[]): Intent[][] {
  const groups = new Map<string, Intent[]>();
  for (const intent of intents) {
    const key = intent.jail ?? `job ${intent.job}`;
    groups.set(key, [...(groups.get(key) ?? []), intent]);
  }
  return [...groups.values()];
}

/** One after the other under one lock, which is taken before this returns. */
async function recoverGroup(daemon: Daemon, group: readonly Intent[], lives: Lives): Promise<void> {
  const first = group[0]!;
  const holder: Holder = { verb: first.verb, job: first.job };
  const release = daemon.locks.take(holder, first.jail === null ? [] : [`jail:${first.jail}`]);
  try {
    for (const [i, intent] of group.entries()) {
      Object.assign(holder, { verb: intent.verb, job: intent.job });
      const last = i === group.length - 1;
      await recoverJob(daemon, intent, lives.get(intent.job) ?? null, last ? release : () => {});
    }
  } finally {
    release();
  }
}

async function recoverJob(daemon: Daemon, intent: Intent, live: LiveJob | null, release: () => void): Promise<void> {
  const { job, verb, jail, step } = intent;
  let failure: Failure | null;
  let mended = true;
  try {
    await daemon.jobs.journal.waitForOrphan(job, ORPHAN);
    const context = live ? daemon.jobs.context(live) : quiet(daemon);
    context.output("knastd was started anew while this was at work.");
    failure = await recoverOne(daemon, context, intent);
    daemon.log.info("recovered", { job, verb, jail, step });
  } catch (error) {
    daemon.log.error("recovery failed", error, { job, verb, jail, step });
    failure = failureOf(error);
    mended = false;
  }
  daemon.view.forget();
  if (live && !failure) live.job.finished = live.job.steps.length;
  if (live) return daemon.jobs.finish(live, failure, release, !mended);
  release();
  if (mended) await daemon.jobs.journal.remove(job);
}

const interrupted = (message: string): Failure => new KnastError("cancelled", { message }).toFailure();

/** @returns null when the verb's goal is reached after all, else what became of it */
async function recoverOne(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  if (intent.verb === "jail.create") return recoverCreate(daemon, context, Created.parse(intent.data));
  if (intent.verb === "jail.destroy") return recoverDestroy(daemon, context, intent);
  if (intent.verb === "base.install" && intent.step === "tidy") return null;
  if (intent.verb === "base.install")
    return interrupted("knastd was started anew while the base was being installed. Install it again.");
  return recoverPower(daemon, context, intent);
}

async function recoverCreate(daemon: Daemon, context: StepContext, created: Created): Promise<Failure | null> {
  if (!(await isCommitted(daemon, created))) {
    await undoCreate(daemon, context, created);
    return interrupted("knastd was started anew while this jail was being made. Nothing of it is left.");
  }
  await setAutostart(daemon, context, created.name, created.autostart);
  return null;
}

async function recoverDestroy(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  if (intent.step === "check") return interrupted("knastd was started anew before anything was deleted.");
  await runSteps(context, destroySteps(daemon, Destroyed.parse(intent.data)), intent.step);
  return null;
}

/** start, stop and restart: jls, the mount table and the interface say what is; a half of anything is taken down. */
async function recoverPower(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  const jail = await findJail(daemon, { name: JailName.parse(intent.jail) });
  const setUp = await withRunningAddresses(daemon, jail.name, await readSetUp(jail));
  const up = await isUp(daemon, jail.name);
  if (intent.verb === "jail.stop") {
    await runSteps(context, stopSteps(daemon, jail, setUp));
    return null;
  }
  const stopping = intent.step.startsWith("stop-");
  if (
    !stopping &&
    up &&
    (await missingOf(daemon, jail.name, setUp)) === null &&
    !(await isHalfStarted(daemon, jail.name))
  )
    return null;
  if (stopping && up) await runSteps(context, stopSteps(daemon, jail, setUp));
  else await tearDown(daemon, context, jail.name, setUp);
  daemon.view.forget();
  if (intent.verb === "jail.start")
    return interrupted("knastd was started anew while this jail was starting. What it had set up was undone.");
  const start = startSteps(daemon, jail, await readSetUp(jail));
  try {
    await runSteps(context, start.steps);
  } catch (error) {
    await start.undo(context);
    throw error;
  }
  return null;
}

/** While its exec.start runs, jail(8) keeps a jail by `persist`; one that still has it, against its config, was left half-way. */
async function isHalfStarted(daemon: Daemon, name: string): Promise<boolean> {
  const config = (await daemon.view.configured()).find((one) => one.name === name);
  const persists = config?.params.some((one) => one.name === "persist" && !["0", "false"].includes(one.value ?? ""));
  if (persists) return false;
  const result = await daemon.run("jls", ["-j", JailName.parse(name), "-n", "persist"], { deadline: 20_000 });
  return result.status === 0 && /(^|\s)persist(\s|=1|=true|$)/.test(result.stdout);
}

/** @param from id of the first step to run; all when left out */
async function runSteps(context: StepContext, steps: readonly Step[], from?: string): Promise<void> {
  const first = from === undefined ? 0 : steps.findIndex((step) => step.id === from);
  for (const step of steps.slice(Math.max(0, first))) {
    context.output(step.title);
    await step.run(context);
  }
}

/** Jobs that were waiting for their turn have no intent. */
async function endForgottenJobs(daemon: Daemon): Promise<void> {
  for (const job of daemon.jobs.list()) {
    if (job.state !== "running" || daemon.jobs.isLive(job.id)) continue;
    const live = await daemon.jobs.reopen(job.id);
    const failure = interrupted("knastd was started anew before this began. Nothing was changed.");
    if (live) await daemon.jobs.finish(live, failure, () => {});
  }
}

/** @returns JAILS/.new/ID and JAILS/.trash/NAME.ID: a copy that never became a jail, a tree that was to be deleted anyway */
async function listScratch(daemon: Daemon): Promise<string[]> {
  const found: string[] = [];
  for (const [directory, shape] of [
    [".new", /^[0-9a-f]{32}$/],
    [".trash", /^[a-z][a-z0-9_]{0,30}\.[0-9a-f]{32}$/],
  ] as const) {
    const path = join(daemon.paths.jails, directory);
    for (const name of (await listNames(path)) ?? []) if (shape.test(name)) found.push(join(path, name));
  }
  return found;
}

async function removeScratch(daemon: Daemon, scratch: readonly string[]): Promise<void> {
  for (const path of scratch) {
    if (!(await look(path))) continue;
    daemon.log.info("scratch removed", { path });
    await removeTree(daemon, quiet(daemon), path).catch((error) =>
      daemon.log.error("scratch not removed", error, { path }),
    );
  }
}

/** For what has no job: its lines are not kept. */
function quiet(daemon: Daemon): StepContext {
  return {
    run: (program, args, options = {}) =>
      daemon.run(program, args, { deadline: options.deadline, stdin: options.stdin }),
    output: () => {},
    progress: () => {},
    signal: new AbortController().signal,
  };
}
