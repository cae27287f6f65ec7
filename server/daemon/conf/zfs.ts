import { KnastError } from "../../contract/errors.ts";
import type { Snapshot } from "../../contract/snapshot.ts";
import type { Mount } from "./mount-table.ts";

/** What we ask zfs(8) for with -Hp: tabs between, exact numbers, seconds since 1970; createtxg is the order, also within a second. */
export const SNAPSHOT_COLUMNS = "name,createtxg,creation,used,referenced,clones";

/** zfsprops(7): a user property that says for which $knast_id a file system was made. */
export const OWNER_PROPERTY = "org.knasthorst:id";

/**
 * A dataset's name on its way into an argv: components of zfs(8) names, never one that begins with a hyphen.
 * @throws KnastError internal
 */
export function datasetArg(name: string): string {
  if (name.length > 255 || !/^[A-Za-z0-9_][A-Za-z0-9_.: -]*(\/[A-Za-z0-9_.:][A-Za-z0-9_.: -]*)*$/.test(name))
    throw new KnastError("internal", { cause: `no name of a dataset: ${JSON.stringify(name.slice(0, 300))}` });
  return name;
}

/** @returns the ZFS file system whose root a directory is, by the mount table; null for any other directory */
export function datasetAt(table: readonly Mount[], path: string): string | null {
  const mount = table.findLast((one) => one.target === path);
  return mount?.type === "zfs" ? mount.source : null;
}

/**
 * Reads `zfs list -Hp -t snapshot -o SNAPSHOT_COLUMNS -d 1 DATASET`.
 * @returns oldest first
 * @throws KnastError internal on a line of another shape
 */
export function parseSnapshots(text: string, dataset: string): Snapshot[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const cells = line.split("\t");
      const [name = "", txg, creation, used, referenced, clones = ""] = cells;
      const [of, short] = name.split("@");
      const numbers = [txg, creation, used, referenced].map(Number);
      if (cells.length !== 6 || !short || numbers.some((one) => !Number.isFinite(one) || one < 0))
        throw new KnastError("internal", { cause: `zfs list: ${JSON.stringify(line.slice(0, 300))}` });
      if (of !== dataset) return [];
      const [order, seconds, usedBytes, referencedBytes] = numbers as [number, number, number, number];
      return [
        {
          order,
          snapshot: {
            name: short,
            createdAt: new Date(seconds * 1000).toISOString(),
            usedBytes,
            referencedBytes,
            clones: clones === "-" || clones === "" ? [] : clones.split(","),
          },
        },
      ];
    })
    .sort((a, b) => a.order - b.order)
    .map((one) => one.snapshot);
}
