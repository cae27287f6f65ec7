import { z } from "zod";
import { JailId, JailName } from "../../contract/names.ts";
import { readKnastId } from "../conf/jail-conf.ts";
import { fstabFile, jailConfFile } from "../conf/paths.ts";
import type { Daemon } from "../daemon.ts";
import { readText, removeFile } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { forgetLimits } from "../limits/rules.ts";
import { isPlaced, NewTree, undoTree } from "../trees/new-tree.ts";
import { setAutostart } from "./autostart.ts";

/** What the journal keeps of a create. */
export const Created = z.object({
  name: JailName,
  id: JailId,
  tree: NewTree,
  autostart: z.boolean(),
  limited: z.boolean(),
});
export type Created = z.infer<typeof Created>;

/** @returns whether this very jail's config is in place: from then on it exists */
export async function isCommitted(daemon: Daemon, { name, id }: Pick<Created, "name" | "id">): Promise<boolean> {
  const text = await readText(jailConfFile(daemon.paths, name));
  return text !== null && readKnastId(text, name) === id;
}

/** Takes back a create, wherever it stopped; what is not of this very jail stays. Bears being done twice. */
export async function undoCreate(daemon: Daemon, context: StepContext, created: Created): Promise<void> {
  const { paths } = daemon;
  const { name, tree } = created;
  context.output("Taking back what was done.");
  const placed = await isPlaced(daemon, context, tree);
  if (await isCommitted(daemon, created)) {
    await setAutostart(daemon, context, name, false, true);
    await removeFile(jailConfFile(paths, name));
  }
  daemon.view.forget();
  // With our tree in place and the plan's check before it, this fstab can only be ours.
  if (placed) await removeFile(fstabFile(paths, name));
  if (placed && created.limited) await forgetLimits(daemon, name);
  await undoTree(daemon, context, tree);
}
