import { readFileSync, readdirSync } from "node:fs";

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
};

/** @returns the id of the process whose command line names `program` and whose command line or environment holds `mark` */
export function findProcess(program: string, mark: string): number {
  const found = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const command = read(`/proc/${pid}/cmdline`);
      return (
        command.includes(program) &&
        !command.includes("start.mjs") &&
        (command + read(`/proc/${pid}/environ`)).includes(mark)
      );
    })
    .map(Number);
  if (found.length === 0) throw new Error(`no process ${program} with ${mark}`);
  return Math.max(...found);
}
