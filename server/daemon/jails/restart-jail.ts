import type { JailRef } from "../../contract/daemon.ts";
import type { JobRef } from "../../contract/job.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Step } from "../jobs/step.ts";
import { checkPlace } from "./check-place.ts";
import { checkNeeds } from "./depends.ts";
import type { OwnedJail } from "./find-jail.ts";
import { lockJail } from "./lock-jail.ts";
import type { SetUp } from "./set-up.ts";
import { startSteps } from "./start-jail.ts";
import { stopSteps, withRunningAddresses } from "./stop-jail.ts";
import { isUp } from "./tear-down.ts";

/** Stops a jail if it runs, then starts it, as one job. Throws and fails as startJail and stopJail do, without (not|already)_running. */
export async function restartJail(daemon: Daemon, ref: JailRef, call: Call): Promise<JobRef> {
  const locked = await lockJail(daemon, ref, "jail.restart");
  return locked.orRelease(async ({ jail, setUp }) => {
    // What will not start again is not stopped.
    await checkPlace(daemon, jail.name, setUp.path);
    await checkNeeds(daemon, jail);
    const restart = await restartSteps(daemon, jail, setUp);
    return daemon.jobs.begin(
      {
        verb: "jail.restart",
        jail: jail.name,
        jailId: jail.id,
        actor: call.actor,
        steps: restart.steps,
        data: { name: jail.name },
        weight: "light",
        undo: (context, failed) => (failed.startsWith("stop-") ? Promise.resolve() : restart.undo(context)),
        release: locked.release,
      },
      call.key,
      locked.holder,
    );
  });
}

/** @returns the steps of a restart, and what takes a failed start-* back; jail.configure uses them too */
export async function restartSteps(daemon: Daemon, jail: OwnedJail, setUp: SetUp) {
  const start = startSteps(daemon, jail, setUp);
  const up = await isUp(daemon, jail.name);
  const stop = up ? stopSteps(daemon, jail, await withRunningAddresses(daemon, jail.name, setUp)) : [];
  const named = (prefix: string, steps: Step[]) => steps.map((step) => ({ ...step, id: `${prefix}-${step.id}` }));
  return { steps: [...named("stop", stop), ...named("start", start.steps)], undo: start.undo };
}
