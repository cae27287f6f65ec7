import { existsSync, realpathSync } from "node:fs";
import { HostOpError, hostop } from "./hostop.ts";
import { getopt, type Call } from "./io.ts";
import { locked } from "./lock.ts";
import { isBelow, readMounts } from "./mount-table.ts";
import { listJails } from "./state.ts";

/** umount(8): one or more nodes; a tree that a running jail uses is busy, as its files would be open there. */
export async function umount(call: Call): Promise<number> {
  const parsed = getopt(call, "aAfh:nNt:vF:");
  if (!parsed) return 1;
  if (!parsed.rest.length) {
    call.io.err(
      "usage: umount [-fNnv] special ... | node ... | fsid ...\n       umount -a | -A [-F fstab] [-fnv] [-h host] [-t type]\n",
    );
    return 1;
  }
  const force = parsed.flags.some((item) => item.flag === "f");
  const type = parsed.flags.find((item) => item.flag === "t")?.value;
  let failed = 0;
  for (const node of parsed.rest) failed |= await umountOne(call, node, force, type);
  return failed;
}

/** Takes the topmost mount off one node. */
export async function umountOne(call: Call, node: string, force = false, type?: string): Promise<number> {
  const { state, io } = call;
  const target = existsSync(node) ? realpathSync(node) : node;
  return locked(state, "mounts", () => {
    const all = readMounts(state);
    const mine = all.findLast((item) => item.target === target && (!type || item.type === type));
    if (!mine) {
      io.err(
        existsSync(node)
          ? `umount: ${node}: not a file system root directory\n`
          : `umount: ${node}: statfs: No such file or directory\n`,
      );
      return 1;
    }
    const busy = (reason: string) => {
      io.err(`umount: unmount of ${target} failed: ${reason}\n`);
      return 1;
    };
    if (all.some((item) => item.target !== target && isBelow(item.target, target))) return busy("Device busy");
    if (!force && listJails(state).some((jail) => isBelow(target, jail.path) && target !== jail.path))
      return busy("Device busy");
    try {
      hostop(state, "umount", [target]);
      return 0;
    } catch (error) {
      if (error instanceof HostOpError) return busy(error.reason);
      throw error;
    }
  });
}
