import { Channel } from "../archives/channel.ts";
import { makeDirectory } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { COPY_DEADLINE, refuseFailed } from "./base-job.ts";

const PACK = ["-c", "-b", "128", "-f", "-", "--format", "pax", "--numeric-owner"];
const UNPACK = ["-x", "-p", "-b", "128", "-f", "-", "--numeric-owner"];

/** @returns the command as a person would type it */
export const copyCommand = (from: string, to: string): string =>
  `mkdir ${to} && tar -c -f - -C ${from} . | tar -x -p -f - -C ${to}`;

/**
 * Copies a directory of a world with owners, modes and flags, by tar(1) into tar(1): cp(1) of FreeBSD makes a file of its own
 * of every hard link, and /rescue alone is one program under some 150 names.
 * @throws KnastError disk_full, tool_missing, cancelled, timed_out, or `otherwise`
 */
export async function copyTree(context: StepContext, from: string, to: string, otherwise: () => Error): Promise<void> {
  await makeDirectory(to, 0o700);
  const channel = new Channel();
  const unpacked = context.run("tar", [...UNPACK, "-C", to], { deadline: COPY_DEADLINE, feed: channel });
  unpacked.then(
    () => channel.close(),
    (error: unknown) => channel.fail(error),
  );
  try {
    const take = (piece: Buffer) => channel.push(piece);
    const packed = await context.run("tar", [...PACK, "-C", from, "."], { deadline: COPY_DEADLINE, take });
    refuseFailed(packed, otherwise);
    channel.end();
  } catch (error) {
    channel.fail(error);
    await unpacked.catch(() => {});
    throw error;
  }
  refuseFailed(await unpacked, otherwise);
}
