import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { appendLine, gitOptions } from "../conf/ports.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { listNames, look, readText, removeFile, writeAtomic } from "../host/disk.ts";
import type { Holder } from "../jobs/locks.ts";
import { SCHEDULE_ACTOR } from "../jobs/scheduler.ts";
import type { Step, StepContext } from "../jobs/step.ts";
import { BaseName } from "../../contract/base.ts";
import { portsTree, revisionOf } from "./ports-info.ts";
import { logFile, readSource, refuseSource } from "./settings.ts";

/** A first fetch of the whole tree over a slow line. */
const FETCH_DEADLINE = 60 * 60 * 1000;
/** What a git that was killed leaves, and stumbles over the next time. */
const STALE = ["index.lock", "shallow.lock", "HEAD.lock", "config.lock", "FETCH_HEAD.lock", "gc.pid"];

/**
 * Fetches a base's ports tree as a job, in place: jails have it mounted read-only and see the new one as it comes.
 * Throws KnastError busy, too_many, base_missing, invalid; the job fails with tool_missing, timed_out, disk_full, internal, and
 * then the tree is the old one, or half of each until the next time.
 */
export async function updatePorts(daemon: Daemon, { base }: { base: string }, call: Call): Promise<JobRef> {
  const holder: Holder = { verb: "ports.update", job: null };
  const release = daemon.locks.take(holder, [`ports:${BaseName.parse(base)}`], [`base:${BaseName.parse(base)}`]);
  try {
    const source = await readSource(daemon);
    await refuseSource(daemon, source.url);
    const path = portsTree(daemon, base);
    if ((await look(path))?.kind !== "directory" || (await look(`${path}/..`))?.kind !== "directory")
      throw new KnastError("base_missing", { message: `There is no directory ${path}. Install the base first.` });
    const before = await revisionOf(daemon, path);
    const note = (result: string) => noteLog(daemon, `${base} ${before ?? "none"} ${result} by ${call.actor}`);
    return await daemon.jobs.begin(
      {
        verb: "ports.update",
        jail: null,
        jailId: null,
        actor: call.actor,
        steps: updateSteps(daemon, path, source, note),
        data: { base },
        weight: "heavy",
        undo: (_context, failed) => note(`failed at ${failed}`),
        release,
      },
      call.key,
      holder,
    );
  } catch (error) {
    release();
    throw error;
  }
}

function updateSteps(
  daemon: Daemon,
  path: string,
  { url, branch }: { url: string; branch: string },
  note: (result: string) => Promise<void>,
): Step[] {
  const git = async (context: StepContext, ...args: string[]) => {
    const result = await context.run("git", [...gitOptions(url), "-C", path, ...args], { deadline: FETCH_DEADLINE });
    if (result.status === 0) return;
    const full = /No space left on device/.test(result.stderr);
    throw new KnastError(full ? "disk_full" : "internal", {
      message: full ? undefined : "git could not fetch the ports tree. Its words are among the steps.",
      cause: result.stderr.slice(0, 500),
    });
  };
  return [
    {
      id: "prepare",
      title: "See that the tree is git's",
      command: `git -C ${path} init`,
      run: async (context) => {
        for (const name of STALE) await removeFile(`${path}/.git/${name}`);
        await git(context, "init", "-q");
      },
    },
    {
      id: "fetch",
      title: `Fetch ${branch} from ${url}`,
      command: `git -C ${path} fetch --depth 1 ${url} ${branch}`,
      run: (context) =>
        git(context, "fetch", "--depth", "1", "--no-tags", "--no-recurse-submodules", url, `refs/heads/${branch}`),
    },
    {
      id: "checkout",
      title: "Put it in place",
      command: `git -C ${path} reset --hard FETCH_HEAD`,
      run: (context) => git(context, "reset", "--hard", "--quiet", "FETCH_HEAD"),
    },
    {
      id: "tidy",
      title: "Throw away what no tree needs any more",
      command: `git -C ${path} gc --auto`,
      run: async (context) => {
        await git(context, "gc", "--auto", "--quiet");
        const revision = await revisionOf(daemon, path);
        context.output(`The tree is at ${revision ?? "no commit"}.`);
        await note(`to ${revision ?? "no commit"}`);
      },
    },
  ];
}

async function noteLog(daemon: Daemon, text: string): Promise<void> {
  const path = logFile(daemon);
  const log = (await readText(path, 1024 * 1024).catch(() => null)) ?? "";
  await writeAtomic(path, appendLine(log, `${new Date().toISOString()} ${text}`));
}

/** A tree that is half of each is mended by the next update, which begins by removing git's stale locks. */
export const recoverUpdatePorts: Recovery = async (daemon, _context, intent) => {
  await noteLog(daemon, `${String(intent.data.base)} interrupted at ${intent.step} by ${intent.actor}`);
  if (intent.step === "tidy") return null;
  const message = "knastd was started anew while the ports tree was being fetched. Update it again.";
  return new KnastError("cancelled", { message }).toFailure();
};

/** What the schedule does: one job for each base that has a ports directory, bases that are busy are left out. */
export async function updateAllPorts(daemon: Daemon): Promise<void> {
  for (const base of (await listNames(daemon.paths.jails)) ?? [])
    if (BaseName.safeParse(base).success)
      await updatePorts(daemon, { base }, { actor: SCHEDULE_ACTOR, key: null }).catch((error: unknown) =>
        daemon.log.error("ports not updated", error, { base }),
      );
}
