import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { explainJailFailure } from "../conf/failures.ts";
import type { Call, Daemon } from "../daemon.ts";
import { jailArg } from "../host/programs.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { removeLimits } from "../limits/rules.ts";
import { configFor } from "./depends.ts";
import type { OwnedJail } from "./find-jail.ts";
import { lockJail } from "./lock-jail.ts";
import type { SetUp } from "./set-up.ts";
import {
  destroyEpair,
  isUp,
  leftMounts,
  removeAliases,
  removeByForce,
  restoreAliases,
  unmountAll,
} from "./tear-down.ts";

/** The jail's own scripts get this long; with the force that follows, a stop ends within 90 s. */
const PATIENCE = 45_000;

/**
 * Stops a jail as a job, by force when its own scripts fail or hang. Throws KnastError not_found, foreign, not_running, busy,
 * too_many; the job fails with stop_failed or still_mounted.
 */
export async function stopJail(daemon: Daemon, ref: JailRef, call: Call): Promise<JobRef> {
  const locked = await lockJail(daemon, ref, "jail.stop");
  return locked.orRelease(async ({ jail, setUp }) => {
    if (!(await isUp(daemon, jail.name))) throw new KnastError("not_running");
    return daemon.jobs.begin(
      {
        verb: "jail.stop",
        jail: jail.name,
        jailId: jail.id,
        actor: call.actor,
        steps: stopSteps(daemon, jail, await withRunningAddresses(daemon, jail.name, setUp)),
        data: { name: jail.name },
        weight: "light",
        withoutIntent: true,
        release: locked.release,
      },
      call.key,
      locked.holder,
    );
  });
}

/** The config may have been edited since the start: what the jail holds now goes too. */
export async function withRunningAddresses(daemon: Daemon, name: string, setUp: SetUp): Promise<SetUp> {
  // A jail that is dying still may bear the name of the one that runs.
  const held = (await daemon.view.running()).find((one) => one.name === name && !one.dying)?.addresses ?? [];
  const fresh = held.filter((address) => !setUp.addresses.some((one) => one.address === address));
  const wire = setUp.addresses.find((one) => one.interface !== null)?.interface ?? null;
  return { ...setUp, addresses: [...setUp.addresses, ...fresh.map((address) => ({ address, interface: wire }))] };
}

/** The steps of a stop; each bears being done when there is nothing left to do. */
export function stopSteps(daemon: Daemon, jail: OwnedJail, setUp: SetUp): Step[] {
  return [
    {
      id: "shells",
      title: "End the jail's shells",
      command: null,
      run: async () => daemon.terminals.closeJail(jail.name, "jail-stopped"),
    },
    {
      id: "jail",
      title: "Stop the jail",
      command: `jail -v -f ${jail.file} -r ${jail.name}`,
      run: (context) => askToStop(daemon, context, jail),
    },
    {
      id: "force",
      title: "Remove it by force if it is still there",
      command: null,
      run: async (context) => {
        await removeByForce(daemon, context, jail.name);
        daemon.view.forget();
        if (await isUp(daemon, jail.name)) throw new KnastError("stop_failed");
      },
    },
    {
      id: "tidy",
      title: "Unmount what is left and take its addresses from the interface",
      command: null,
      run: async (context) => {
        if ((await leftMounts(daemon, setUp)).length > 0) await unmountAll(daemon, context, setUp);
        await removeAliases(daemon, context, jail.name, setUp);
        await restoreAliases(daemon, context, setUp);
        await destroyEpair(daemon, context, setUp);
      },
    },
    {
      id: "limits",
      title: "Take its limits from the kernel",
      command: `rctl -r jail:${jail.name}`,
      run: async (context) => {
        if (!(await isUp(daemon, jail.name))) await removeLimits(daemon, context, jail.name);
      },
    },
    {
      id: "verify",
      title: "Ask jls and the mount table whether it is gone",
      command: "jls -d; mount -p",
      run: async () => {
        const up = await isUp(daemon, jail.name);
        const mounts = up ? [] : await leftMounts(daemon, setUp);
        daemon.view.forget();
        if (up) throw new KnastError("stop_failed");
        if (mounts.length > 0) throw new KnastError("still_mounted");
      },
    },
  ];
}

/** exec.stop runs what the jail's root wrote: it may fail or hang, and that keeps the jail up. Then force follows, and it is said. */
async function askToStop(daemon: Daemon, context: StepContext, jail: OwnedJail): Promise<void> {
  if (!(await isUp(daemon, jail.name))) return;
  try {
    const file = await configFor(daemon, jail).catch(() => jail.file);
    const args = ["-v", "-f", file, "-r", jailArg(jail.name)];
    const result = await context.run("jail", args, { deadline: PATIENCE });
    daemon.view.forget();
    if (result.status !== 0) context.output(explainJailFailure(result.stderr, "stop").message);
  } catch (error) {
    if (!(error instanceof KnastError) || error.code !== "timed_out") throw error;
    daemon.view.forget();
    context.output("The jail's own shutdown took too long. It is removed by force.");
  }
}
