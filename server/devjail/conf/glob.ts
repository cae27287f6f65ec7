import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** @returns the paths that a pattern of glob(3) names, sorted; a leading dot must be written out */
export function globFiles(pattern: string): string[] {
  let found = [pattern.startsWith("/") ? "/" : "."];
  for (const part of pattern.split("/").filter(Boolean)) {
    if (!/[*?[]/.test(part)) {
      found = found.map((dir) => join(dir, part)).filter((path) => existsSync(path));
      continue;
    }
    const test = new RegExp(`^${translate(part)}$`, "s");
    found = found.flatMap((dir) => {
      try {
        return readdirSync(dir)
          .filter((name) => test.test(name) && (part.startsWith(".") || !name.startsWith(".")))
          .sort()
          .map((name) => join(dir, name));
      } catch {
        return [];
      }
    });
  }
  return found;
}

const translate = (part: string): string =>
  part.replace(/\[([!^]?)([^\]]+)\]|[\s\S]/g, (all, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return `[${not ? "^" : ""}${set.replace(/[\\\]]/g, "\\$&")}]`;
    return all === "*" ? "[^/]*" : all === "?" ? "[^/]" : all.replace(/[.\\+*?[^\]$(){}=!<>|:\-/]/g, "\\$&");
  });
