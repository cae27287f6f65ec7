import { basejailTree, type HostPaths, jailTree } from "./paths.ts";
import { visDecode, visEncode } from "./vis.ts";

export type FstabEntry = { source: string; target: string; type: string; options: string };

/** @returns the one line of row 3 of the system: the base, read-only, below the jail's tree */
export function renderFstab(paths: HostPaths, name: string): string {
  const target = `${jailTree(paths, name)}/basejail`;
  return renderFstabLine({ source: basejailTree(paths), target, type: "nullfs", options: "ro" });
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
