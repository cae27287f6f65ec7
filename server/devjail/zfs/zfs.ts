import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { literalEnv } from "../env.ts";
import { HostOpError, hostop } from "../hostop.ts";
import type { Call } from "../io.ts";
import { locked } from "../lock.ts";
import { isBelow, readMounts } from "../mount-table.ts";
import { listJails } from "../state.ts";
import { machineProgram } from "../up.ts";
import {
  type Dataset,
  filesOf,
  findDataset,
  forgetDataset,
  isSnapshot,
  listDatasets,
  moveSnapshot,
  parentOf,
  writeDataset,
} from "./datasets.ts";
import { type Args, existing, Refusal, showDatasets, showProperty } from "./show.ts";

/** zfs(8) on directories: create, clone, destroy, get, list, promote, rollback, set mountpoint, snapshot. A snapshot is a copy. */
export function zfs(call: Call): Promise<number> | number {
  const [verb = "", ...args] = call.args;
  const work = VERBS[verb];
  if (!work) {
    call.io.err(`unrecognized command '${verb}'\nusage: zfs command args ...\n`);
    return 2;
  }
  return locked(call.state, "zfs", () => {
    try {
      work(call, readArgs(args));
      return 0;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      call.io.err(`${error.message}\n`);
      return 1;
    }
  });
}

function readArgs(args: readonly string[]): Args {
  const found: Args = { flags: new Set(), values: new Map(), rest: [] };
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (/^-[otds]$/.test(word)) found.values.set(word[1]!, [...(found.values.get(word[1]!) ?? []), args[++i] ?? ""]);
    else if (word.startsWith("-")) for (const letter of word.slice(1)) found.flags.add(letter);
    else found.rest.push(word);
  }
  return found;
}

const VERBS: Record<string, (call: Call, args: Args) => void> = {
  create: (call, { values, rest }) => {
    const name = rest[0]!;
    refuseTaken(call, name, "create");
    if (parentOf(name).includes("/") && !findDataset(call.state, parentOf(name)))
      throw new Refusal(`cannot create '${name}': parent does not exist`);
    const dataset = fresh(call, name, values, null);
    mkdirSync(filesOf(call.state, name), { recursive: true, mode: 0o755 });
    writeDataset(call.state, dataset);
    mountDataset(call, dataset);
  },
  snapshot: (call, { rest }) => {
    const name = rest[0]!;
    const of = existing(call, name.split("@")[0]!, "snapshot");
    if (findDataset(call.state, name)) throw new Refusal(`cannot create snapshot '${name}': dataset already exists`);
    copy(filesOf(call.state, of.name), filesOf(call.state, name));
    writeDataset(call.state, { name, mountpoint: null, origin: null, ...born(call), user: {} });
  },
  rollback: (call, { flags, rest }) => {
    const name = rest[0]!;
    existing(call, name);
    const [of] = name.split("@") as [string];
    const later = listDatasets(call.state).filter((one) => one.name.startsWith(`${of}@`));
    const after = later.slice(later.findIndex((one) => one.name === name) + 1).map((one) => one.name);
    if (after.length > 0 && !flags.has("r") && !flags.has("R"))
      throw new Refusal(
        `cannot rollback to '${name}': more recent snapshots or bookmarks exist\nuse '-r' to force deletion of the following snapshots and bookmarks:\n${after.join("\n")}`,
      );
    for (const one of after) destroyOne(call, one);
    const files = filesOf(call.state, of);
    for (const entry of readdirSync(files)) rmSync(join(files, entry), { recursive: true, force: true });
    copy(`${filesOf(call.state, name)}/.`, files);
  },
  clone: (call, { values, rest }) => {
    const [from, name] = rest as [string, string];
    existing(call, from);
    refuseTaken(call, name, "create");
    const dataset = fresh(call, name, values, from);
    copy(filesOf(call.state, from), filesOf(call.state, name));
    writeDataset(call.state, dataset);
    mountDataset(call, dataset);
  },
  promote: (call, { rest }) => {
    const dataset = existing(call, rest[0]!);
    if (!dataset.origin) throw new Refusal(`cannot promote '${dataset.name}': not a cloned filesystem`);
    const [old] = dataset.origin.split("@") as [string];
    const all = listDatasets(call.state).filter((one) => one.name.startsWith(`${old}@`));
    const upTo = all.findIndex((one) => one.name === dataset.origin);
    const parent = findDataset(call.state, old)!;
    for (const snapshot of all.slice(0, upTo + 1)) moveSnapshot(call.state, snapshot, dataset.name);
    writeDataset(call.state, { ...dataset, origin: parent.origin });
    writeDataset(call.state, { ...parent, origin: `${dataset.name}@${dataset.origin.split("@")[1]}` });
  },
  destroy: (call, { flags, rest }) => {
    const name = rest[0]!;
    existing(call, name);
    const below = listDatasets(call.state)
      .map((one) => one.name)
      .filter((one) => one.startsWith(`${name}@`) || one.startsWith(`${name}/`));
    if (below.length > 0 && !flags.has("r") && !flags.has("R"))
      throw new Refusal(
        `cannot destroy '${name}': filesystem has children\nuse '-r' to destroy the following datasets:\n${below.join("\n")}`,
      );
    for (const one of [...below.reverse(), name]) destroyOne(call, one);
  },
  set: (call, { rest }) => {
    const [assignment, name] = rest as [string, string];
    const dataset = existing(call, name);
    const [, property, value] = /^([^=]+)=(.*)$/.exec(assignment) as unknown as [string, string, string];
    if (property !== "mountpoint") {
      writeDataset(call.state, { ...dataset, user: { ...dataset.user, [property]: value } });
      return;
    }
    unmountDataset(call, dataset);
    const moved = { ...dataset, mountpoint: value };
    writeDataset(call.state, moved);
    mountDataset(call, moved);
  },
  get: showProperty,
  list: showDatasets,
};

