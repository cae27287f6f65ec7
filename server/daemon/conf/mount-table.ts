import { KnastError } from "../../contract/errors.ts";
import { visDecode } from "./vis.ts";

export type Mount = { source: string; target: string; type: string; options: string[] };
/** `stacked`: something else is mounted at the very same target. */
export type MountBelow = Mount & { stacked: boolean };

/**
 * Reads `mount -p`: tabs or blanks between the columns, vis(3) in them.
 * The last four columns hold no blanks and a target begins with a slash, so a path with a raw blank is read too.
 * @throws KnastError internal on a line that it cannot read: what is deleted hangs on this table, so nothing is skipped
 */
export function parseMountTable(text: string): Mount[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const found = /^(\S.*?)[ \t]+(\/.*?)[ \t]+(\S+)[ \t]+(\S+)[ \t]+\d+[ \t]+\d+[ \t]*$/.exec(line);
      if (!found) throw new KnastError("internal", { cause: new Error(`mount -p: ${JSON.stringify(line)}`) });
      const [source, target, type, options] = found.slice(1) as [string, string, string, string];
      return { source: visDecode(source), target: visDecode(target), type, options: options.split(",") };
    });
}

/**
 * What is mounted at or below a path, compared by whole components: /j/x never matches /j/x2.
 * @returns innermost first, of two at one target the later one first: the order in which to unmount
 */
export function mountsBelow(table: readonly Mount[], path: string): MountBelow[] {
  const root = path.replace(/\/+$/, "");
  const depth = (target: string): number => target.split("/").filter((part) => part !== "").length;
  return table
    .map((mount, order) => ({ mount, order }))
    .filter(({ mount }) => mount.target === root || mount.target.startsWith(`${root}/`))
    .sort((a, b) => depth(b.mount.target) - depth(a.mount.target) || b.order - a.order)
    .map(({ mount }) => ({ ...mount, stacked: table.filter((other) => other.target === mount.target).length > 1 }));
}
