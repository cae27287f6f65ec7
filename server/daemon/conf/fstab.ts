import { BaseName } from "../../contract/base.ts";
import { basejailTree, type HostPaths, jailTree } from "./paths.ts";
import { visDecode, visEncode } from "./vis.ts";

export type FstabEntry = { source: string; target: string; type: string; options: string };

/** @returns the one line of row 3 of the system: the base, read-only, below the jail's tree */
export function renderFstab(paths: HostPaths, name: string, base = "basejail"): string {
  const target = `${jailTree(paths, name)}/basejail`;
  return renderFstabLine({ source: basejailTree(paths, base), target, type: "nullfs", options: "ro" });
}

/** One line after fstab(5), with its line break. @throws RangeError on an empty or relative target */
export function renderFstabLine(entry: FstabEntry): string {
  if (!entry.target.startsWith("/") || entry.source === "") throw new RangeError("an fstab line needs absolute paths");
  return `${visEncode(entry.source)} ${visEncode(entry.target)} ${entry.type} ${entry.options} 0 0\n`;
}

/** Reads an fstab(5): comments and lines with fewer than three fields are passed over. */
export function parseFstab(text: string): FstabEntry[] {
  return text.split("\n").flatMap((line) => {
    const fields = line.trim().split(/[ \t]+/);
    const comment = fields.findIndex((field) => field.startsWith("#"));
    const [source, target, type, options] = comment < 0 ? fields : fields.slice(0, comment);
    if (!source || !target || !type) return [];
    return [{ source: visDecode(source), target: visDecode(target), type, options: options ?? "rw" }];
  });
}

/** @returns the name of the base of ours that the fstab of a jail mounts, null when there is none */
export function baseIn(text: string, paths: Pick<HostPaths, "jails">): string | null {
  for (const { source, target, type } of parseFstab(text)) {
    const name = source.startsWith(`${paths.jails}/`) ? source.slice(paths.jails.length + 1).replace(/\/+$/, "") : "";
    if (type === "nullfs" && /\/basejail\/*$/.test(target) && BaseName.safeParse(name).success) return name;
  }
  return null;
}

/**
 * Puts another base into an fstab: only the first field of the lines that mount the old one changes, all else stays byte for byte.
 * @returns the new text, the same one when nothing mounts the old base
 */
export function moveFstab(text: string, from: string, to: string): string {
  return text
    .split("\n")
    .map((line) => {
      const [entry] = parseFstab(line);
      const old =
        entry?.type === "nullfs" && /\/basejail\/*$/.test(entry.target) && entry.source.replace(/\/+$/, "") === from;
      return old ? line.replace(/^([ \t]*)[^ \t]+/, (_, before: string) => before + visEncode(to)) : line;
    })
    .join("\n");
}
