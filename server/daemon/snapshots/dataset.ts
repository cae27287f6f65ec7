import { KnastError } from "../../contract/errors.ts";
import type { JailRef } from "../../contract/daemon.ts";
import type { JailSnapshots, Snapshot } from "../../contract/snapshot.ts";
import { datasetArg, datasetAt, parseSnapshots, SNAPSHOT_COLUMNS } from "../conf/zfs.ts";
import type { Daemon } from "../daemon.ts";
import type { RunResult } from "../host/run.ts";
import { placeOf } from "../jails/check-place.ts";
import { findJail } from "../jails/find-jail.ts";

/** A pool that is busy scrubbing answers late, not never. */
export const ZFS_DEADLINE = 60_000;

/** @returns the ZFS file system that is this jail's tree; null where the tree is a plain directory */
export async function datasetOf(daemon: Daemon, jail: { path: string }): Promise<string | null> {
  const found = datasetAt(await daemon.view.mountsNow(), await placeOf(jail));
  return found === null ? null : datasetArg(found);
}

/** @throws KnastError no_dataset */
export async function needDataset(daemon: Daemon, jail: { path: string }): Promise<string> {
  const dataset = await datasetOf(daemon, jail);
  if (dataset === null) throw new KnastError("no_dataset");
  return dataset;
}

/** @returns a dataset's own snapshots, oldest first. @throws KnastError internal, tool_missing, timed_out */
export async function readSnapshots(daemon: Daemon, dataset: string): Promise<Snapshot[]> {
  const args = ["list", "-Hp", "-t", "snapshot", "-o", SNAPSHOT_COLUMNS, "-d", "1", datasetArg(dataset)];
  const result = await daemon.run("zfs", args, { deadline: ZFS_DEADLINE, cap: 8 * 1024 * 1024 });
  if (result.timedOut) throw new KnastError("timed_out", { cause: "zfs list" });
  if (result.status !== 0) throw new KnastError("internal", { cause: `zfs list: ${result.stderr.slice(0, 500)}` });
  return parseSnapshots(result.stdout, dataset);
}

/** jail.snapshots: what there is to go back to. A tree that is a plain directory has none. */
export async function listSnapshots(daemon: Daemon, ref: JailRef): Promise<JailSnapshots> {
  const dataset = await datasetOf(daemon, await findJail(daemon, ref));
  return { dataset, snapshots: dataset === null ? [] : await readSnapshots(daemon, dataset) };
}

/** @throws KnastError for what zfs(8) says when it fails */
export function refuseFailure(result: RunResult): void {
  if (result.timedOut) throw new KnastError("timed_out", { cause: "zfs" });
  if (result.status === 0) return;
  const cause = result.stderr.slice(0, 500);
  if (/out of space|quota exceeded/.test(cause)) throw new KnastError("disk_full", { cause });
  if (/dataset already exists/.test(cause))
    throw new KnastError("exists", { message: "There is a snapshot of this name already.", cause });
  if (/does not exist|could not find any snapshots/.test(cause)) throw new KnastError("not_found", { cause });
  if (/more recent snapshots/.test(cause)) {
    const message = "There are later snapshots. Rolling back destroys them: say so, or remove them first.";
    throw new KnastError("later_snapshots", { message, cause });
  }
  if (/dependent clones/.test(cause)) throw new KnastError("has_clones", { cause });
  if (/dataset is busy/.test(cause)) throw new KnastError("still_mounted", { cause });
  throw new KnastError("internal", { cause: `zfs: ${cause}` });
}
