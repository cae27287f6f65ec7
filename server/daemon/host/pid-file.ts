import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { look, readText } from "./disk.ts";
import { uptime } from "node:os";

/**
 * Notes the process groups of programs that a job is about to start (null: its number is not known yet) or has started; no
 * fsync, as it only matters while the host lives.
 */
export function notePids(path: string, pids: readonly (number | null)[]): void {
  try {
    writeFileSync(path, pids.map((pid) => `${pid ?? SPAWNING}\n`).join(""), { mode: 0o600 });
  } catch {
    // a full disk: recovery then does without
  }
}

const SPAWNING = "spawning";
/** A program whose number nobody wrote down is past its quick steps after this; what is slow in jail(8) can be told by jls. */
const UNKNOWN = 4000;
/** What the program has itself started may need a moment more. */
const AFTERWARDS = 300;

const alive = (group: number): boolean => {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/**
 * Waits until the process groups of a killed knastd's programs have ended, so that recovery does not work against them. Never
 * kills one: the number may belong to someone else by now.
 * @param path file of notePids; one from before the host's last boot is ignored
 * @param deadline milliseconds
 * @returns false when one still lives
 */
export async function waitForNotedPids(path: string, deadline: number): Promise<boolean> {
  const found = await look(path);
  const text = found?.kind === "file" ? await readText(path, 4096) : null;
  if (!found || text === null || found.mtimeMs < Date.now() - uptime() * 1000) return true;
  const words = text.split("\n").filter((line) => line !== "");
  if (words.includes(SPAWNING)) await sleep(Math.max(0, Math.min(UNKNOWN, found.mtimeMs + UNKNOWN - Date.now())));
  const groups = words.map(Number).filter((group) => Number.isSafeInteger(group) && group >= 2 && alive(group));
  if (groups.length === 0) return true;
  const end = Date.now() + deadline;
  while (groups.some(alive)) {
    if (Date.now() > end) return false;
    await sleep(50);
  }
  await sleep(AFTERWARDS);
  return true;
}
