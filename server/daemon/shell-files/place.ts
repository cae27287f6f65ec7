import { KnastError } from "../../contract/errors.ts";
import { type InnerFile, InnerFile as InnerFileShape, type Place } from "../../contract/shell-file.ts";
import type { Daemon } from "../daemon.ts";
import { FILE_SCRIPT, GIVE_SCRIPT, PLACE_SCRIPT } from "./scripts.ts";
import { KNAST_GET } from "./knast-get.ts";
import { directoryOf, foregroundOf, inJail } from "./stand.ts";

const DEADLINE = 10_000;

/** @returns free bytes of the last line of `df -k`, null when it is none */
export function parseFree(line: string): number | null {
  const free = /\s[0-9]+\s+-?[0-9]+\s+(-?[0-9]+)\s+-?[0-9]+%/.exec(` ${line}`)?.[1];
  return free === undefined ? null : Math.max(0, Number(free)) * 1024;
}

/** shell.place: where a shell stands. @throws KnastError not_found, timed_out */
export async function findPlace(daemon: Daemon, { terminal }: { terminal: string }): Promise<Place> {
  const front = await foregroundOf(daemon, terminal);
  const directory = await directoryOf(daemon, front);
  const asked = await daemon.run("jexec", inJail(front, PLACE_SCRIPT, [directory]), { deadline: DEADLINE, cap: 4096 });
  if (asked.timedOut) throw new KnastError("timed_out", { cause: "sh in a jail" });
  const freeBytes = parseFree(asked.stdout.trimEnd());
  if (freeBytes === null)
    throw new KnastError("not_found", { message: "The directory in which this shell stands can't be entered." });
  return { directory, account: front.user ?? "root", freeBytes };
}

/** shell.file: a regular file that may be read. @throws KnastError not_found, timed_out */
export async function lookAtFile(
  daemon: Daemon,
  { terminal, path }: { terminal: string; path: string },
): Promise<InnerFile> {
  const front = await foregroundOf(daemon, terminal);
  const asked = await daemon.run("jexec", inJail(front, FILE_SCRIPT, [path]), { deadline: DEADLINE, cap: 256 });
  if (asked.timedOut) throw new KnastError("timed_out", { cause: "sh in a jail" });
  const bytes = /^\s*([0-9]{1,15})\n$/.exec(asked.stdout)?.[1];
  const file = InnerFileShape.safeParse({ path, name: path.slice(path.lastIndexOf("/") + 1), bytes: Number(bytes) });
  if (asked.status !== 0 || bytes === undefined || !file.success)
    throw new KnastError("not_found", { message: "There is no such file in the jail, or it can't be read." });
  return file.data;
}

/** shell.give-get: puts knast-get where root's and everybody's PATH finds it. @throws KnastError not_found, incomplete, timed_out */
export async function giveGet(daemon: Daemon, { terminal }: { terminal: string }): Promise<Record<string, never>> {
  const { jail } = daemon.terminals.openShell(terminal);
  const args = inJail({ jail, user: null }, GIVE_SCRIPT, []);
  const done = await daemon.run("jexec", args, { deadline: DEADLINE, stdin: KNAST_GET });
  if (done.timedOut) throw new KnastError("timed_out", { cause: "sh in a jail" });
  if (done.status !== 0)
    throw new KnastError("incomplete", {
      message: "knast-get could not be put into the jail.",
      cause: done.stderr.slice(0, 200),
    });
  return {};
}
