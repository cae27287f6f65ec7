import type { Mount } from "../../contract/mounts.ts";
import { type FstabEntry, parseFstab, renderFstabLine } from "./fstab.ts";

/** A mount of a jail as its fstab has it; `target` as seen inside. */
export type FstabMount = { source: string; target: string; readOnly: boolean };

const optionsOf = (entry: FstabEntry): string[] => entry.options.split(",");

/** @returns whether an entry mounts read-only: the later of ro and rw counts, as for mount(8) */
export const isReadOnly = (entry: FstabEntry): boolean =>
  optionsOf(entry).findLast((one) => one === "ro" || one === "rw") === "ro";

/** @returns the mount that a line makes below the jail's tree; null for every other line, and for the base's */
function mountOf(line: string, tree: string): { entry: FstabEntry; mount: FstabMount } | null {
  const [entry] = parseFstab(line);
  if (entry?.type !== "nullfs" || !entry.target.startsWith(`${tree}/`)) return null;
  const target = entry.target.slice(tree.length).replace(/(?<=.)\/+$/, "");
  if (target === "/basejail") return null;
  return { entry, mount: { source: entry.source, target, readOnly: isReadOnly(entry) } };
}

/** @param tree the jail's path; @returns its further nullfs mounts, in the order of the file */
export function fstabMounts(text: string, tree: string): FstabMount[] {
  return text.split("\n").flatMap((line) => mountOf(line, tree)?.mount ?? []);
}

/**
 * Makes the further mounts of a jail's fstab(5) these. A line that is kept stays byte for byte, one whose access changes keeps its
 * other options, one that goes is taken out, a new one is appended; comments, the base and all other lines stay where they are.
 */
export function editFstab(text: string, tree: string, mounts: readonly Mount[]): string {
  const wanted = new Map(mounts.map((mount) => [mount.target, mount]));
  const written = new Set<string>();
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const kept = lines.flatMap((line) => {
    const found = mountOf(line, tree);
    if (!found) return [line];
    const wish = wanted.get(found.mount.target);
    if (!wish || wish.source !== found.mount.source || written.has(wish.target)) return [];
    written.add(wish.target);
    if (wish.readOnly === found.mount.readOnly) return [line];
    const rest = optionsOf(found.entry).filter((one) => one !== "ro" && one !== "rw");
    const options = [wish.readOnly ? "ro" : "rw", ...rest].join(",");
    return [line.replace(/^(\s*\S+\s+\S+\s+\S+\s+)\S+/, (_, before: string) => before + options)];
  });
  const added = mounts.filter((mount) => !written.has(mount.target));
  return [...kept.map((line) => `${line}\n`), ...added.map((mount) => renderMount(mount, tree))].join("");
}

/** @returns the line of one further mount */
export const renderMount = ({ source, target, readOnly }: Mount, tree: string): string =>
  renderFstabLine({ source, target: tree + target, type: "nullfs", options: readOnly ? "ro" : "rw" });
