import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { look, readText } from "./disk.ts";
import { uptime } from "node:os";

/**
 * Notes the process group of a program that a job is about to start (null: its number is not known yet) or has started; no
 * fsync, as it only matters while the host lives.
 */
export function notePid(path: string, pid: number | null): void {
  try {
    writeFileSync(path, `${pid ?? SPAWNING}\n`, { mode: 0o600 });
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
 * Waits until the process group of a killed knastd's program has ended, so that recovery does not work against it. Never
 * kills it: the number may belong to someone else by now.
 * @param path file of notePid; one from before the host's last boot is ignored
 * @param deadline milliseconds
 * @returns false when it still lives
 */
export async function waitForNotedPid(path: string, deadline: number): Promise<boolean> {
  const found = await look(path);
  const text = found?.kind === "file" ? await readText(path, 64) : null;
  if (!found || text === null || found.mtimeMs < Date.now() - uptime() * 1000) return true;
  const group = Number(text.trim());
  if (text.trim() === SPAWNING) await sleep(Math.max(0, Math.min(UNKNOWN, found.mtimeMs + UNKNOWN - Date.now())));
  if (!Number.isSafeInteger(group) || group < 2 || !alive(group)) return true;
  const end = Date.now() + deadline;
  while (alive(group)) {
    if (Date.now() > end) return false;
    await sleep(50);
  }
  await sleep(AFTERWARDS);
  return true;
}
