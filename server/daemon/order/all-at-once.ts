import { KnastError } from "../../contract/errors.ts";
import { JailName } from "../../contract/names.ts";
import type { Daemon } from "../daemon.ts";
import { findJail } from "../jails/find-jail.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { startSteps } from "../jails/start-jail.ts";
import { stopSteps, withRunningAddresses } from "../jails/stop-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import { failureOf } from "../jobs/live-job.ts";
import { type Holder, Semaphore } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";

/** Jails that start or stop at the same moment. */
const AT_ONCE = 4;

type Verb = "jail.start" | "jail.stop";
/** null: it is as wished; else why not */
type Outcome = string | null;

/**
 * One step for each jail. The step of the first one begins them all, each as soon as what it waits for is done, so that
 * independent ones go on side by side; each step then waits for its own. One that fails keeps those back that wait for it and no
 * others; the last step tells of it.
 * @param waitsFor for each jail the names that must be done before
 */
export function allSteps(
  daemon: Daemon,
  verb: Verb,
  rows: readonly string[][],
  waitsFor: (name: string) => readonly string[],
  job: () => string | null,
): Step[] {
  const places = new Semaphore(AT_ONCE);
  const outcomes = new Map<string, Promise<Outcome>>();
  const lines = new Map<string, string[]>();
  const begin = (context: StepContext) => {
    for (const name of rows.flat())
      if (!outcomes.has(name))
        outcomes.set(
          name,
          (async () => {
            for (const need of waitsFor(name)) {
              const outcome = await (outcomes.get(need) ?? null);
              if (outcome !== null) return `${need} ${verb === "jail.start" ? "did not start" : "did not stop"}`;
            }
            return places.run(() =>
              one(daemon, verb, name, context, job(), (line) => lines.set(name, [...(lines.get(name) ?? []), line])),
            );
          })(),
        );
  };
  const word = verb === "jail.start" ? "Start" : "Stop";
  const failed: string[] = [];
  const steps: Step[] = rows.flat().map((name) => ({
    id: `jail-${name}`,
    title: `${word} ${name}`,
    command: `jail ${verb === "jail.start" ? "-c" : "-r"} ${name}`,
    run: async (context) => {
      begin(context);
      const outcome = await outcomes.get(name)!;
      for (const line of lines.get(name) ?? []) context.output(line);
      if (outcome === null) return;
      failed.push(name);
      context.output(`${name}: ${outcome}`);
    },
  }));
  return [
    ...steps,
    {
      id: "tell",
      title: verb === "jail.start" ? "Say whether all of them run" : "Say whether all of them are down",
      command: "jls",
      run: async () => {
        daemon.view.forget();
        if (failed.length === 0) return;
        const message = `${failed.length} of ${steps.length} did not ${word.toLowerCase()}: ${failed.join(", ")}. The steps above say why.`;
        throw new KnastError(verb === "jail.start" ? "start_failed" : "stop_failed", {
          message: message.slice(0, 500),
        });
      },
    },
  ];
}

/** One jail under its own lock; what it prints is kept until its step. Never throws. */
async function one(
  daemon: Daemon,
  verb: Verb,
  name: string,
  context: StepContext,
  job: string | null,
  say: (line: string) => void,
): Promise<Outcome> {
  const own: StepContext = {
    ...context,
    output: say,
    progress: () => {},
    run: (program, args, options = {}) => context.run(program, args, { ...options, log: false }),
  };
  let release = () => {};
  try {
    if (!JailName.safeParse(name).success)
      return "it was not made here, and its name is none that can be handled from here";
    const up = await isUp(daemon, name);
    if (up === (verb === "jail.start")) {
      say(up ? "It runs already." : "It does not run.");
      return null;
    }
    const locked = await lockJail(daemon, { name }, verb);
    const holder: Holder = locked.holder;
    holder.job = job;
    release = locked.release;
    return await locked.orRelease(async ({ setUp }) => {
      const jail = await findJail(daemon, { name });
      if (verb === "jail.stop") {
        for (const step of stopSteps(daemon, jail, await withRunningAddresses(daemon, name, setUp)))
          await step.run(own);
        return null;
      }
      const start = startSteps(daemon, jail, setUp);
      try {
        for (const step of start.steps) await step.run(own);
        return null;
      } catch (error) {
        await start.undo(own).catch((cause) => daemon.log.error("undo failed", cause, { jail: name }));
        throw error;
      }
    });
  } catch (error) {
    daemon.log.error("not done", error, { jail: name, verb });
    return failureOf(error).message;
  } finally {
    release();
    daemon.view.forget();
  }
}
