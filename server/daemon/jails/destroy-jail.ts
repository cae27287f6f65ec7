import { z } from "zod";
import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailId, JailName } from "../../contract/names.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import { fstabFile, jailConfFile, jailTree } from "../conf/paths.ts";
import type { Call, Daemon } from "../daemon.ts";
import { removeFile } from "../host/disk.ts";
import type { Step } from "../jobs/step.ts";
import { forgetLimits, removeLimits } from "../limits/rules.ts";
import { setAutostart } from "./autostart.ts";
import { isWithin, placeOf } from "./check-place.ts";
import type { OwnedJail } from "./find-jail.ts";
import { lockJail } from "./lock-jail.ts";
import { datasetOf } from "../snapshots/dataset.ts";
import { moveToTrash, removeCommand, removeTrash, trashCommand } from "../trees/trash.ts";
import { isCommitted } from "./undo-create.ts";

/** What the journal keeps of a destroy. */
export const Destroyed = z.object({ name: JailName, id: JailId, dataset: z.string().nullable() });
export type Destroyed = z.infer<typeof Destroyed>;

/**
 * Deletes a stopped jail of ours as a job. Its config goes last, so that its name and addresses stay taken until nothing of it
 * is left. Throws KnastError not_found, foreign, running, still_mounted, busy, too_many; the job can fail with the same and internal.
 */
export async function destroyJail(daemon: Daemon, ref: JailRef, call: Call): Promise<JobRef> {
  const locked = await lockJail(daemon, ref, "jail.destroy");
  return locked.orRelease(async ({ jail }) => {
    if (jail.id === null) throw new KnastError("foreign");
    const data: Destroyed = { name: jail.name, id: jail.id, dataset: await datasetOf(daemon, jail) };
    await refuseElsewhere(daemon, jail);
    await refuseLiving(daemon, data);
    return daemon.jobs.begin(
      {
        verb: "jail.destroy",
        jail: jail.name,
        jailId: jail.id,
        actor: call.actor,
        steps: destroySteps(daemon, data),
        data,
        weight: "heavy",
        withoutIntent: true,
        release: () => {
          daemon.view.forget();
          locked.release();
        },
      },
      call.key,
      locked.holder,
    );
  });
}

/** What is deleted is JAILS/NAME: a config that was changed by hand to live elsewhere is not followed there, and what JAILS/NAME is then nobody knows. */
async function refuseElsewhere(daemon: Daemon, jail: OwnedJail): Promise<void> {
  const tree = jailTree(daemon.paths, jail.name);
  if (!jail.problem && (await placeOf(jail)) !== tree)
    throw new KnastError("broken", {
      message: `This jail's config was changed by hand: it does not live in ${tree}. Delete it by hand.`.slice(0, 500),
    });
  for (const other of await daemon.view.configuredNow())
    if (other.name !== jail.name && other.path.startsWith("/") && isWithin(await placeOf(other), tree))
      throw new KnastError("broken", {
        message: `The jail ${other.name} has its directory in this jail's. Destroy or move that one first.`.slice(
          0,
          500,
        ),
      });
}

/** The kernel and the mount table decide: not running, not dying, nothing mounted below, no other jail inside. */
async function refuseLiving(daemon: Daemon, { name, dataset }: Destroyed): Promise<void> {
  const tree = jailTree(daemon.paths, name);
  for (const one of await daemon.view.runningNow()) {
    if (one.name === name) throw new KnastError("running");
    if (isWithin(one.path, tree)) {
      const message = `The jail ${one.name} runs in this jail's directory. Stop it first.`.slice(0, 500);
      throw new KnastError("running", { message });
    }
  }
  const mounts = mountsBelow(await daemon.view.mountsNow(), tree);
  if (mounts.some((one) => one.target !== tree || one.source !== dataset)) throw new KnastError("still_mounted");
}

/**
 * The steps of a destroy, from what the journal keeps alone; each bears being done again, also when another jail bears the name by
 * then: as the config goes last, nothing but the trash of this very jail is touched where its config is not.
 */
export function destroySteps(daemon: Daemon, data: Destroyed): Step[] {
  const { paths } = daemon;
  const { name } = data;
  const ifOurs =
    (work: Step["run"]): Step["run"] =>
    async (context) => {
      if (await isCommitted(daemon, data)) await work(context);
    };
  return [
    {
      id: "check",
      title: "Check that nothing of the jail runs or is mounted",
      command: "jls -d; mount -p",
      run: () => refuseLiving(daemon, data),
    },
    {
      id: "autostart",
      title: "Keep it from starting at boot",
      command: null,
      run: ifOurs((context) => setAutostart(daemon, context, name, false, true)),
    },
    {
      id: "aside",
      title: "Move its tree aside",
      command: trashCommand(daemon, data),
      run: ifOurs(async (context) => {
        await refuseLiving(daemon, data);
        await moveToTrash(daemon, context, data);
      }),
    },
    {
      id: "limits",
      title: "Remove its resource limits",
      command: `rctl -r jail:${name}`,
      run: ifOurs(async (context) => {
        await removeLimits(daemon, context, name);
        await forgetLimits(daemon, name);
      }),
    },
    {
      id: "remove",
      title: "Delete the tree",
      command: removeCommand(daemon, data),
      run: (context) => removeTrash(daemon, context, data),
    },
    {
      id: "fstab",
      title: "Delete its fstab",
      command: `rm ${fstabFile(paths, name)}`,
      run: ifOurs(() => removeFile(fstabFile(paths, name))),
    },
    {
      id: "config",
      title: "Delete its config",
      command: `rm ${jailConfFile(paths, name)}`,
      run: ifOurs(async () => {
        await removeFile(jailConfFile(paths, name));
        daemon.view.forget();
      }),
    },
  ];
}
