import { visDecode } from "./vis.ts";

/** One line of ETC/knast/mounts; `problem` says why it approves nothing. */
export type ApprovedLine = { line: number; access: "ro" | "rw"; path: string; problem: string | null };

/**
 * Reads the file in which the host's root approves directories: `ro PATH` or `rw PATH` a line, blanks in a path as \040 like in
 * fstab(5), # begins a comment.
 * @returns every line that is not blank, also those that can't be used
 */
export function parseApproved(text: string): ApprovedLine[] {
  return text.split("\n").flatMap((raw, i) => {
    const words = raw
      .replace(/(^|\s)#.*$/, "")
      .trim()
      .split(/[ \t]+/);
    if (words.length === 1 && words[0] === "") return [];
    const [access, path = ""] = [words[0]!, visDecode(words[1] ?? "")];
    const known = access === "ro" || access === "rw";
    const sound =
      known && words.length === 2 && /^(\/[^/\x00-\x1f\x7f]+)+$/.test(path) && !/\/\.{1,2}(\/|$)/.test(path);
    const problem = sound ? null : "This line is not `ro PATH` or `rw PATH` with an absolute path (a blank is \\040).";
    return [{ line: i + 1, access: access === "rw" ? "rw" : "ro", path, problem }];
  });
}
