import { KnastError } from "../../contract/errors.ts";
import { JailName } from "../../contract/names.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import type { Daemon } from "../daemon.ts";
import { look } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";

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
