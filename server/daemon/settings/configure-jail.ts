import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { canonicalAddress } from "../../contract/ip.ts";
import type { JobRef } from "../../contract/job.ts";
import type { SETTINGS_VERBS } from "../../contract/settings.ts";
import { unexpected } from "../conf/settings.ts";
import type { Call, Daemon } from "../daemon.ts";
import { look, move, readText, writeAtomic } from "../host/disk.ts";
import { jailArg } from "../host/programs.ts";
import { setAutostart } from "../jails/autostart.ts";
import { checkPlace } from "../jails/check-place.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { refuseProblems } from "../jails/plan-jail.ts";
import { restartSteps } from "../jails/restart-jail.ts";
import type { Step } from "../jobs/step.ts";
import { type PlannedSettings, planChanges } from "./plan-settings.ts";
import { type Ask, digestOf, readByJail } from "./read-config.ts";
import { type Configuring, scratchOf, undoConfigure } from "./undo-configure.ts";

type Input = z.output<(typeof SETTINGS_VERBS)["jail.configure"]["input"]>;

/**
 * Changes a jail's settings in its file as a job, then, when asked, in the running jail. Throws KnastError changed (the file
 * is not the one that the wish is based on), invalid and others with problems at fields, busy, foreign, config_invalid; the
 * job fails with config_invalid and the old file in place when jail(8) reads the new one otherwise than wished.
 */
export async function configureJail(daemon: Daemon, input: Input, call: Call): Promise<JobRef> {
  const locked = await lockJail(daemon, { name: input.name, ...(input.id ? { id: input.id } : {}) }, "jail.configure");
  return locked.orRelease(async ({ jail, setUp }) => {
    const wished = [...(input.settings.network?.ip4 ?? []), ...(input.settings.network?.ip6 ?? [])];
    const own = new Set(setUp.addresses.map((one) => one.address));
    const keys = wished.map((one) => canonicalAddress(one) ?? one).filter((one) => !own.has(one));
    // So that no other job takes the new ones.
    const free = daemon.locks.take(
      locked.holder,
      [...new Set(keys)].map((one) => `address:${one}`),
    );
    const release = () => {
      free();
      locked.release();
      daemon.view.forget();
    };
    try {
      const plan = await planChanges(daemon, input);
      refuseProblems(plan.problems);
      if (!plan.apply.includes(input.apply)) {
        const message = "This can't be applied to the jail in this way. Look at the plan again.";
        throw new KnastError("invalid", { problems: [{ field: "apply", code: "invalid", message }] });
      }
      if (input.apply === "restart") await checkPlace(daemon, jail.name, setUp.path);
      const data: Configuring = {
        name: jail.name,
        before: plan.config.text,
        after: digestOf(plan.text),
        autostart: plan.autostart,
      };
      const restart = input.apply === "restart" ? await restartSteps(daemon, jail, setUp) : null;
      const steps = [...fileSteps(daemon, plan, data), ...(input.apply === "now" ? [nowStep(daemon, plan)] : [])];
      return await daemon.jobs.begin(
        {
          verb: "jail.configure",
          jail: jail.name,
          jailId: jail.id,
          actor: call.actor,
          steps: [...steps, ...(restart?.steps ?? [])],
          data,
          weight: "light",
          // Once jail(8) has read the new file as wished, it stays: a start that fails is another matter.
          undo: async (context, failed) => {
            if (failed.startsWith("start-")) await restart?.undo(context);
            else if (!failed.startsWith("stop-") && failed !== "now") await undoConfigure(daemon, context, data);
          },
          release,
        },
        call.key,
        locked.holder,
      );
    } catch (error) {
      free();
      throw error;
    }
  });
}

function fileSteps(daemon: Daemon, plan: PlannedSettings, data: Configuring): Step[] {
  const { jail, text: before, params } = plan.config;
  const scratch = scratchOf(jail.file);
  const steps: Step[] = [];
  if (plan.changes.length > 0)
    steps.push(
      {
        id: "check",
        title: "Let jail(8) read the new config",
        command: `jail -f ${scratch} -e ' '`,
        run: async (context) => {
          await writeAtomic(scratch, plan.text, { mode: 0o600 });
          const run: Ask = (program, args, { deadline }) => context.run(program, args, { deadline, log: false });
          const read = await readByJail(run, scratch, jail.name);
          const wrong = unexpected(params, read, plan.changes);
          if (wrong.length === 0) return;
          const message = `jail(8) would read ${wrong.slice(0, 3).join(", ")} otherwise than wished. Change the file by hand.`;
          throw new KnastError("config_invalid", { message, cause: wrong.join(", ") });
        },
      },
      {
        id: "config",
        title: "Put the new config in the place of the old one",
        command: `mv ${scratch} ${jail.file}`,
        run: async (context) => {
          if ((await readText(jail.file)) !== before) throw new KnastError("changed");
          const mode = (await look(jail.file))?.mode ?? 0o600;
          if (mode !== 0o600) await writeAtomic(scratch, plan.text, { mode });
          await move(scratch, jail.file);
          for (const { name, values } of plan.changes)
            context.output(
              values === null ? `${name} is gone` : `${name}${values.length > 0 ? ` = ${values.join(", ")}` : ""}`,
            );
          daemon.view.forget();
        },
      },
    );
  const { autostart } = data;
  if (autostart !== null || steps.length === 0)
    steps.push({
      id: "autostart",
      title:
        autostart === null ? "Nothing changes" : autostart ? "Let it start at boot" : "Keep it from starting at boot",
      command: null,
      run: async (context) => {
        if (autostart !== null) await setAutostart(daemon, context, jail.name, autostart);
      },
    });
  return steps;
}

/** jail(8) with parameters instead of a file changes these and no others in the running jail. */
function nowStep(daemon: Daemon, { config, changes }: PlannedSettings): Step {
  const args = changes.map(({ name, values }) => (values && values.length > 0 ? `${name}=${values.join(",")}` : name));
  const { name } = config.jail;
  return {
    id: "now",
    title: "Change the running jail",
    command: `jail -m name=${name} ${args.join(" ")}`,
    run: async (context) => {
      const result = await context.run("jail", ["-m", `name=${jailArg(name)}`, ...args], { deadline: 60_000 });
      daemon.view.forget();
      if (result.status === 0) return;
      const message = "The config is written, but the running jail could not be changed. Restart it to apply.";
      throw new KnastError("start_failed", { message, cause: result.stderr.slice(0, 500) });
    },
  };
}
