import { join } from "node:path";
import { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { JailId, JailName } from "../../contract/names.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import { jailTree } from "../conf/paths.ts";
import { datasetArg, datasetAt, OWNER_PROPERTY } from "../conf/zfs.ts";
import type { Daemon } from "../daemon.ts";
import { look, move, removeEmptyDirectory } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { refuseFailure, ZFS_DEADLINE } from "../snapshots/dataset.ts";
import { removeTree } from "./remove-tree.ts";

/**
 * A tree on its way to JAILS/NAME: a directory JAILS/.new/ID that is renamed, or, where the jail root is a ZFS file system, a
 * file system of its own that is mounted there first and then at its place.
 */
export const NewTree = z.object({
  name: JailName,
  id: JailId,
  /** the ZFS file system that it is or becomes; null for a directory */
  dataset: z.string().nullable(),
  /** the file system that it is cloned from, zfs-clone(8); null for one that is filled */
  origin: z.string().nullable(),
  /** inode of the directory, null before it is there: undo removes JAILS/NAME only if it is this very one */
  ino: z.number().nullable(),
});
export type NewTree = z.infer<typeof NewTree>;

export const scratchOf = (daemon: Pick<Daemon, "paths">, id: string): string =>
  join(daemon.paths.jails, ".new", JailId.parse(id));

/**
 * @param like a jail's file system that it shall be a clone of, if both can be of one pool
 * @returns what the tree of a new jail becomes on this host: chosen by the file system of the jail root, nothing is done yet
 */
export async function planTree(daemon: Daemon, name: string, id: string, like: string | null = null): Promise<NewTree> {
  const root = datasetAt(await daemon.view.mountsNow(), daemon.paths.jails);
  if (root === null) return { name, id, dataset: null, origin: null, ino: null };
  const pool = (dataset: string) => dataset.split("/")[0];
  const origin = like !== null && pool(like) === pool(root) ? datasetArg(like) : null;
  return { name, id, dataset: datasetArg(`${root}/${JailName.parse(name)}`), origin, ino: null };
}

/** The snapshot that a clone needs; named after it, so that nobody takes it for one of his own. */
const cloneSnapshot = ({ origin, id }: NewTree): string => `${datasetArg(origin!)}@knast-${JailId.parse(id)}`;

/** @returns the command that makes it, as a person would type it */
export function makeCommand(daemon: Daemon, tree: NewTree): string | null {
  if (tree.dataset === null) return null;
  const option = `-o mountpoint=${scratchOf(daemon, tree.id)}`;
  if (tree.origin === null) return `zfs create ${option} ${tree.dataset}`;
  return `zfs snapshot ${cloneSnapshot(tree)} && zfs clone ${option} ${cloneSnapshot(tree)} ${tree.dataset}`;
}

/**
 * Makes the ZFS file system of a new tree, mounted at JAILS/.new/ID, as a clone with all its files where it has an origin; for a
 * directory there is nothing to make, who fills it makes it.
 * @throws KnastError exists, disk_full
 */
export async function makeDataset(daemon: Daemon, context: StepContext, tree: NewTree): Promise<void> {
  if (tree.dataset === null) return;
  const options = ["-o", `mountpoint=${scratchOf(daemon, tree.id)}`, "-o", `${OWNER_PROPERTY}=${tree.id}`];
  const run = async (...args: string[]) =>
    refuseFailure(await context.run("zfs", args, { deadline: tree.origin === null ? ZFS_DEADLINE : 600_000 }));
  if (tree.origin === null) await run("create", ...options, tree.dataset);
  else {
    await run("snapshot", cloneSnapshot(tree));
    await run("clone", ...options, cloneSnapshot(tree), tree.dataset);
  }
  daemon.view.forget();
}

/** Notes which directory it is, when it has been filled. */
export async function noteTree(daemon: Daemon, tree: NewTree): Promise<void> {
  tree.ino = (await look(scratchOf(daemon, tree.id)))?.ino ?? null;
}

/** From JAILS/.new/ID to JAILS/NAME. @throws KnastError exists when something is there already */
export async function placeTree(daemon: Daemon, context: StepContext, tree: NewTree): Promise<void> {
  const place = jailTree(daemon.paths, tree.name);
  if (await look(place)) throw new KnastError("exists");
  if (tree.dataset === null) return move(scratchOf(daemon, tree.id), place);
  refuseFailure(await context.run("zfs", ["set", `mountpoint=${place}`, tree.dataset], { deadline: ZFS_DEADLINE }));
  daemon.view.forget();
  await removeEmptyDirectory(scratchOf(daemon, tree.id));
}

/** @returns the command that brings it to its place */
export const placeCommand = (daemon: Daemon, tree: NewTree): string => {
  const place = jailTree(daemon.paths, tree.name);
  return tree.dataset === null
    ? `mv ${scratchOf(daemon, tree.id)} ${place}`
    : `zfs set mountpoint=${place} ${tree.dataset}`;
};

/** @returns whether JAILS/NAME is this very tree */
export async function isPlaced(daemon: Daemon, context: StepContext, tree: NewTree): Promise<boolean> {
  const place = jailTree(daemon.paths, tree.name);
  if (tree.dataset === null) return tree.ino !== null && (await look(place))?.ino === tree.ino;
  return datasetAt(await daemon.view.mountsNow(), place) === tree.dataset && (await isOwn(context, tree));
}

/** Takes a new tree back, wherever it is by now; one that is not of this very job stays. Bears being done twice. */
export async function undoTree(daemon: Daemon, context: StepContext, tree: NewTree): Promise<void> {
  const scratch = scratchOf(daemon, tree.id);
  const place = jailTree(daemon.paths, tree.name);
  if (tree.dataset === null) {
    if (await isPlaced(daemon, context, tree)) await removeTree(daemon, context, place);
    return removeTree(daemon, context, scratch);
  }
  if (!(await isOwn(context, tree))) {
    await removeCloneSnapshot(context, tree);
    return removeEmptyDirectory(scratch);
  }
  const target = datasetAt(await daemon.view.mountsNow(), place) === tree.dataset ? place : scratch;
  if (mountsBelow(await daemon.view.mountsNow(), target).some((one) => one.target !== target))
    throw new KnastError("still_mounted");
  refuseFailure(await context.run("zfs", ["destroy", "-r", tree.dataset], { deadline: 600_000 }));
  daemon.view.forget();
  await removeEmptyDirectory(target);
  await removeCloneSnapshot(context, tree);
}

/** Bears that there is none; its name is this very job's. */
async function removeCloneSnapshot(context: StepContext, tree: NewTree): Promise<void> {
  if (tree.origin === null) return;
  const list = ["list", "-H", "-t", "snapshot", "-o", "name", cloneSnapshot(tree)];
  const known = await context.run("zfs", list, { deadline: ZFS_DEADLINE, log: false });
  if (known.status !== 0) return;
  refuseFailure(await context.run("zfs", ["destroy", cloneSnapshot(tree)], { deadline: ZFS_DEADLINE }));
}

/** Whether the dataset of that name bears our mark of this job: one that somebody else made is never destroyed. */
async function isOwn(context: StepContext, tree: NewTree): Promise<boolean> {
  const args = ["get", "-H", "-o", "value", OWNER_PROPERTY, datasetArg(tree.dataset!)];
  const result = await context.run("zfs", args, { deadline: ZFS_DEADLINE, log: false });
  return result.status === 0 && result.stdout.trim() === tree.id;
}
