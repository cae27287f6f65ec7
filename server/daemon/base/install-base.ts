import { KnastError } from "../../contract/errors.ts";
import type { BaseSource } from "../../contract/jail.ts";
import { listNames, look, makeDirectory, move, readText } from "../host/disk.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { type BaseJob, COPY_DEADLINE, mustRun, scratchOf } from "./base-job.ts";
import { removeBaseRecord, writeBase } from "./base-record.ts";
import { archiveSteps, type Verified } from "./fetch-archive.ts";
import { directorySteps } from "./fetch-directory.ts";
import { hostSteps } from "./fetch-host.ts";
import { inspectWorld } from "./inspect-world.ts";
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
): { steps: Step[]; undo(context: StepContext): Promise<void> } {
  const scratch = scratchOf(job);
  const { paths } = job;
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
    }),
    step("place", `Put both in place below ${paths.jails}`, `mv ${scratch.base} ${paths.jails}/basejail`, async () => {
      await refuseInUse(job);
      await removeBaseRecord(paths);
      await makeDirectory(`${paths.jails}/.trash`, 0o700);
      // The old ones go both before the new ones come: no state has one of each.
      for (const name of ["newjail", "basejail"])
        if (await look(`${paths.jails}/${name}`))
          await move(`${paths.jails}/${name}`, `${paths.jails}/.trash/${name}.${job.id}`);
      await move(scratch.base, `${paths.jails}/basejail`);
      await move(scratch.world, `${paths.jails}/newjail`);
    }),
    step("record", "Note where it came from", null, async (context) => {
      const release = await releaseOf(job, context);
      await writeBase(paths, {
        name: "basejail",
        release,
        source: sourceText(job.source),
        installedAt: new Date().toISOString(),
        sha256: verified.sha256,
        bytes: size.bytes - size.newjail,
        newjailBytes: size.newjail,
      });
    }),
    step("tidy", "Remove what is left over", `rm -rf ${scratch.root}`, async (context) => {
      await removeScratch(job, context);
    }),
  ];
  return { steps, undo: (context) => removeScratch(job, context) };
}

function fetchSteps(job: BaseJob, verified: Verified, live?: boolean): Step[] {
  const { source } = job;
  if (source.kind === "txz") return archiveSteps(job, source, verified);
  return source.kind === "directory" ? directorySteps(job, source.path) : hostSteps(job, live);
}

const sourceText = (source: BaseSource): string => (source.kind === "host" ? "the host's own world" : source.path);

async function refuseInUse(job: BaseJob): Promise<void> {
  if (!(await look(`${job.paths.jails}/basejail`))) return;
  const jails = await job.jailsOnBase();
  if (jails.length === 0) return;
  const names = jails.slice(0, 5).join(", ").slice(0, 300) + (jails.length > 5 ? ", …" : "");
  throw new KnastError("exists", { message: `Jails stand on the present base: ${names}. Destroy them first.` });
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
  const path = `${job.paths.jails}/basejail/bin/freebsd-version`;
  const text = (await look(path))?.kind === "file" ? await readText(path).catch(() => null) : null;
  const written = /^USERLAND_VERSION="([\w.-]{1,64})"$/m.exec(text ?? "")?.[1];
  if (written) return written;
  if (job.source.kind !== "host") return "unknown";
  const { stdout } = await context.run("freebsd-version", ["-u"], { log: false });
  return /^[\w.-]{1,64}$/.exec(stdout.trim())?.[0] ?? "unknown";
}

/** The old trees and the scratch directory: nothing of them is used by anybody. */
async function removeScratch(job: BaseJob, context: StepContext): Promise<void> {
  const trash = `${job.paths.jails}/.trash`;
  for (const path of [scratchOf(job).root, `${trash}/newjail.${job.id}`, `${trash}/basejail.${job.id}`]) {
    if (!(await look(path))) continue;
    await context.run("chflags", ["-R", "0", path], { deadline: COPY_DEADLINE });
    await context.run("rm", ["-rfx", path], { deadline: COPY_DEADLINE });
  }
}
