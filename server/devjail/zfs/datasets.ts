import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type State, writeWhole } from "../state.ts";

/**
 * A file system or a snapshot. Its files lie in DIR/zfs/fs/KEY or DIR/zfs/snap/KEY, what else is known of it in DIR/zfs/meta/KEY.json, where
 * KEY is the name with each slash as %. A file system is "mounted" by a bind.
 */
export type Dataset = {
  name: string;
  /** null for a snapshot */
  mountpoint: string | null;
  /** the snapshot that it was cloned from */
  origin: string | null;
  /** seconds since 1970 */
  creation: number;
  /** counts up with each: the order in which they were made, also within a second */
  createtxg: number;
  /** user properties: names with a colon */
  user: Record<string, string>;
};

const keyOf = (name: string): string => name.replaceAll("/", "%");
export const isSnapshot = (name: string): boolean => name.includes("@");
export const parentOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf("/")));

/** Where a dataset's files lie on the machine. */
export const filesOf = (state: State, name: string): string =>
  state.at("zfs", isSnapshot(name) ? "snap" : "fs", keyOf(name));

/** @returns all of this host's, parents before children, snapshots after their file system in the order in which they were taken */
export function listDatasets(state: State): Dataset[] {
  const directory = state.at("zfs/meta");
  if (!existsSync(directory)) return [];
  const all = readdirSync(directory)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(directory, file), "utf8")) as Dataset);
  const order = ({ name }: Dataset) => name.split("@")[0]!;
  return all.sort(
    (a, b) =>
      order(a).localeCompare(order(b)) || +isSnapshot(a.name) - +isSnapshot(b.name) || a.createtxg - b.createtxg,
  );
}

export const findDataset = (state: State, name: string): Dataset | undefined =>
  listDatasets(state).find((one) => one.name === name);

export function writeDataset(state: State, dataset: Dataset): void {
  for (const directory of ["zfs/meta", "zfs/fs", "zfs/snap"])
    mkdirSync(state.at(directory), { recursive: true, mode: 0o700 });
  writeWhole(state.at("zfs/meta", `${keyOf(dataset.name)}.json`), JSON.stringify(dataset));
}

/** Its files first: a dataset whose files are gone is still listed and can be destroyed again. */
export function forgetDataset(state: State, name: string): void {
  rmSync(filesOf(state, name), { recursive: true, force: true });
  rmSync(state.at("zfs/meta", `${keyOf(name)}.json`), { force: true });
}

/** Gives a snapshot to another file system, as zfs promote does. */
export function moveSnapshot(state: State, snapshot: Dataset, to: string): void {
  const name = `${to}@${snapshot.name.split("@")[1]}`;
  renameSync(filesOf(state, snapshot.name), filesOf(state, name));
  writeDataset(state, { ...snapshot, name });
  rmSync(state.at("zfs/meta", `${keyOf(snapshot.name)}.json`), { force: true });
}

/** @returns whose files a path of the machine shows: the dataset and what is below it; null for any other path */
export function datasetAt(state: State, path: string): { dataset: Dataset; below: string } | null {
  const prefix = `${state.at("zfs/fs")}/`;
  if (!path.startsWith(prefix)) return null;
  const [key, ...below] = path.slice(prefix.length).split("/");
  const dataset = findDataset(state, key!.replaceAll("%", "/"));
  return dataset ? { dataset, below: below.join("/") } : null;
}
