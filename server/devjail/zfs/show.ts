import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { literalEnv } from "../env.ts";
import type { Call } from "../io.ts";
import { isBelow, readMounts } from "../mount-table.ts";
import { machineProgram } from "../up.ts";
import { type Dataset, filesOf, findDataset, isSnapshot, listDatasets } from "./datasets.ts";

/** What a subcommand stops with: its line on stderr, exit status 1. */
export class Refusal extends Error {}

export type Args = { flags: Set<string>; values: Map<string, string[]>; rest: string[] };

/** zfs list [-H] [-p] [-r | -d DEPTH] [-t TYPES] [-o COLUMNS] [DATASET | PATH]… */
export function showDatasets(call: Call, args: Args): void {
  const fields = (args.values.get("o")?.at(-1) ?? "name,used,available,referenced,mountpoint").split(",");
  const types = (args.values.get("t")?.at(-1) ?? "filesystem").split(",");
  const all = listDatasets(call.state);
  if (args.rest.length === 0 && all.length === 0) return call.io.err("no datasets available\n");
  const wanted = args.rest.map((name) => existing(call, nameAt(call, name), "open").name);
  const deep = args.flags.has("r") || args.values.has("d");
  const within = (name: string, one: string) =>
    name === one || (deep && (name.startsWith(`${one}/`) || name.startsWith(`${one}@`)));
  const rows = all.filter(
    ({ name }) =>
      types.includes(isSnapshot(name) ? "snapshot" : "filesystem") &&
      (wanted.length === 0 || wanted.some((one) => within(name, one))),
  );
  const between = args.flags.has("H") ? "\t" : "  ";
  if (!args.flags.has("H")) call.io.out(`${fields.map((field) => field.toUpperCase()).join(between)}\n`);
  for (const row of rows) call.io.out(`${fields.map((field) => value(call, row, field)).join(between)}\n`);
}

/** zfs get -H -o value PROPERTY DATASET, and with other columns. */
export function showProperty(call: Call, { rest, values }: Args): void {
  const [property, name] = rest as [string, string];
  const dataset = existing(call, name);
  const wanted = values.get("o")?.at(-1)?.split(",") ?? ["name", "property", "value", "source"];
  const cells: Record<string, string> = { name, property, value: value(call, dataset, property), source: "-" };
  call.io.out(`${wanted.map((column) => cells[column] ?? "-").join("\t")}\n`);
}

/** @throws Refusal when there is no such dataset */
export function existing(call: Call, name: string, what = "open"): Dataset {
  const dataset = findDataset(call.state, name);
  if (!dataset) throw new Refusal(`cannot ${what === "snapshot" ? "open" : what} '${name}': dataset does not exist`);
  return dataset;
}

/** A path stands for the file system that is mounted there. */
function nameAt(call: Call, name: string): string {
  if (!name.startsWith("/")) return name;
  const mount = readMounts(call.state).findLast((one) => one.type === "zfs" && isBelow(name, one.target));
  if (!mount) throw new Refusal(`cannot open '${name}': not a ZFS filesystem`);
  return mount.source;
}

function value(call: Call, dataset: Dataset, field: string): string {
  const files = filesOf(call.state, dataset.name);
  switch (field) {
    case "name":
      return dataset.name;
    case "mountpoint":
      return dataset.mountpoint ?? "-";
    case "mounted":
      return dataset.mountpoint && readMounts(call.state).some((one) => one.target === dataset.mountpoint)
        ? "yes"
        : "no";
    case "origin":
      return dataset.origin ?? "-";
    case "createtxg":
      return String(dataset.createtxg);
    case "creation":
      return String(dataset.creation);
    case "type":
      return isSnapshot(dataset.name) ? "snapshot" : "filesystem";
    case "clones":
      return (
        listDatasets(call.state)
          .filter((one) => one.origin === dataset.name)
          .map((one) => one.name)
          .join(",") || "-"
      );
    case "used":
    case "referenced":
    case "refer":
      return String(sizeOf(files));
    default:
      return dataset.user[field] ?? "-";
  }
}

/** Bytes on disk; a snapshot that is a copy uses as much as what it shows. */
function sizeOf(files: string): number {
  const done = spawnSync(machineProgram("du", "coreutils"), ["-skx", files], { encoding: "utf8", env: literalEnv({}) });
  const kilobytes = Number(/^(\d+)/.exec(done.stdout ?? "")?.[1] ?? 0);
  return kilobytes * 1024 || statSync(files).size;
}
