import { randomBytes } from "node:crypto";
import type { ArchivedSettings, Arrival } from "../../contract/archive.ts";
import { KnastError, type Problem } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { type JailPlan, JailSpec } from "../../contract/jail.ts";
import { fstabFile, jailConfFile } from "../conf/paths.ts";
import { isLimited, normalizeSpec } from "../conf/plan.ts";
import type { Call, Daemon } from "../daemon.ts";
import { makeDirectory, writeAtomic } from "../host/disk.ts";
import { setAutostart } from "../jails/autostart.ts";
import { includeConfigs } from "../jails/create-jail.ts";
import { planNewJail, refuseProblems } from "../jails/plan-jail.ts";
import { type Created, undoCreate } from "../jails/undo-create.ts";
import { writeLimits } from "../limits/rules.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { makeCommand, makeDataset, noteTree, placeCommand, placeTree, planTree, scratchOf } from "../trees/new-tree.ts";

/** A jail that is made of a tree that there is already. */
export type Arriving = {
  verb: "archive.restore" | "jail.clone";
  /** its name where it comes from */
  name: string;
  settings: ArchivedSettings | null;
  as: Arrival;
  /** its $knast_id; a new one when left out */
  id?: string;
  /** fills the directory or file system at `scratch`, which is there and empty */
  fill: { title: string; command: string | null; run(context: StepContext, scratch: string): Promise<void> };
  /** the ZFS file system of the jail that it is made like: where it can, a clone of it takes the place of `fill` */
  like?: string | null;
  /** what is left to do in a clone's tree */
  afterClone?(scratch: string): Promise<void>;
  /** further locks, and those that it shares */
  locks?: string[];
  shared?: string[];
};

/** @returns the wish for a new jail, or what is missing in it */
export function specOf({ name, settings, as }: Pick<Arriving, "name" | "settings" | "as">): JailSpec | Problem[] {
  const wished = { ...settings, name, ...as };
  const spec = JailSpec.safeParse({ ...wished, interface: wished.interface ?? undefined });
  if (spec.success) return normalizeSpec(spec.data);
  return spec.error.issues.slice(0, 50).map((issue) => ({
    field: issue.path.map(String).join(".").slice(0, 100),
    code: "invalid",
    message: settings === null ? "This can't be taken from the archive. Say it here." : issue.message.slice(0, 500),
  }));
}

/** @returns everything that stands in the way of its arrival, [] when nothing does */
export async function arrivalProblems(
  daemon: Daemon,
  from: Pick<Arriving, "name" | "settings" | "as">,
): Promise<Problem[]> {
  const spec = specOf(from);
  return Array.isArray(spec) ? spec : (await planNewJail(daemon, spec)).problems;
}

/**
 * Makes a jail of a tree as a job; like jail.create its config file is the point from which on it exists. The config is rendered anew from
 * values: no text of the archive gets into it.
 * @throws KnastError with problems at fields, busy, too_many; the job fails with what `fill` throws, disk_full, cancelled, and then nothing of
 *   the new jail is left
 */
export async function arrive(daemon: Daemon, from: Arriving, call: Call): Promise<JobRef> {
  const spec = specOf(from);
  if (Array.isArray(spec)) return refuse(spec);
  const id = from.id ?? randomBytes(16).toString("hex");
  const { name } = await planNewJail(daemon, spec, id);
  const holder: Holder = { verb: from.verb, job: null };
  const addresses = [...spec.ip4, ...spec.ip6];
  const keys = [`jail:${name}`, ...addresses.map((one) => `address:${one}`), ...(from.locks ?? [])];
  const unlock = daemon.locks.take(holder, [...new Set(keys)], [`base:${spec.base}`, ...(from.shared ?? [])]);
  let free = () => {};
  const release = () => {
    free();
    unlock();
    daemon.view.forget();
  };
  try {
    const plan = await planNewJail(daemon, spec, id);
    refuseProblems(plan.problems);
    free = daemon.reservations.add({ name, hostname: spec.hostname, addresses });
    const data: Created = {
      name,
      id,
      tree: await planTree(daemon, name, id, from.like),
      autostart: spec.autostart,
      limited: isLimited(spec),
    };
    return await daemon.jobs.begin(
      {
        verb: from.verb,
        jail: name,
        jailId: id,
        actor: call.actor,
        steps: steps(daemon, from, spec, plan, data),
        data,
        weight: "heavy",
        cancellable: true,
        undo: (context) => undoCreate(daemon, context, data),
        release,
      },
      call.key,
      holder,
    );
  } catch (error) {
    release();
    throw error;
  }
}

const refuse = (problems: Problem[]): never => {
  throw new KnastError("invalid", { problems });
};

function steps(daemon: Daemon, from: Arriving, spec: JailSpec, plan: JailPlan, data: Created): Step[] {
  const { paths } = daemon;
  const { name } = data;
  const scratch = scratchOf(daemon, data.id);
  const isClone = data.tree.origin !== null;
  const step = (id: string, title: string, command: string | null, run: Step["run"]): Step => ({
    id,
    title,
    command,
    run,
  });
  return [
    step("fill", from.fill.title, isClone ? makeCommand(daemon, data.tree) : from.fill.command, async (context) => {
      await makeDataset(daemon, context, data.tree);
      if (isClone) await from.afterClone?.(scratch);
      else {
        await makeDirectory(scratch, 0o755);
        await from.fill.run(context, scratch);
      }
      await noteTree(daemon, data.tree);
    }),
    step("place", "Move the tree to its place", placeCommand(daemon, data.tree), (context) =>
      placeTree(daemon, context, data.tree),
    ),
    step("fstab", `Write ${fstabFile(paths, name)}`, null, () =>
      writeAtomic(fstabFile(paths, name), plan.fstab.text, { mode: 0o644 }),
    ),
    ...(data.limited
      ? [step("limits", "Write its limits", null, (context) => writeLimits(daemon, context, name, spec.limits))]
      : []),
    step("include", `Let ${paths.etc}/jail.conf include ${paths.etc}/jail.conf.d`, null, () => includeConfigs(daemon)),
    step("config", `Write ${jailConfFile(paths, name)}`, null, () =>
      writeAtomic(jailConfFile(paths, name), plan.config.text, { mode: 0o600 }),
    ),
    step("autostart", data.autostart ? "Let it start at boot" : "Keep it from starting at boot", null, (context) =>
      setAutostart(daemon, context, name, data.autostart),
    ),
  ];
}
