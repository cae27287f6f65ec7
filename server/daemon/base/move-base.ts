import { z } from "zod";
import { BaseName } from "../../contract/base.ts";
import { type Failure, KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailName } from "../../contract/names.ts";
import { moveFstab } from "../conf/fstab.ts";
import { basejailTree, fstabFile } from "../conf/paths.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { look, readText, writeAtomic } from "../host/disk.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { restartSteps } from "../jails/restart-jail.ts";
import { startSteps } from "../jails/start-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { readBase } from "./base-record.ts";
import { baseUsers, holdBases } from "./base-users.ts";

const Moving = z.object({
  from: BaseName,
  to: BaseName,
  restart: z.boolean(),
  jails: z.array(z.object({ name: JailName, up: z.boolean() })),
});
type Moving = z.infer<typeof Moving>;
type Wish = { from: string; to: string; jails: string[]; restart: boolean };

/**
 * base.move: jails one by one from one base to another, by the line of their fstab; each is a step with its own lock, and one that
 * fails stays on the old base while the others go on. A jail's own part, its /etc, stays as it is.
 * Throws KnastError not_found, busy, invalid (a jail that can't be moved, at `jails.N`).
 */
export async function moveBase(daemon: Daemon, { from, to, jails, restart }: Wish, call: Call): Promise<JobRef> {
  if (from === to) throw invalid("to", "Choose another base than the one on which they stand.");
  const holder: Holder = { verb: "base.move", job: null };
  const release = holdBases(daemon, holder, [], [from, to]);
  try {
    for (const name of [from, to]) if (!(await readBase(daemon.options, name))) throw new KnastError("not_found");
    const users = new Map((await baseUsers(daemon, from)).map((user) => [user.name, user]));
    const wanted = [...new Set(jails)].map((name, i) => {
      const user = users.get(name);
      const problem = user ? user.problem : `It does not stand on ${from}.`;
      if (problem) throw invalid(`jails.${i}`, `${name}: ${problem}`);
      return { name, up: user!.running };
    });
    const data: Moving = { from, to, restart, jails: wanted };
    return await daemon.jobs.begin(
      {
        verb: "base.move",
        jail: null,
        jailId: null,
        actor: call.actor,
        steps: steps(daemon, data),
        data,
        weight: "heavy",
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

const invalid = (field: string, message: string) =>
  new KnastError("invalid", { message, problems: [{ field, code: "invalid", message }] });

function steps(daemon: Daemon, data: Moving): Step[] {
  const failed = new Map<string, string>();
  const moves = data.jails.map(({ name }): Step => {
    const file = fstabFile(daemon.paths, name);
    return {
      id: `jail-${name}`,
      title: `Move ${name} to ${data.to}`,
      command: `sed -i '' 's|^${basejailTree(daemon.paths, data.from)} |${basejailTree(daemon.paths, data.to)} |' ${file}`,
      run: async (context) => {
        try {
          await moveOne(daemon, context, name, data);
        } catch (error) {
          if (!(error instanceof KnastError)) throw error;
          failed.set(name, error.message);
          context.output(`${name} stays on ${data.from}: ${error.message}`);
        }
      },
    };
  });
  const sum: Step = {
    id: "sum",
    title: "See which have moved",
    command: null,
    run: async (context) => {
      context.output(`${data.jails.length - failed.size} of ${data.jails.length} moved.`);
      if (failed.size === 0) return;
      const each = [...failed].map(([name, why]) => `${name}: ${why}`).join(" ");
      throw new KnastError("broken", { message: `Not all of them have moved. ${each}`.slice(0, 500) });
    },
  };
  return [...moves, sum];
}

/** A jail that does not start on the new base is started on the old one again. */
async function moveOne(
  daemon: Daemon,
  context: StepContext,
  name: string,
  { from, to, restart }: Moving,
): Promise<void> {
  const locked = await lockJail(daemon, { name }, "base.move");
  await locked.orRelease(async ({ jail, setUp }) => {
    const up = await isUp(daemon, name);
    if (!restart || !up) return writeBaseLine(daemon, name, from, to);
    const { steps: all, undo } = await restartSteps(daemon, jail, setUp);
    for (const step of all.filter((one) => one.id?.startsWith("stop-"))) await step.run(context);
    await writeBaseLine(daemon, name, from, to);
    try {
      for (const step of all.filter((one) => one.id?.startsWith("start-"))) await step.run(context);
    } catch (error) {
      context.output(`It does not start on ${to}: starting it on ${from} again.`);
      await undo(context);
      await writeBaseLine(daemon, name, to, from);
      daemon.view.forget();
      const again = startSteps(daemon, jail, setUp);
      try {
        for (const step of again.steps) await step.run(context);
      } catch (cause) {
        await again.undo(context);
        throw cause;
      }
      throw error;
    }
  });
  locked.release();
  daemon.view.forget();
}

/** @throws KnastError broken when the fstab does not mount the base */
async function writeBaseLine(daemon: Daemon, name: string, from: string, to: string): Promise<void> {
  const file = fstabFile(daemon.paths, name);
  const before = await readText(file);
  const after = moveFstab(before ?? "", basejailTree(daemon.paths, from), basejailTree(daemon.paths, to));
  if (before === null || after === before)
    throw new KnastError("broken", { message: `${file} does not mount ${basejailTree(daemon.paths, from)}.` });
  await writeAtomic(file, after, { mode: (await look(file))?.mode ?? 0o644 });
  daemon.view.forget();
}

/**
 * Those that have moved stay moved, those after it stay where they were; the one at work is brought up again if it was to be
 * restarted, on the base that its fstab names by now.
 * @param restart what the next start of knastd does about a killed jail.restart
 */
export const recoverMoveBase =
  (restart: Recovery): Recovery =>
  async (daemon, context, intent): Promise<Failure | null> => {
    const data = Moving.parse(intent.data);
    const jail = data.jails.find(({ name }) => intent.step === `jail-${name}`);
    if (jail?.up && data.restart)
      await restart(daemon, context, { ...intent, jail: jail.name, verb: "jail.restart", step: "stop-jail" });
    const stay = new Set(
      (await baseUsers(daemon, data.from)).filter((one) => one.problem === null).map((one) => one.name),
    );
    const left = data.jails.filter(({ name }) => stay.has(name));
    if (left.length === 0) return null;
    const names = left.map(({ name }) => name).join(", ");
    const message = `knastd was started anew while jails were being moved. Still on ${data.from}: ${names}`;
    return new KnastError("cancelled", { message: message.slice(0, 500) }).toFailure();
  };
