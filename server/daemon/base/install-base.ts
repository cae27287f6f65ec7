import { KnastError } from "../../contract/errors.ts";
import type { BaseSource } from "../../contract/base.ts";
import { listNames, look, makeDirectory } from "../host/disk.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { basejailTree } from "../conf/paths.ts";
import { type BaseJob, mustRun, scratchOf } from "./base-job.ts";
import { writeBase } from "./base-record.ts";
import { usedBy } from "./base-users.ts";
import { archiveSteps, type Verified } from "./fetch-archive.ts";
import { downloadSteps } from "./fetch-url.ts";
import { directorySteps } from "./fetch-directory.ts";
import { hostSteps } from "./fetch-host.ts";
import { inspectWorld } from "./inspect-world.ts";
import { PLACED, placeBase, removeScratch, settleBase, writtenRelease } from "./place-base.ts";
import { cleanWorld, measureNewjail, splitWorld } from "./split-world.ts";

/**
 * Rows 1 and 2 of the system: from a source to JAILS/basejail and JAILS/newjail. All work is done in JAILS/.new/ID and put
 * in place by renames at the end, so a kill at any point leaves the old base or none.
 * @param live see hostSteps()
 * @returns the steps and, for after a failure, the removal of what they left
 */
export function installBase(
  job: BaseJob,
  live?: boolean,
): { steps: Step[]; undo(context: StepContext, failed?: string): Promise<void> } {
  const scratch = scratchOf(job);
  const { paths } = job;
  const place = { base: basejailTree(paths, job.name) };
  const verified: Verified = { sha256: null };
  const size = { bytes: 0, newjail: 0 };
  const step = (id: string, title: string, command: string | null, run: Step["run"]): Step => ({
    id,
    title,
    command,
    run,
  });
  const steps = [
    step("check", "See that no jail stands on the present base", null, async () => {
      await refuseInUse(job);
      await makeDirectory(`${paths.jails}/.new`, 0o700);
    }),
    ...fetchSteps(job, verified, live),
    step("flags", "Clear file flags", `chflags -R 0 ${scratch.world}`, (context) =>
      mustRun(context, "chflags", ["-R", "0", scratch.world], () => new KnastError("base_invalid")),
    ),
    step("empty", "Empty what holds no files of a world", null, async (context) => {
      for (const path of ["dev", "proc", "tmp", "var/run", "var/tmp"]) await emptyOut(context, scratch.world, path);
    }),
    step("inspect", "Look at every file: is it a world, and nothing else", null, async (context) => {
      size.bytes = (await inspectWorld(scratch.world, context)).bytes;
    }),
    // Before the split: afterwards a path like boot/entropy would lead through a link to somewhere on the host.
    step("clean", "Remove what belongs to one machine, write make.conf", null, (context) =>
      cleanWorld(scratch, context),
    ),
    step("split", "Split it into basejail and newjail", null, async (context) => {
      await splitWorld(scratch);
      size.newjail = await measureNewjail(scratch.world);
      context.output(`newjail: ${size.newjail} bytes`);
      job.data.after = {
        name: job.name,
        release: await releaseOf(job, context),
        source: sourceText(job.source),
        installedAt: new Date().toISOString(),
        sha256: verified.sha256,
        bytes: size.bytes - size.newjail,
        newjailBytes: size.newjail,
      };
    }),
    step("place", `Put both in place below ${paths.jails}`, `mv ${scratch.base} ${place.base}`, async () => {
      await refuseInUse(job);
      await placeBase(job, job.name, scratch);
    }),
    step("record", "Note where it came from", null, () => writeBase(paths, job.data.after!)),
    step("tidy", "Remove what is left over", `rm -rf ${scratch.root}`, async (context) => {
      await removeScratch(job, context);
    }),
  ];
  const undo = async (context: StepContext, failed?: string): Promise<void> => {
    if (failed !== undefined && PLACED.includes(failed)) await settleBase(job, job.data);
    await removeScratch(job, context);
  };
  return { steps, undo };
}

function fetchSteps(job: BaseJob, verified: Verified, live?: boolean): Step[] {
  const { source } = job;
  if (source.kind === "txz") return archiveSteps(job, source, verified);
  if (source.kind === "upload")
    return archiveSteps(job, { path: job.uploadPath ?? "", sha256: source.sha256 }, verified);
  if (source.kind === "url") {
    const found = { path: "", sha256: "" };
    return [...downloadSteps(job, source, found), ...archiveSteps(job, found, verified)];
  }
  return source.kind === "directory" ? directorySteps(job, source.path) : hostSteps(job, live);
}

function sourceText(source: BaseSource): string {
  if (source.kind === "host") return "the host's own world";
  if (source.kind === "upload") return "sent by browser";
  return source.kind === "url" ? source.url : source.path;
}

async function refuseInUse(job: BaseJob): Promise<void> {
  if (!(await look(basejailTree(job.paths, job.name)))) return;
  const jails = await job.jailsOnBase();
  if (jails.length > 0) throw usedBy(jails, job.name);
}

/** Removes what is in a directory of the scratch tree, if it is a real one. */
async function emptyOut(context: StepContext, world: string, path: string): Promise<void> {
  const parent = path.includes("/") ? (await look(`${world}/${path.split("/")[0]}`))?.kind : "directory";
  if (parent !== "directory") return;
  for (const name of (await listNames(`${world}/${path}`)) ?? [])
    await mustRun(context, "rm", ["-rf", `${world}/${path}/${name}`], () => new KnastError("internal"));
}

/** @returns the release as freebsd-version(1) has it written in itself, or says; "unknown" for a world without it */
async function releaseOf(job: BaseJob, context: StepContext): Promise<string> {
  const written = await writtenRelease(scratchOf(job).base);
  if (written) return written;
  if (job.source.kind !== "host") return "unknown";
  const { stdout } = await context.run("freebsd-version", ["-u"], { log: false });
  return /^[\w.-]{1,64}$/.exec(stdout.trim())?.[0] ?? "unknown";
}
