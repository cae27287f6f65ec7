import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { explainJailFailure } from "../conf/failures.ts";
import type { Call, Daemon } from "../daemon.ts";
import { jailArg } from "../host/programs.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { applyLimits, removeLimits } from "../limits/rules.ts";
import { checkStart } from "./check-start.ts";
import { checkNeeds, configFor } from "./depends.ts";
import { findJail, type OwnedJail } from "./find-jail.ts";
import { lockJail } from "./lock-jail.ts";
import { readSetUp, type SetUp } from "./set-up.ts";
import { startNeeds } from "./start-needs.ts";
import { destroyEpair, isUp, leftMounts, missingOf, restoreAliases, tearDown, unmountAll } from "./tear-down.ts";

/** Longer than any exec.timeout that we write, shorter than a person's patience with a jail that has none. */
const SLACK = 30_000;
const NO_TIMEOUT = 300_000;
/** No jail's config makes a start take longer; a timer takes no more than 2^31 milliseconds and would fire at once. */
const LONGEST = 3_600_000;

/**
 * Starts a jail as a job. Throws KnastError not_found, foreign, config_invalid, already_running, busy, too_many; the job
 * fails with those of checkStart and start_failed, timed_out and what explainJailFailure finds, and then nothing is left of it.
 */
export async function startJail(daemon: Daemon, ref: JailRef, call: Call): Promise<JobRef> {
  const locked = await lockJail(daemon, ref, "jail.start");
  return locked.orRelease(async ({ jail, setUp }) => {
    if (await isUp(daemon, jail.name)) throw new KnastError("already_running");
    const start = startSteps(daemon, jail, setUp);
    const needs = await startNeeds(daemon, jail);
    const release = () => {
      needs.release();
      locked.release();
    };
    try {
      return await daemon.jobs.begin(
        {
          verb: "jail.start",
          jail: jail.name,
          jailId: jail.id,
          actor: call.actor,
          steps: [...needs.steps, ...start.steps],
          data: { name: jail.name, needs: needs.names },
          weight: "light",
          undo: (context, failed) => needs.undo(failed)?.(context) ?? start.undo(context),
          release,
        },
        call.key,
        locked.holder,
      );
    } catch (error) {
      needs.release();
      throw error;
    }
  });
}

/** @returns milliseconds that jail(8) gets for a start */
export const startDeadline = ({ execTimeout }: Pick<SetUp, "execTimeout">): number =>
  execTimeout > 0 ? Math.min(execTimeout * 1000 + SLACK, LONGEST) : NO_TIMEOUT;

/** @returns the steps of a start and what takes them back; restart uses them too */
export function startSteps(daemon: Daemon, jail: OwnedJail, known: SetUp) {
  let setUp = known;
  // False while nothing of what is there can be ours: a jail that somebody started by hand in between is left alone.
  let ours = false;
  const steps: Step[] = [
    {
      id: "check",
      title: "Check the jail's tree, devfs rules and addresses",
      command: null,
      run: async () => {
        const now = await findJail(daemon, { name: jail.name, ...(jail.id ? { id: jail.id } : {}) });
        if (now.problem) throw new KnastError("config_invalid", { message: now.problem });
        setUp = await readSetUp(now);
        await checkNeeds(daemon, now);
        await checkStart(daemon, jail.name, setUp);
      },
    },
    {
      id: "tidy",
      title: known.vnet
        ? "Unmount what an earlier run has left, destroy its network cable"
        : "Unmount what an earlier run has left",
      command: null,
      run: async (context) => {
        if (await isUp(daemon, jail.name)) throw new KnastError("already_running");
        if ((await leftMounts(daemon, setUp)).length > 0) await unmountAll(daemon, context, setUp);
        await destroyEpair(daemon, context, setUp);
      },
    },
    {
      id: "limits",
      title: "Give the kernel its limits",
      command: `rctl -r jail:${jail.name}; rctl -a …`,
      run: (context) => applyLimits(daemon, context, jail.name),
    },
    {
      id: "jail",
      title: "Start the jail",
      command: `jail -v -f ${jail.file} -c ${jail.name}`,
      run: async (context) => {
        ours = true;
        const deadline = startDeadline(setUp);
        const file = await configFor(daemon, jail);
        const result = await context.run("jail", ["-v", "-f", file, "-c", jailArg(jail.name)], { deadline });
        if (result.status === 0) return;
        const { code, message } = explainJailFailure(result.stderr, "start");
        // A jail(8) that a signal ended has undone nothing; one that failed has.
        ours = code !== "already_running" && (result.signal !== null || !(await isUp(daemon, jail.name)));
        throw new KnastError(code, { message, cause: result.stderr.slice(0, 1000) });
      },
    },
    {
      id: "verify",
      title: "Ask jls, the mount table and the interface whether it runs",
      command: "jls -d; mount -p; ifconfig -a",
      run: async (context) => {
        const missing = await missingOf(daemon, jail.name, setUp);
        daemon.view.forget();
        if (missing === null) return;
        context.output(missing);
        const message = "The jail started, but not all of it is there. What it had set up was undone.";
        throw new KnastError("start_failed", { message, cause: missing });
      },
    },
  ];
  const undo = async (context: StepContext): Promise<void> => {
    daemon.view.forget();
    if (ours) await tearDown(daemon, context, jail.name, setUp);
    // The loser of two `jail -c` takes the winner's alias away.
    else await restoreAliases(daemon, context, setUp);
    if (!(await isUp(daemon, jail.name))) await removeLimits(daemon, context, jail.name);
    daemon.view.forget();
  };
  return { steps, undo };
}
