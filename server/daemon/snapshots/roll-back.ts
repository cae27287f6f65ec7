import { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import type { JailRef } from "../../contract/daemon.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailName } from "../../contract/names.ts";
import { SnapshotName } from "../../contract/snapshot.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import { datasetArg } from "../conf/zfs.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { checkPlace, placeOf } from "../jails/check-place.ts";
import { findJail, type OwnedJail } from "../jails/find-jail.ts";
import { lockJail } from "../jails/lock-jail.ts";
import type { Step } from "../jobs/step.ts";
import { needDataset, readSnapshots, refuseFailure } from "./dataset.ts";

const ROLLBACK_DEADLINE = 600_000;

/** What the journal keeps of a rollback. */
const RolledBack = z.object({
  name: JailName,
  dataset: z.string(),
  snapshot: SnapshotName,
  discardLater: z.boolean(),
});
type RolledBack = z.infer<typeof RolledBack>;

/**
 * snapshot.rollback, zfs-rollback(8), as a job: the stopped jail's tree becomes what it was.
 * @throws KnastError no_dataset, not_found, running, later_snapshots, still_mounted, busy; the job can fail with the same
 */
export async function rollBack(
  daemon: Daemon,
  input: JailRef & { snapshot: string; discardLater: boolean },
  call: Call,
): Promise<JobRef> {
  const { snapshot, discardLater, ...ref } = input;
  const locked = await lockJail(daemon, ref, "snapshot.rollback");
  return locked.orRelease(async ({ jail, setUp }) => {
    await checkPlace(daemon, jail.name, setUp.path);
    const data: RolledBack = { name: jail.name, dataset: await needDataset(daemon, jail), snapshot, discardLater };
    await refuseRollback(daemon, jail, data);
    return daemon.jobs.begin(
      {
        verb: "snapshot.rollback",
        jail: jail.name,
        jailId: jail.id,
        actor: call.actor,
        steps: rollBackSteps(daemon, jail, data),
        data,
        weight: "heavy",
        release: locked.release,
      },
      call.key,
      locked.holder,
    );
  });
}

function rollBackSteps(daemon: Daemon, jail: OwnedJail, data: RolledBack): Step[] {
  const target = `${datasetArg(data.dataset)}@${data.snapshot}`;
  const args = ["rollback", ...(data.discardLater ? ["-r"] : []), target];
  return [
    {
      id: "check",
      title: "Check that nothing of the jail runs or is mounted",
      command: "jls -d; mount -p",
      run: () => refuseRollback(daemon, jail, data),
    },
    {
      id: "rollback",
      title: `Put the tree back to ${data.snapshot}`,
      command: `zfs ${args.join(" ")}`,
      run: async (context) => refuseFailure(await context.run("zfs", args, { deadline: ROLLBACK_DEADLINE })),
    },
  ];
}

async function refuseRollback(daemon: Daemon, jail: OwnedJail, data: RolledBack): Promise<void> {
  if ((await daemon.view.runningNow()).some((one) => one.name === jail.name)) throw new KnastError("running");
  const place = await placeOf(jail);
  const table = await daemon.view.mountsNow();
  if (mountsBelow(table, place).some((one) => one.target !== place)) throw new KnastError("still_mounted");
  const snapshots = await readSnapshots(daemon, data.dataset);
  const at = snapshots.findIndex((one) => one.name === data.snapshot);
  if (at < 0) throw new KnastError("not_found");
  const later = snapshots.slice(at + 1);
  if (later.length > 0 && !data.discardLater) throw new KnastError("later_snapshots");
  if (later.some((one) => one.clones.length > 0)) throw new KnastError("has_clones");
}

/** zfs(8) does it whole or not at all; doing it again gives the same tree. */
export const recoverRollBack: Recovery = async (daemon, context, intent) => {
  if (intent.step === "check")
    return new KnastError("cancelled", {
      message: "knastd was started anew before anything was put back.",
    }).toFailure();
  const data = RolledBack.parse(intent.data);
  const jail = await findJail(daemon, { name: data.name });
  for (const step of rollBackSteps(daemon, jail, data)) await step.run(context);
  return null;
};
