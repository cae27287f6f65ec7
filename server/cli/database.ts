import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { complain } from "./become-web-account.ts";
import type { DatabaseWork } from "./database-work.ts";

const USAGE = "usage: knast database backup FILE | restore FILE | copy";

/**
 * `knast database backup FILE` while the panel runs; `restore FILE` and `copy` (from SQLite into the empty PostgreSQL that
 * DATABASE_URL names) while it does not. The file is the caller's, the database knast-web's.
 * @returns the exit status: 0; 1 refused or failed; 64 for wrong arguments; 77 for others than root and knast-web's account
 */
export async function run(args: string[]): Promise<number> {
  const [what, file, ...more] = args;
  if (what === "copy" && file === undefined) return inWebAccount("copy", ["ignore", "inherit", "inherit"]);
  if (file === undefined || more.length > 0 || (what !== "backup" && what !== "restore")) {
    complain(USAGE);
    return 64;
  }
  try {
    return await (what === "backup" ? backup(file) : restore(file));
  } catch (error) {
    complain((error as Error).message);
    return 1;
  }
}

/** Under another name until all of it is on the disk, so that a FILE that is there is whole. */
async function backup(file: string): Promise<number> {
  const part = `${file}.${randomBytes(6).toString("hex")}.part`;
  const fd = openSync(part, "wx", 0o600);
  let status = 1;
  try {
    status = await inWebAccount("backup", ["ignore", fd, "inherit"]);
    if (status !== 0) return status;
    fsyncSync(fd);
    renameSync(part, file);
    const directory = openSync(dirname(file), "r");
    fsyncSync(directory);
    closeSync(directory);
    return 0;
  } finally {
    closeSync(fd);
    rmSync(part, { force: true });
  }
}

async function restore(file: string): Promise<number> {
  const fd = openSync(file, "r");
  try {
    return await inWebAccount("restore", [fd, "inherit", "inherit"]);
  } finally {
    closeSync(fd);
  }
}

/** This program once more, for the part that gives root's rights up for good. */
function inWebAccount(what: DatabaseWork, stdio: ("ignore" | "inherit" | number)[]): Promise<number> {
  const source = import.meta.url.endsWith(".ts");
  const part = source ? new URL("./database-work.ts", import.meta.url).href : import.meta.url;
  const script = `const { work } = await import(${JSON.stringify(part)}); process.exitCode = await work(${JSON.stringify(what)});`;
  const loader = source ? ["--import", "tsx"] : [];
  const child = spawn(process.execPath, [...loader, "--input-type=module", "-e", script], { stdio });
  const stop = () => void child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
      resolve(code ?? 1);
    });
  });
}
