import { posix } from "node:path";
import { KnastError } from "../../contract/errors.ts";
import { look, readLink, walk } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { BASE_DIRECTORIES, WORLD_MARKS, WORLD_MAX_ENTRIES } from "./layout.ts";
import { TreeSize } from "./tree-size.ts";

/** The directories in which we move and write things ourselves: if one were a link, we would do so somewhere on the host. */
const OURS = [
  "dev",
  "etc",
  "etc/ssh",
  "etc/ssl",
  "proc",
  "root",
  "usr",
  "var",
  "var/db",
  "var/run",
  ...BASE_DIRECTORIES,
];

/**
 * Looks at every entry of an unpacked or copied tree, by lstat(2) alone, before anything else is done with it.
 * @returns its size in bytes; throws KnastError base_invalid for what is no world, for devices, sockets, fifos, and for
 *   relative links that climb out of the tree (absolute ones are read inside the jail and stay there)
 */
export async function inspectWorld(root: string, context: StepContext): Promise<{ bytes: number; entries: number }> {
  const refuse = (message: string): never => {
    throw new KnastError("base_invalid", { message });
  };
  for (const mark of WORLD_MARKS)
    if ((await look(`${root}/${mark.path}`))?.kind !== mark.kind)
      refuse(`This is no FreeBSD world: it has no /${mark.path}.`);
  for (const path of OURS) {
    const kind = (await look(`${root}/${path}`))?.kind ?? "directory";
    if (kind !== "directory") refuse(`This is no FreeBSD world: its /${path} is no directory.`);
  }
  const size = new TreeSize();
  let entries = 0;
  for await (const { path, found } of walk(root)) {
    if (context.signal.aborted) throw new KnastError("cancelled");
    const inside = path.slice(root.length);
    if (++entries > WORLD_MAX_ENTRIES) refuse("This world has far too many files.");
    if (entries % 1000 === 0) context.progress(entries, null, "files");
    if (found.kind === "other")
      refuse(`This world has a device, socket or pipe: ${JSON.stringify(inside)}.`.slice(0, 400));
    size.add(found);
    if (found.kind === "link" && climbsOut(inside, (await readLink(path)) ?? ""))
      refuse(`This world has a link that leads out of it: ${JSON.stringify(inside)}.`.slice(0, 400));
  }
  context.progress(entries, entries, "files");
  return { bytes: size.bytes, entries };
}

/** @returns whether a link at `inside` (absolute within the tree) with this target names something above the tree's root */
export function climbsOut(inside: string, target: string): boolean {
  if (target.startsWith("/")) return false;
  const path = posix.normalize(`.${posix.dirname(inside)}/${target}`);
  return path === ".." || path.startsWith("../");
}
