import { KnastError, type Failure } from "../contract/errors.ts";
import type { JobVerb } from "../contract/daemon.ts";
import type { Daemon } from "./daemon.ts";
import type { Recovery } from "./handlers.ts";
import { recoverCreateArchive } from "./archives/create-archive.ts";
import { recoverSaveFlavour } from "./flavours/save-flavour.ts";
import { recoverPlacing } from "./base/install-base-job.ts";
import { recoverMoveBase } from "./base/move-base.ts";
import { recoverRemoveBase } from "./base/remove-base.ts";
import { recoverSetLimits } from "./limits/set-limits.ts";
import { setAutostart } from "./jails/autostart.ts";
import { Destroyed, destroySteps } from "./jails/destroy-jail.ts";
import { Created, isCommitted, undoCreate } from "./jails/undo-create.ts";
import { recoverArchiveHost, recoverRestoreHost } from "./archives/whole-host.ts";
import { recoverRollBack } from "./snapshots/roll-back.ts";
import { recoverSetMounts } from "./mounts/set-mounts.ts";
import { recoverConfigure } from "./settings/undo-configure.ts";
import { recoverCleanPorts } from "./ports/clean-ports.ts";
import { recoverUpdatePorts } from "./ports/update-ports.ts";
import type { Intent } from "./jobs/journal.ts";
import type { LiveJob } from "./jobs/live-job.ts";
import { failureOf } from "./jobs/live-job.ts";
import type { Holder } from "./jobs/locks.ts";
import type { StepContext } from "./jobs/step.ts";
import { interrupted, recoverAll, recoverPower, runSteps } from "./recover-power.ts";
import { listScratch, quiet, removeScratch } from "./recover-scratch.ts";
import { recoverTakeOver } from "./take-over/undo-take-over.ts";

/** A program that the killed knastd had started may go on for this long before we work on the same jail. */
const ORPHAN = 150_000;
/** Scratch ends with its job's or its jail's id, 32 hex digits. */
const ID_LENGTH = 32;

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
  // All locks before any work: who mends several jails, as start all does, leaves those alone that another intent is about.
  const groups = byJail(intents).map((group) => lockGroup(daemon, group));
  for (const { group, holder, release } of groups) {
    const work = recoverGroup(daemon, group, holder, release, lives);
    if (group.some(({ verb }) => BEFORE_THE_SOCKET.has(verb))) await work;
    else rest.push(work);
  }
  await endForgottenJobs(daemon);
  // Listed while nobody can ask for anything yet: what comes later belongs to a job at work.
  const scratch = await listScratch(daemon);
  const sweep = async () => {
    await Promise.all(rest);
    // What could not be mended may be the only copy of a base: the next start needs it.
    const left = JSON.stringify(await daemon.jobs.journal.read());
    await removeScratch(
      daemon,
      scratch.filter((path) => !left.includes(path.slice(-ID_LENGTH))),
    );
  };
  return { rest: sweep() };
}

/** What these have left takes names and trees that the first request could ask for. */
const BEFORE_THE_SOCKET: ReadonlySet<string> = new Set([
  "archive.restore",
  "jail.clone",
  "archive.create",
  "archive.import",
  "jail.create",
  "base.install",
  "base.update",
  "base.remove",
  "flavour.save",
  "take-over.run",
]);

type Lives = Map<string, LiveJob | null>;

/** @returns the intents, oldest first, those of one jail together: one that could not be mended before may be among them */
function byJail(intents: readonly Intent[]): Intent[][] {
  const groups = new Map<string, Intent[]>();
  for (const intent of intents) {
    const key = jailOf(intent) ?? `job ${intent.job}`;
    groups.set(key, [...(groups.get(key) ?? []), intent]);
  }
  return [...groups.values()];
}

/** The jail that a job is about; base.move is about one after the other. */
const jailOf = ({ verb, jail, step }: Intent): string | null =>
  jail ?? (verb === "base.move" && step.startsWith("jail-") ? step.slice("jail-".length) : null);

function lockGroup(daemon: Daemon, group: readonly Intent[]) {
  const first = group[0]!;
  const holder: Holder = { verb: first.verb, job: first.job };
  const keys = jailOf(first) === null ? [] : [`jail:${jailOf(first)}`];
  return { group, holder, release: daemon.locks.take(holder, keys) };
}

/** One after the other under one lock. */
async function recoverGroup(
  daemon: Daemon,
  group: readonly Intent[],
  holder: Holder,
  release: () => void,
  lives: Lives,
): Promise<void> {
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

/** Who knows what a killed job has left, for every verb that starts one. */
const RECOVERIES: Record<JobVerb, Recovery> = {
  "jail.create": (daemon, context, intent) => recoverCreate(daemon, context, Created.parse(intent.data)),
  "archive.restore": (daemon, context, intent) => recoverCreate(daemon, context, Created.parse(intent.data)),
  "jail.clone": (daemon, context, intent) => recoverCreate(daemon, context, Created.parse(intent.data)),
  "archive.create": recoverCreateArchive,
  "archive.import": recoverCreateArchive,
  "archive.verify": async () => interrupted("knastd was started anew while this archive was being read."),
  "jail.destroy": recoverDestroy,
  "jail.start": recoverPower,
  "jail.stop": recoverPower,
  "jail.restart": recoverPower,
  "jail.configure": (daemon, context, intent) =>
    (/^(stop|start)-/.test(intent.step) ? recoverPower : recoverConfigure)(daemon, context, intent),
  "jail.set-limits": recoverSetLimits,
  "ports.update": recoverUpdatePorts,
  "ports.clean": recoverCleanPorts,
  "flavour.save": recoverSaveFlavour,
  "jail.set-mounts": recoverSetMounts(recoverPower),
  "snapshot.rollback": recoverRollBack,
  "host.archive": recoverArchiveHost,
  "host.restore": recoverRestoreHost,
  "take-over.run": recoverTakeOver,
  "host.start-all": recoverAll,
  "host.stop-all": recoverAll,
  "base.install": recoverPlacing("installed"),
  "base.update": recoverPlacing("updated"),
  "base.move": recoverMoveBase(recoverPower),
  "base.remove": recoverRemoveBase,
};

/** A verb that this knastd does not know any more is left for the one that does. */
async function recoverOne(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  const recovery = Object.hasOwn(RECOVERIES, intent.verb) ? RECOVERIES[intent.verb as JobVerb] : null;
  if (!recovery) throw new KnastError("internal", { cause: `no recovery of ${intent.verb}` });
  return recovery(daemon, context, intent);
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

/** Jobs that were waiting for their turn have no intent. */
async function endForgottenJobs(daemon: Daemon): Promise<void> {
  for (const job of daemon.jobs.list()) {
    if (job.state !== "running" || daemon.jobs.isLive(job.id)) continue;
    const live = await daemon.jobs.reopen(job.id);
    const failure = interrupted("knastd was started anew before this began. Nothing was changed.");
    if (live) await daemon.jobs.finish(live, failure, () => {});
  }
}
