import { existsSync, lstatSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { HostOpError, hostop } from "./hostop.ts";
import { getopt, type Call } from "./io.ts";
import { locked } from "./lock.ts";
import { readBinds, readMounts } from "./mount-table.ts";

/** mount(8): the table plain and as fstab(5) lines (`-p`), and -t nullfs, devfs, fdescfs, procfs, tmpfs. */
export async function mount(call: Call): Promise<number> {
  const parsed = getopt(call, "adflno:prt:uvw");
  if (!parsed) return 1;
  const has = (flag: string) => parsed.flags.some((item) => item.flag === flag);
  const type = parsed.flags.findLast((item) => item.flag === "t")?.value;
  const options = parsed.flags.filter((item) => item.flag === "o").flatMap((item) => item.value.split(","));
  if (has("r")) options.push("ro");
  if (!parsed.rest.length) {
    show(call, has("p"), type);
    return 0;
  }
  const [source, target] = parsed.rest;
  if (parsed.rest.length !== 2 || !type) {
    call.io.err(
      "usage: mount [-adflpruvw] [-F fstab] [-o options] [-t ufs | external_type]\n       mount [-dfpruvw] special | node\n       mount [-dfpruvw] [-o options] [-t ufs | external_type] special node\n",
    );
    return 1;
  }
  return mountOne(call, type, source!, target!, options);
}

/** Does one mount. `source` counts for nullfs only. */
export async function mountOne(
  call: Call,
  type: string,
  source: string,
  target: string,
  options: string[],
): Promise<number> {
  const { state, io } = call;
  const program = type === "nullfs" ? "mount_nullfs" : "mount";
  const refuse = (what: string, reason: string) => {
    io.err(`${program}: ${what}: ${reason}\n`);
    return 1;
  };
  if (!["nullfs", "devfs", "fdescfs", "procfs"].includes(type))
    return refuse(target, "Operation not supported by device");
  if (!existsSync(target)) return refuse(target, "No such file or directory");
  if (!statSync(target).isDirectory()) return refuse(target, "Not a directory");
  const node = realpathSync(target);
  return locked(state, "mounts", () => {
    try {
      if (type !== "nullfs") {
        hostop(state, type, [node]);
        return 0;
      }
      if (!existsSync(source)) return refuse(source, "No such file or directory");
      const tree = realpathSync(source);
      const there = readMounts(state).findLast((item) => item.target === node);
      if (there?.type === "nullfs" && there.source === tree) return refuse(target, "Resource deadlock avoided");
      if (tree === node) return refuse(target, "Resource deadlock avoided");
      // A base is made by knastd, so its own directories are no links; a link would lead the bind out of the tree.
      const binds = readBinds(tree).filter((bind) => isPlainDirectory(tree, bind.below) && existsSync(bind.machine));
      const readOnly = options.includes("ro") ? "ro" : "rw";
      hostop(state, "nullfs", [
        readOnly,
        tree,
        node,
        ...binds.flatMap((bind) => [bind.machine, join(node, bind.below)]),
      ]);
      return 0;
    } catch (error) {
      if (error instanceof HostOpError) return refuse(target, error.reason);
      throw error;
    }
  });
}

function isPlainDirectory(tree: string, below: string): boolean {
  let path = tree;
  for (const part of below.split("/")) {
    path = join(path, part);
    if (!lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) return false;
  }
  return true;
}

/** As strvis(3) writes it into fstab(5). */
const encode = (text: string): string =>
  text.replace(/[\s\\#]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`);

/** Tabs as mount -p sets them: columns of 16 (source, node), 8 (type), 16 (options). */
const pad = (text: string, tabs: number): string =>
  text.length >= 8 * tabs ? `${text} ` : text + "\t".repeat(tabs - Math.floor(text.length / 8));

function show(call: Call, asFstab: boolean, type?: string): void {
  const rows = [
    { source: "/dev/vtbd0p2", target: "/", type: "ufs", options: ["rw"] },
    { source: "devfs", target: "/dev", type: "devfs", options: ["rw"] },
    ...readMounts(call.state),
  ].filter((row) => !type || row.type === type);
  for (const row of rows) {
    if (!asFstab) {
      const words = row.options.includes("ro") ? ["read-only"] : [];
      call.io.out(`${row.source} on ${row.target} (${[row.type, "local", ...words].join(", ")})\n`);
      continue;
    }
    const numbers = row.target === "/" ? "1 1" : "0 0";
    call.io.out(
      `${pad(encode(row.source), 3)}${pad(encode(row.target), 3)}${pad(row.type, 1)}${pad(row.options.join(","), 2)}${numbers}\n`,
    );
  }
}
