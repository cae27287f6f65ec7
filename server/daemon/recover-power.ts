import { z } from "zod";
import { KnastError, type Failure } from "../contract/errors.ts";
import { JailName } from "../contract/names.ts";
import type { Daemon } from "./daemon.ts";
import { findJail } from "./jails/find-jail.ts";
import { readSetUp } from "./jails/set-up.ts";
import { startSteps } from "./jails/start-jail.ts";
import { stopSteps, withRunningAddresses } from "./jails/stop-jail.ts";
import { isUp, missingOf, tearDown } from "./jails/tear-down.ts";
import type { Intent } from "./jobs/journal.ts";
import type { Step, StepContext } from "./jobs/step.ts";
import { removeLimits } from "./limits/rules.ts";

export const interrupted = (message: string): Failure => new KnastError("cancelled", { message }).toFailure();

/** start all takes down what is half up, as a start does; stop all goes on to its end, as a stop does. */
export async function recoverAll(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  const verb = intent.verb === "host.start-all" ? "jail.start" : "jail.stop";
  await recoverEach(daemon, context, { ...intent, verb }, z.array(z.string()).parse(intent.data["names"]));
  if (verb === "jail.stop") return null;
  return interrupted(
    "knastd was started anew while all jails were starting. Those that were half up were taken down; start them again.",
  );
}

/** Each under its own lock; one that somebody works on by now is left to him. */
async function recoverEach(
  daemon: Daemon,
  context: StepContext,
  intent: Intent,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    let release = () => {};
    try {
      release = daemon.locks.take({ verb: intent.verb, job: intent.job }, [`jail:${name}`]);
      await recoverPower(daemon, context, { ...intent, jail: name, step: "jail", data: {} });
    } catch (error) {
      daemon.log.error("not mended", error, { jail: name });
    } finally {
      release();
    }
  }
}

/** start, stop and restart: jls, the mount table and the interface say what is; a half of anything is taken down. */
export async function recoverPower(daemon: Daemon, context: StepContext, intent: Intent): Promise<Failure | null> {
  const needs = z.array(z.string()).catch([]).parse(intent.data["needs"]);
  await recoverEach(daemon, context, { ...intent, verb: "jail.start" }, needs);
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
  else {
    await tearDown(daemon, context, jail.name, setUp);
    await removeLimits(daemon, context, jail.name);
  }
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
export async function runSteps(context: StepContext, steps: readonly Step[], from?: string): Promise<void> {
  const first = from === undefined ? 0 : steps.findIndex((step) => step.id === from);
  for (const step of steps.slice(Math.max(0, first))) {
    context.output(step.title);
    await step.run(context);
  }
}
