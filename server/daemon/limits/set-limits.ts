import { z } from "zod";
import type { JailRef } from "../../contract/daemon.ts";
import type { JobRef } from "../../contract/job.ts";
import { Limits } from "../../contract/limits.ts";
import { JailName } from "../../contract/names.ts";
import { rctlConfFile } from "../conf/paths.ts";
import { NO_LIMITS, rctlRules, readLimits } from "../conf/rctl-conf.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { applyLimits, NOT_HELD, racct, readRctlConf, writeLimits } from "./rules.ts";

const Data = z.object({ name: JailName, limits: Limits, before: Limits });
type Data = z.infer<typeof Data>;

/**
 * Sets what a jail may use, as a job: rctl.conf(5) first, then the kernel if the jail runs. Throws KnastError not_found, foreign,
 * config_invalid, busy, too_many; the job fails with disk_full, limits_unknown, internal, and then the old limits are back.
 */
export async function setLimits(
  daemon: Daemon,
  { limits, ...ref }: JailRef & { limits: Limits },
  call: Call,
): Promise<JobRef> {
  const locked = await lockJail(daemon, ref, "jail.set-limits");
  return locked.orRelease(async ({ jail }) => {
    const before = readLimits(await readRctlConf(daemon)).get(jail.name) ?? NO_LIMITS;
    const data: Data = { name: jail.name, limits, before };
    return daemon.jobs.begin(
      {
        verb: "jail.set-limits",
        jail: jail.name,
        jailId: jail.id,
        actor: call.actor,
        steps: limitSteps(daemon, data),
        data,
        weight: "light",
        undo: (context) => put(daemon, context, { ...data, limits: before }),
        release: locked.release,
      },
      call.key,
      locked.holder,
    );
  });
}

function limitSteps(daemon: Daemon, data: Data): Step[] {
  const rules = rctlRules(data.name, data.limits);
  return [
    {
      id: "write",
      title: `Write ${rctlConfFile(daemon.paths)}`,
      command: null,
      run: (context) => writeLimits(daemon, context, data.name, data.limits),
    },
    {
      id: "apply",
      title: "Give the limits to the kernel if the jail runs",
      command: [`rctl -r jail:${data.name}`, ...(rules.length > 0 ? [`rctl -a ${rules.join(" ")}`] : [])].join("; "),
      run: (context) => applyIfUp(daemon, context, data),
    },
  ];
}

async function applyIfUp(daemon: Daemon, context: StepContext, { name, limits }: Data): Promise<void> {
  if (await isUp(daemon, name)) return applyLimits(daemon, context, name);
  if (rctlRules(name, limits).length > 0 && (await racct(daemon)) === "off") context.output(NOT_HELD);
}

async function put(daemon: Daemon, context: StepContext, data: Data): Promise<void> {
  await writeLimits(daemon, context, data.name, data.limits);
  await applyIfUp(daemon, context, data);
}

/** Both steps bear being done again: what was asked for is completed. */
export const recoverSetLimits: Recovery = async (daemon, context, intent) => {
  await put(daemon, context, Data.parse(intent.data));
  return null;
};
