import { join } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { JailId, JailName } from "../../contract/names.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import { jailTree } from "../conf/paths.ts";
import { datasetArg } from "../conf/zfs.ts";
import type { Daemon } from "../daemon.ts";
import { listNames, look, makeDirectory, move, removeEmptyDirectory } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { readSnapshots, refuseFailure, ZFS_DEADLINE } from "../snapshots/dataset.ts";
import { removeTree } from "./remove-tree.ts";

/** A jail's tree on its way out; `dataset` when it is a ZFS file system. */
type OldTree = { name: string; id: string; dataset: string | null };

const trashOf = (daemon: Daemon, { name, id }: OldTree): string =>
  join(daemon.paths.jails, ".trash", `${JailName.parse(name)}.${JailId.parse(id)}`);

export const trashCommand = (daemon: Daemon, tree: OldTree): string =>
  tree.dataset === null
    ? `mv ${jailTree(daemon.paths, tree.name)} ${trashOf(daemon, tree)}`
    : `zfs set mountpoint=${trashOf(daemon, tree)} ${tree.dataset}`;

export const removeCommand = (daemon: Daemon, tree: OldTree): string =>
  tree.dataset === null
    ? `chflags -R 0 ${trashOf(daemon, tree)} && rm -rfx ${trashOf(daemon, tree)}`
    : `zfs destroy -r ${tree.dataset}`;

/**
 * Takes a stopped jail's tree from JAILS/NAME to JAILS/.trash/NAME.ID; done again it finds it there already.
 * @throws KnastError has_clones, still_mounted
 */
export async function moveToTrash(daemon: Daemon, context: StepContext, tree: OldTree): Promise<void> {
  const [place, trash] = [jailTree(daemon.paths, tree.name), trashOf(daemon, tree)];
  await makeDirectory(join(daemon.paths.jails, ".trash"), 0o700);
  if (tree.dataset === null) {
    if ((await look(place)) && !(await look(trash))) await move(place, trash);
    return;
  }
  const clones = (await readSnapshots(daemon, tree.dataset)).flatMap((one) => one.clones);
  if (clones.length > 0) {
    const message = `${clones[0]} was cloned from this jail and needs it. On the host: zfs promote ${clones[0]}`;
    throw new KnastError("has_clones", { message: message.slice(0, 500) });
  }
  const args = ["set", `mountpoint=${trash}`, datasetArg(tree.dataset)];
  refuseFailure(await context.run("zfs", args, { deadline: ZFS_DEADLINE }));
  daemon.view.forget();
  // What lay there before the file system was mounted over it is not the jail's: left, and said.
  if (((await listNames(place)) ?? []).length === 0) return removeEmptyDirectory(place);
  context.output(`${place} is not empty below the file system. What is in it stays: look at it by hand.`);
}

/** Deletes what is in the trash; a file system only if it is the trash that it is mounted at. Nothing there is fine. */
export async function removeTrash(daemon: Daemon, context: StepContext, tree: OldTree): Promise<void> {
  const trash = trashOf(daemon, tree);
  if (tree.dataset !== null) {
    const [mountpoint, origin] = await propertiesOf(context, tree.dataset);
    if (mountpoint === trash) {
      if (mountsBelow(await daemon.view.mountsNow(), trash).some((one) => one.target !== trash))
        throw new KnastError("still_mounted");
      refuseFailure(await context.run("zfs", ["destroy", "-r", tree.dataset], { deadline: 3_600_000 }));
      daemon.view.forget();
      // The snapshot that jail.clone took for this one is nobody's now; one that something else needs stays.
      if (/@knast-[0-9a-f]{32}$/.test(origin))
        await context.run("zfs", ["destroy", origin], { deadline: ZFS_DEADLINE });
    }
  }
  await removeTree(daemon, context, trash);
}

/** @returns mountpoint and origin of a file system, empty when it is gone */
async function propertiesOf(context: StepContext, dataset: string): Promise<[mountpoint: string, origin: string]> {
  const args = ["list", "-H", "-o", "mountpoint,origin", datasetArg(dataset)];
  const { stdout } = await context.run("zfs", args, { deadline: ZFS_DEADLINE, log: false });
  const [mountpoint = "", origin = ""] = stdout.trim().split("\t");
  return [mountpoint, origin];
}
