import { KnastError } from "../../contract/errors.ts";
import type { JailRef } from "../../contract/daemon.ts";
import { type JailSnapshots, MAX_SNAPSHOTS } from "../../contract/snapshot.ts";
import type { Daemon } from "../daemon.ts";
import { checkPlace } from "../jails/check-place.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { needDataset, readSnapshots, refuseFailure, ZFS_DEADLINE } from "./dataset.ts";

type SnapshotRef = JailRef & { snapshot: string };

/**
 * snapshot.take, zfs-snapshot(8): at once, whether the jail runs or not; of a running one it is what a power cut would leave.
 * @throws KnastError no_dataset, exists, too_many, disk_full, not_found, busy
 */
export function takeSnapshot(daemon: Daemon, input: SnapshotRef): Promise<JailSnapshots> {
  return change(daemon, input, "snapshot.take", async (dataset) => {
    if ((await readSnapshots(daemon, dataset)).length >= MAX_SNAPSHOTS)
      throw new KnastError("too_many", { message: `This jail has ${MAX_SNAPSHOTS} snapshots. Remove one first.` });
    return ["snapshot", `${dataset}@${input.snapshot}`];
  });
}

/** snapshot.remove, zfs-destroy(8) of this one snapshot. @throws KnastError no_dataset, not_found, has_clones, busy */
export function removeSnapshot(daemon: Daemon, input: SnapshotRef): Promise<JailSnapshots> {
  return change(daemon, input, "snapshot.remove", async (dataset) => {
    // Never without a name after the @: that would be the jail itself.
    const known = (await readSnapshots(daemon, dataset)).some((one) => one.name === input.snapshot);
    if (!known) throw new KnastError("not_found");
    return ["destroy", `${dataset}@${input.snapshot}`];
  });
}

async function change(
  daemon: Daemon,
  input: SnapshotRef,
  verb: string,
  argsFor: (dataset: string) => Promise<string[]>,
): Promise<JailSnapshots> {
  const locked = await lockJail(daemon, { name: input.name, ...(input.id ? { id: input.id } : {}) }, verb);
  return locked.orRelease(async ({ jail, setUp }) => {
    await checkPlace(daemon, jail.name, setUp.path);
    const dataset = await needDataset(daemon, jail);
    refuseFailure(await daemon.run("zfs", await argsFor(dataset), { deadline: ZFS_DEADLINE }));
    const snapshots = await readSnapshots(daemon, dataset);
    locked.release();
    return { dataset, snapshots };
  });
}
