import { z } from "zod";
import { KnastError, type Failure, type Problem } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import type { SetMounts } from "../../contract/mounts.ts";
import { editFstab } from "../conf/edit-fstab.ts";
import { fstabFile } from "../conf/paths.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { look, readText, writeAtomic } from "../host/disk.ts";
import { jailArg } from "../host/programs.ts";
import type { OwnedJail } from "../jails/find-jail.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { refuseProblems } from "../jails/plan-jail.ts";
import type { SetUp } from "../jails/set-up.ts";
import { startSteps } from "../jails/start-jail.ts";
import { stopSteps, withRunningAddresses } from "../jails/stop-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { mountProblems } from "./check-mounts.ts";
import { digestOf, readMounts } from "./jail-mounts.ts";

/** What the journal keeps: both texts of the fstab, and whether the jail is to run afterwards. */
const Changed = z.object({ name: z.string(), before: z.string(), after: z.string(), restart: z.boolean() });
type Changed = z.infer<typeof Changed>;

/**
 * Changes the further mounts of a jail's fstab as a job. A jail that runs is restarted, as jail(8) unmounts at a stop what the
 * fstab says then. Throws KnastError not_found, foreign, broken, busy (also when the file was changed since), problems at `mounts.N.…`; the job
 * fails as stop and start do; when it does not start with them the fstab is as it was and the jail stays stopped.
 */
export async function setMounts(daemon: Daemon, input: SetMounts, call: Call): Promise<JobRef> {
  const { mounts, digest, ...ref } = input;
  const locked = await lockJail(daemon, ref, "jail.set-mounts");
  return locked.orRelease(async ({ jail, setUp }) => {
    const unlock = daemon.locks.take(locked.holder, ["mounts"]);
    try {
      const now = await readMounts(daemon, jail);
      if (now.digest !== digest) throw changedByHand(now.file);
      const restart = await isUp(daemon, jail.name);
      refuseProblems([
        ...(await mountProblems(daemon, jail.name, mounts, { kept: now.mounts })),
        ...(restart ? [] : await missingTargets(setUp, mounts)),
      ]);
      const after = editFstab(now.text, jail.path.replace(/\/+$/, ""), mounts);
      const data: Changed = { name: jail.name, before: now.text, after, restart };
      const job = await steps(daemon, jail, setUp, input, data);
      return await daemon.jobs.begin(
        {
          verb: "jail.set-mounts",
          jail: jail.name,
          jailId: jail.id,
          actor: call.actor,
          steps: job.steps,
          data,
          weight: "light",
          undo: job.undo,
          release: () => {
            unlock();
            daemon.view.forget();
            locked.release();
          },
        },
        call.key,
        locked.holder,
      );
    } catch (error) {
      unlock();
      throw error;
    }
  });
}

const changedByHand = (file: string): KnastError =>
  new KnastError("busy", { message: `${file} was changed in the meantime. Look at it again, then save.` });

/** In a tree that ran the host makes no directory (G1): what is missing is made inside, while the jail runs. */
async function missingTargets(setUp: SetUp, mounts: SetMounts["mounts"]): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const [i, { target }] of mounts.entries()) {
    let path = setUp.path;
    for (const part of target.split("/").slice(1)) {
      path = `${path}/${part}`;
      const found = await look(path);
      if (found?.kind === "directory") continue;
      const message = found
        ? `In the jail, ${path.slice(setUp.path.length)} is no real directory.`
        : "The jail has no such directory. Start it and save again: it is made inside then.";
      problems.push({ field: `mounts.${i}.target`, code: "invalid", message });
      break;
    }
  }
  return problems;
}

async function steps(daemon: Daemon, jail: OwnedJail, setUp: SetUp, { mounts }: SetMounts, data: Changed) {
  const file = fstabFile(daemon.paths, jail.name);
  const write: Step = {
    id: "write",
    title: `Write ${file}`,
    command: null,
    run: () => writeFstab(daemon, data),
  };
  if (!data.restart) return { steps: [write], undo: async () => {} };
  const targets = mounts.map((mount) => mount.target);
  const make: Step = {
    id: "targets",
    title: "Make the directories to mount upon, inside the jail",
    command: targets.length === 0 ? null : `jexec ${jail.name} mkdir -p ${targets.join(" ")}`,
    run: async (context) => {
      if (targets.length === 0) return;
      const args = [jailArg(jail.name), "/bin/mkdir", "-p", "--", ...targets];
      const result = await context.run("jexec", args, { deadline: 20_000 });
      if (result.status === 0) return;
      const message = "The jail could not make the directories to mount upon. Make them in a shell of it.";
      throw new KnastError("broken", { message, cause: result.stderr.slice(0, 500) });
    },
  };
  const start = startSteps(daemon, jail, setUp);
  const stop = stopSteps(daemon, jail, await withRunningAddresses(daemon, jail.name, setUp));
  const named = (prefix: string, list: Step[]) => list.map((step) => ({ ...step, id: `${prefix}-${step.id}` }));
  const undo = async (context: StepContext, failed: string): Promise<void> => {
    if (!failed.startsWith("start-")) return;
    await start.undo(context);
    context.output("Writing the fstab as it was before. The jail stays stopped.");
    await writeFstab(daemon, { ...data, before: data.after, after: data.before });
  };
  return { steps: [make, ...named("stop", stop), write, ...named("start", start.steps)], undo };
}

/** Bears being done again; what a hand on the host has written in between is not written over. */
async function writeFstab(daemon: Daemon, { name, before, after }: Changed): Promise<void> {
  const file = fstabFile(daemon.paths, name);
  const digest = digestOf((await readText(file)) ?? "");
  if (digest === digestOf(after)) return;
  if (digest !== digestOf(before)) throw changedByHand(file);
  await writeAtomic(file, after, { mode: (await look(file))?.mode ?? 0o644 });
  daemon.view.forget();
}

/**
 * Before `write` the old mounts hold and the jail is brought up again; from `write` on the new ones do.
 * @param restart what the next start of knastd does about a killed jail.restart
 */
export const recoverSetMounts =
  (restart: Recovery): Recovery =>
  async (daemon, context, intent) => {
    const data = Changed.parse(intent.data);
    const power = (step: string): Promise<Failure | null> =>
      restart(daemon, context, { ...intent, verb: "jail.restart", step });
    const unchanged = new KnastError("cancelled", {
      message: "knastd was started anew before the fstab was written. The mounts are as they were.",
    }).toFailure();
    if (intent.step === "targets") return unchanged;
    if (intent.step.startsWith("stop-")) return (await power(intent.step)) ?? unchanged;
    await writeFstab(daemon, data);
    return data.restart ? power("start-check") : null;
  };
