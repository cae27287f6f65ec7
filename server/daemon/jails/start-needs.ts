import { KnastError } from "../../contract/errors.ts";
import { rowsOf } from "../conf/depend-order.ts";
import type { Daemon } from "../daemon.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { configFor, dependOf, needsOf } from "./depends.ts";
import type { OwnedJail } from "./find-jail.ts";
import { lockJail } from "./lock-jail.ts";
import { startSteps } from "./start-jail.ts";

/** Who may see this job need not know the other jail: neither its name nor what it prints gets into the log. */
async function silently(step: Step, context: StepContext): Promise<void> {
  try {
    await step.run({
      ...context,
      output: () => {},
      progress: () => {},
      run: (program, args, options = {}) => context.run(program, args, { ...options, log: false }),
    });
  } catch (cause) {
    const code = cause instanceof KnastError ? cause.code : "internal";
    if (code === "cancelled") throw cause;
    throw new KnastError("start_failed", { message: "A jail that this one depends on did not start.", cause });
  }
}

/**
 * What a jail depends on and does not run yet, as steps before its own: each with the checks and the undo of any other start.
 * Throws KnastError config_invalid (one that is not there, or has no file of its own), busy.
 */
export async function startNeeds(daemon: Daemon, jail: OwnedJail) {
  const names: string[] = [];
  const steps: Step[] = [];
  const undos = new Map<string, (context: StepContext) => Promise<void>>();
  const releases: (() => void)[] = [];
  const release = () => {
    for (const one of releases.splice(0)) one();
  };
  if (dependOf(jail).length === 0) return { names, steps, release, undo: () => undefined };
  await configFor(daemon, jail);
  const [configured, running] = await Promise.all([daemon.view.configuredNow(), daemon.view.runningNow()]);
  const up = new Set(running.filter((one) => !one.dying).map((one) => one.name));
  try {
    for (const name of rowsOf(needsOf(configured), [jail.name]).flat()) {
      if (name === jail.name || up.has(name)) continue;
      const locked = await lockJail(daemon, { name }, "jail.start");
      releases.push(locked.release);
      await locked.orRelease(async (found) => {
        const start = startSteps(daemon, found.jail, found.setUp);
        const prefix = `need-${name}-`;
        names.push(name);
        undos.set(prefix, start.undo);
        for (const step of start.steps)
          steps.push({
            id: `${prefix}${step.id}`,
            title: `What it depends on, no. ${names.length}: ${step.title}`,
            command: null,
            run: (context) => silently(step, context),
          });
      });
    }
  } catch (error) {
    release();
    throw error;
  }
  const undo = (failed: string) => [...undos].find(([prefix]) => failed.startsWith(prefix))?.[1];
  return { names, steps, release, undo };
}
