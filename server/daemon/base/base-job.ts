import { KnastError } from "../../contract/errors.ts";
import type { BaseSource } from "../../contract/base.ts";
import type { Placing } from "./place-base.ts";
import type { RunResult } from "../host/run.ts";
import type { StepContext } from "../jobs/step.ts";

/** What installing a base needs to know. Paths are absolute and of the host's own (knastd's options). */
export type BaseJob = {
  /** basejail or basejail-NAME */
  name: string;
  source: BaseSource;
  paths: { jails: string; state: string; world: string };
  /** kept by the journal; the steps write the new base's record into it */
  data: Placing;
  /** 32 hex digits; names the scratch directory JAILS/.new/ID */
  id: string;
  /** where the bytes of an upload lie, for a source of that kind */
  uploadPath?: string;
  /** names of the configured or running jails that stand on the present base */
  jailsOnBase(): Promise<string[]>;
};

/** Directories of one job below JAILS/.new. */
export type Scratch = { root: string; world: string; base: string };
export function scratchOf(job: Pick<BaseJob, "paths" | "id">): Scratch {
  const root = `${job.paths.jails}/.new/${job.id}`;
  return { root, world: `${root}/newjail`, base: `${root}/basejail` };
}

/** A tree of sources may be large and a disk slow; what hangs ends after this. */
export const COPY_DEADLINE = 60 * 60 * 1000;

/** Runs a program that has to succeed. @throws KnastError disk_full, or `otherwise` */
export async function mustRun(
  context: StepContext,
  program: string,
  args: readonly string[],
  otherwise: () => Error,
): Promise<void> {
  refuseFailed(await context.run(program, args, { deadline: COPY_DEADLINE }), otherwise);
}

/** @throws KnastError disk_full, or `otherwise`, when a program's status is not 0 */
export function refuseFailed(result: RunResult, otherwise: () => Error): void {
  if (result.status === 0) return;
  if (/No space left on device|Disc quota exceeded|Disk quota exceeded/.test(result.stderr))
    throw new KnastError("disk_full", { cause: result.stderr });
  throw otherwise();
}
