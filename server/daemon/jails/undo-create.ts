import { join } from "node:path";
import { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { JailId, JailName } from "../../contract/names.ts";
import { readKnastId } from "../conf/jail-conf.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import { fstabFile, jailConfFile, jailTree } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { look, readText, removeFile } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { setAutostart } from "./autostart.ts";

/** What the journal keeps of a create; `ino` is the new tree's, null before it is copied. */
export const Created = z.object({ name: JailName, id: JailId, ino: z.number().nullable(), autostart: z.boolean() });
export type Created = z.infer<typeof Created>;

export const scratchOf = (daemon: Daemon, id: string): string => join(daemon.paths.jails, ".new", JailId.parse(id));

/** @returns whether this very jail's config is in place: from then on it exists */
export async function isCommitted(daemon: Daemon, { name, id }: Pick<Created, "name" | "id">): Promise<boolean> {
  const text = await readText(jailConfFile(daemon.paths, name));
  return text !== null && readKnastId(text, name) === id;
}

/** Takes back a create, wherever it stopped; what is not of this very jail stays. Bears being done twice. */
export async function undoCreate(daemon: Daemon, context: StepContext, created: Created): Promise<void> {
  const { paths } = daemon;
  const { name, id, ino } = created;
  context.output("Taking back what was done.");
  const tree = jailTree(paths, name);
  const placed = ino !== null && (await look(tree))?.ino === ino;
  if (await isCommitted(daemon, created)) {
    await setAutostart(daemon, context, name, false, true);
    await removeFile(jailConfFile(paths, name));
  }
  daemon.view.forget();
  if (placed) {
    // With our tree in place and the plan's check before it, this fstab can only be ours.
    await removeFile(fstabFile(paths, name));
    await removeTree(daemon, context, tree);
  }
  await removeTree(daemon, context, scratchOf(daemon, id));
}

/** Below the jail root, beside the jails themselves. */
const TREES = /^(\.new\/[0-9a-f]{32}|\.trash\/[a-z][a-z0-9_]{0,30}\.[0-9a-f]{32})$/;

/**
 * Deletes a tree below the jail root by rm(1), which never leaves its file system; nothing there is fine.
 * @throws KnastError still_mounted when the mount table has anything below it, internal when rm fails
 */
export async function removeTree(daemon: Daemon, context: StepContext, path: string): Promise<void> {
  const inside = path.startsWith(`${daemon.paths.jails}/`) ? path.slice(daemon.paths.jails.length + 1) : "";
  if (!TREES.test(inside) && !JailName.safeParse(inside).success)
    throw new KnastError("internal", { cause: `${path} is no tree of ours` });
  const found = await look(path);
  if (found === null) return;
  if (mountsBelow(await daemon.view.mountsNow(), path).length > 0) throw new KnastError("still_mounted");
  if (found.kind === "directory") {
    // schg on files of the base set would stop rm; file systems without flags make chflags fail, which rm then decides.
    await context.run("chflags", ["-R", "0", path], { deadline: 600_000, log: false });
  }
  const result = await context.run("rm", ["-rfx", path], { deadline: 3_600_000 });
  if (result.status !== 0 || (await look(path)) !== null)
    throw new KnastError("internal", { cause: `rm: ${result.stderr.slice(0, 500)}` });
}
