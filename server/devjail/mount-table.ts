import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { State } from "./state.ts";
import { datasetAt } from "./zfs/datasets.ts";

/** A line of the mount table as FreeBSD shows it. */
export type Mount = { source: string; target: string; type: string; options: string[] };

type Raw = {
  id: number;
  /** by which run/machine-mounts names it */
  mark: string;
  parent: number;
  device: string;
  root: string;
  target: string;
  options: string;
  type: string;
  source: string;
};

const decode = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));

function readRaw(): Raw[] {
  return readFileSync("/proc/self/mountinfo", "latin1")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [left, right] = line.split(" - ") as [string, string];
      const [id, parent, device, root, target, options] = left.split(" ") as [
        string,
        string,
        string,
        string,
        string,
        string,
      ];
      const [type, source] = right.split(" ") as [string, string];
      const utf8 = (text: string) => Buffer.from(decode(text), "latin1").toString("utf8");
      return {
        id: +id,
        mark: `${id} ${target}`,
        parent: +parent,
        device,
        root: utf8(root),
        target: utf8(target),
        options,
        type,
        source: utf8(source),
      };
    });
}

/** File in a tree that names the machine's directories to be bound below it: lines "BELOW MACHINE-DIRECTORY". */
const BINDS = "libexec/.devjail-binds";

/** What a tree may name: programs and libraries. Such a file may lie in a tree that a jailed root can write. */
const BINDABLE = /^\/usr\/(bin|sbin|lib|lib32|lib64|libexec|share)$/;

/** @returns directories below `tree` and what of the machine goes there; none for an ordinary tree */
export function readBinds(tree: string): { below: string; machine: string }[] {
  const file = join(tree, BINDS);
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((cells) => cells.length === 2 && !cells[0]!.split("/").includes("..") && BINDABLE.test(cells[1]!))
    .map(([below, machine]) => ({ below: below!, machine: machine! }));
}

/**
 * The mounts made on this host, oldest first, told from the kernel's own table: nothing is noted that a kill could make wrong.
 * The machine's own mounts and the ones inside a bound base do not show.
 */
export function readMounts(state: State): Mount[] {
  const noted = new Set(readFileSync(state.at("run/machine-mounts"), "latin1").trim().split("\n"));
  const all = readRaw();
  const machine = new Set(all.filter((raw) => noted.has(raw.mark)).map((raw) => raw.id));
  const ours = new Map<number, Mount>();
  const binds = new Map<string, string[]>();
  const namesIn = (tree: string): string[] => {
    if (!binds.has(tree))
      binds.set(
        tree,
        readBinds(tree).map((bind) => bind.below),
      );
    return binds.get(tree)!;
  };
  for (const raw of all) {
    if (machine.has(raw.id)) continue;
    const below = ours.get(raw.parent);
    if (below?.type === "nullfs") {
      const names = namesIn(below.source).map((name) => join(below.target, name));
      if (names.some((name) => raw.target === name || raw.target.startsWith(`${name}/`))) continue;
    }
    const hidden = !machine.has(raw.parent) && !ours.has(raw.parent);
    if (hidden) continue;
    const options = raw.options.split(",").includes("ro") ? ["ro"] : ["rw"];
    const special = raw.type === "tmpfs" && ["devfs", "fdescfs", "procfs"].includes(raw.source);
    if (special) {
      ours.set(raw.id, { source: raw.source, target: raw.target, type: raw.source, options: ["rw"] });
      continue;
    }
    const source = sourceOf(raw, all, machine);
    const type = raw.root === "/" && raw.type === "tmpfs" ? "tmpfs" : "nullfs";
    ours.set(raw.id, { target: raw.target, options, source, type, ...asDataset(state, source, raw.target) });
  }
  return [...ours.values()];
}

/** A bind of a dataset's files at its mountpoint is that file system; one of a directory in it shows that directory. */
function asDataset(state: State, source: string, target: string): { source: string; type: string } | null {
  const found = datasetAt(state, source);
  if (!found) return null;
  const { dataset, below } = found;
  if (below === "" && dataset.mountpoint === target) return { source: dataset.name, type: "zfs" };
  return { source: join(dataset.mountpoint ?? "/", below), type: "nullfs" };
}

/** The directory that a bind shows: where its file system is mounted, by the machine if it is, and the rest of its root. */
function sourceOf(raw: Raw, all: Raw[], machine: ReadonlySet<number>): string {
  const shows = (other: Raw) => other.root === "/" || raw.root === other.root || raw.root.startsWith(`${other.root}/`);
  const whole = all.filter((other) => other !== raw && other.device === raw.device && shows(other));
  const best =
    whole.find((other) => machine.has(other.id) && other.root === "/") ??
    whole.find((other) => machine.has(other.id)) ??
    whole.find((other) => other.root === "/") ??
    whole[0];
  if (!best) return raw.source;
  return join(best.target, best.root === "/" ? raw.root : raw.root.slice(best.root.length));
}

/** True when `path` is `target` or lies below it, component by component. */
export const isBelow = (path: string, target: string): boolean => path === target || path.startsWith(`${target}/`);