/** When a dataset is made. */
const born = (call: Call): Pick<Dataset, "creation" | "createtxg"> => ({
  creation: Math.floor(Date.now() / 1000),
  createtxg: Math.max(0, ...listDatasets(call.state).map((one) => one.createtxg)) + 1,
});

function fresh(call: Call, name: string, values: Map<string, string[]>, origin: string | null): Dataset {
  const options = new Map((values.get("o") ?? []).map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string]));
  const above = findDataset(call.state, parentOf(name))?.mountpoint;
  const mountpoint = options.get("mountpoint") ?? `${above ?? `/${parentOf(name)}`}/${name.split("/").at(-1)}`;
  options.delete("mountpoint");
  return { name, mountpoint, origin, ...born(call), user: Object.fromEntries(options) };
}

function refuseTaken(call: Call, name: string, what: string): void {
  if (findDataset(call.state, name)) throw new Refusal(`cannot ${what} '${name}': dataset already exists`);
}

function destroyOne(call: Call, name: string): void {
  const clones = listDatasets(call.state).filter((one) => one.origin === name);
  if (clones.length > 0)
    throw new Refusal(
      `cannot destroy '${name}': snapshot has dependent clones\nuse '-R' to destroy the following datasets:\n${clones.map((one) => one.name).join("\n")}`,
    );
  const dataset = findDataset(call.state, name)!;
  if (!isSnapshot(name)) unmountDataset(call, dataset);
  forgetDataset(call.state, name);
}

function mountDataset(call: Call, { name, mountpoint }: Dataset): void {
  if (mountpoint === null || mountpoint === "none") return;
  mkdirSync(mountpoint, { recursive: true, mode: 0o755 });
  hostop(call.state, "nullfs", ["rw", filesOf(call.state, name), mountpoint]);
}

function unmountDataset(call: Call, { mountpoint }: Dataset): void {
  const mounts = readMounts(call.state);
  if (mountpoint === null || !mounts.some((one) => one.target === mountpoint && one.type === "zfs")) return;
  const inside = mounts.some((one) => one.target !== mountpoint && isBelow(one.target, mountpoint));
  if (inside || listJails(call.state).some((jail) => isBelow(jail.path, mountpoint)))
    throw new Refusal(`cannot unmount '${mountpoint}': pool or dataset is busy`);
  try {
    hostop(call.state, "umount", [mountpoint]);
  } catch (error) {
    throw error instanceof HostOpError ? new Refusal(`cannot unmount '${mountpoint}': ${error.reason}`) : error;
  }
}

function copy(from: string, to: string): void {
  const cp = machineProgram("cp", "coreutils");
  const done = spawnSync(cp, ["-a", "--reflink=auto", from, to], {
    encoding: "utf8",
    env: literalEnv({ LC_ALL: "C" }),
  });
  if (done.status !== 0)
    throw new Refusal(`cannot receive: ${done.stderr.includes("No space") ? "out of space" : done.stderr.trim()}`);
}
