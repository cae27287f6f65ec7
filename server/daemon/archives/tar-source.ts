import { KnastError } from "../../contract/errors.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import type { Daemon } from "../daemon.ts";
import { jailArg } from "../host/programs.ts";
import type { StepContext } from "../jobs/step.ts";

/** A tree of many gigabytes on a slow disk; who waits can cancel. */
const DEADLINE = 12 * 3_600_000;

/** 512 bytes each: what tar(1) writes and reads at once, 10 KiB if it is not told. More calls than work otherwise. */
const BLOCKS = "128";

/** A jail whose tree is read: where it lies, without links on the way, and whether it runs. */
export type TreeSource = { name: string; path: string; running: boolean };

const pattern = (path: string): string => path.replace(/[\\*?[\]^$]/g, "\\$&");

/**
 * The command that writes a jail's tree as pax to its standard output, tar(1): of one file system, links as links. What is mounted
 * below it is left out by name too, as not every file system shows by its device that it is another one.
 * A running jail's root could exchange a directory for a link to the host under a tar of the host's: there tar runs inside the jail,
 * where the most that he can do is to spoil his own archive.
 */
export async function tarCommand(daemon: Daemon, { name, path, running }: TreeSource): Promise<[string, string[]]> {
  const below = mountsBelow(await daemon.view.mountsNow(), path).map((one) => one.target.slice(path.length + 1));
  const excludes = below.filter((one) => one !== "").flatMap((one) => ["--exclude", `./${pattern(one)}/?*`]);
  const args = ["-c", "-b", BLOCKS, "-f", "-", "--format", "pax", "--one-file-system", "--numeric-owner", ...excludes];
  if (running) return ["jexec", [jailArg(name), "/usr/bin/bsdtar", ...args, "-C", "/", "."]];
  return ["tar", [...args, "-C", path, "."]];
}

/** What tar says of each socket: nothing is lost, a socket is made anew by who listens on it. */
const SOCKET = /cannot archive sockets|unsupported file ?type|socket ignored/i;
/** A name that is no UTF-8 is kept byte by byte (hdrcharset=BINARY). */
const NAME = /can't (translate|encode)|conver(t|sion)/i;

/**
 * Runs it and hands every piece to `take`.
 * @returns the number of files that tar could not read, which only a running jail may have
 * @throws KnastError broken, timed_out, cancelled, tool_missing, and what `take` throws
 */
export async function readTree(
  daemon: Daemon,
  context: StepContext,
  source: TreeSource,
  take: (piece: Buffer) => Promise<void>,
): Promise<number> {
  const [program, args] = await tarCommand(daemon, source);
  const result = await context.run(program, args, { deadline: DEADLINE, take });
  const lines = result.stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !SOCKET.test(line) && !NAME.test(line));
  const warnings = lines.filter((line) => !/exit delayed|previous errors/i.test(line)).length;
  if (result.status === 0) return warnings;
  if (source.running && result.status === 1 && warnings > 0) return warnings;
  const message = source.running
    ? "tar could not read the running jail's tree. Stop the jail and try again."
    : "tar could not read all of the jail's tree; the lines above say what. Nothing was kept.";
  throw new KnastError("broken", { message, cause: result.stderr.slice(0, 500) });
}

/** Unpacks what is fed, which TarScan has let through, into an empty directory of ours. No -P: tar(1) refuses `..` and ways through links by itself too. */
export async function unpackTree(context: StepContext, scratch: string, feed: AsyncIterable<Buffer>): Promise<void> {
  const args = ["-x", "-p", "-b", BLOCKS, "-f", "-", "--numeric-owner", "-C", scratch];
  let whole = false;
  async function* all(): AsyncGenerator<Buffer> {
    yield* feed;
    whole = true;
  }
  const result = await context.run("tar", args, { deadline: DEADLINE, feed: all() });
  // tar ends at the mark of the end; what its feeder finds behind it, or in the sum of all, is not to be missed.
  if (result.status === 0 && !whole) throw new KnastError("timed_out", { cause: "not all of the tree was read" });
  if (result.status === 0) return;
  const full = /No space left on device|Disc quota exceeded|Disk quota exceeded/i.test(result.stderr);
  throw new KnastError(full ? "disk_full" : "archive_invalid", { cause: result.stderr.slice(0, 500) });
}
