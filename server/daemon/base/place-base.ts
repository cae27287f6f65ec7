import { z } from "zod";
import { Base, BaseName } from "../../contract/base.ts";
import { JailId } from "../../contract/names.ts";
import { basejailTree, newjailTree } from "../conf/paths.ts";
import { look, makeDirectory, move, readText } from "../host/disk.ts";
import type { StepContext } from "../jobs/step.ts";
import { type BaseJob, COPY_DEADLINE, type Scratch, scratchOf } from "./base-job.ts";
import { removeBaseRecord, writeBase } from "./base-record.ts";

/** What the journal keeps of a job that puts a base in place: the record of the old one, and of the new one as soon as it is known. */
export const Placing = z.object({
  id: JailId,
  name: BaseName,
  before: Base.nullable(),
  after: Base.nullable(),
});
export type Placing = z.infer<typeof Placing>;

/** Steps in which a base is on its way into place, or there already. */
export const PLACED: readonly string[] = ["place", "record", "tidy", "upload"];

type Where = Pick<BaseJob, "paths">;
type Placed = Where & { id: string };

/** The trash of one job, by names that the sweep at the start of knastd knows. */
const trashOf = ({ paths, id }: Placed) => ({
  base: `${paths.jails}/.trash/basejail.${id}`,
  newjail: `${paths.jails}/.trash/newjail.${id}`,
});

/** Takes a base of that name away, newjail first: a base is there with both or not at all. Bears being done twice. */
export async function asideBase(job: Placed, name: string): Promise<void> {
  const trash = trashOf(job);
  await removeBaseRecord(job.paths, name);
  await makeDirectory(`${job.paths.jails}/.trash`, 0o700);
  for (const [from, to] of [
    [newjailTree(job.paths, name), trash.newjail],
    [basejailTree(job.paths, name), trash.base],
  ] as const)
    if (await look(from)) await move(from, to);
}

/** Puts both trees of the scratch directory in place of a base of that name. */
export async function placeBase(job: Placed, name: string, scratch: Scratch): Promise<void> {
  // The old ones go both before the new ones come: no state has one of each.
  await asideBase(job, name);
  await move(scratch.base, basejailTree(job.paths, name));
  await move(scratch.world, newjailTree(job.paths, name));
}

/**
 * After placeBase() has broken off or come to its end: before the new base was in place the old one is given back, afterwards the
 * rest is done; the record fits what is there. @returns whether the new base is there
 */
export async function settleBase({ paths }: Where, { id, name, before, after }: Placing): Promise<boolean> {
  const job = { paths, id };
  const [trash, scratch] = [trashOf(job), scratchOf(job)];
  const trees = { base: basejailTree(paths, name), newjail: newjailTree(paths, name) };
  if (await look(scratch.base)) {
    for (const part of ["base", "newjail"] as const)
      if ((await look(trash[part])) && !(await look(trees[part]))) await move(trash[part], trees[part]);
    if (before) await writeBase(paths, before);
    return false;
  }
  if (!(await look(trees.newjail)) && (await look(scratch.world))) await move(scratch.world, trees.newjail);
  if (after) await writeBase(paths, after);
  return true;
}

/** The old trees and the scratch directory: nothing of them is used by anybody. */
export async function removeScratch(job: Placed, context: StepContext): Promise<void> {
  const trash = trashOf(job);
  for (const path of [scratchOf(job).root, trash.newjail, trash.base]) {
    if (!(await look(path))) continue;
    await context.run("chflags", ["-R", "0", path], { deadline: COPY_DEADLINE });
    await context.run("rm", ["-rfx", path], { deadline: COPY_DEADLINE });
  }
}

/** @returns the release that freebsd-version(1) of a base has written in itself, null when there is none */
export async function writtenRelease(base: string): Promise<string | null> {
  const path = `${base}/bin/freebsd-version`;
  const text = (await look(path))?.kind === "file" ? await readText(path).catch(() => null) : null;
  return /^USERLAND_VERSION="([\w.-]{1,64})"$/m.exec(text ?? "")?.[1] ?? null;
}
