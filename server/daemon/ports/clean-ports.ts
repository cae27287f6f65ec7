import type { JailRef } from "../../contract/daemon.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { mountsBelow } from "../conf/mount-table.ts";
import { jailTree } from "../conf/paths.ts";
import { leftSome, parseDu } from "../conf/ports.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { look, makeDirectory, setOwner } from "../host/disk.ts";
import { jailArg } from "../host/programs.ts";
import { isWithin } from "../jails/check-place.ts";
import { lockJail } from "../jails/lock-jail.ts";
import { isUp } from "../jails/tear-down.ts";
import type { Step, StepContext } from "../jobs/step.ts";

const DEADLINE = 20 * 60 * 1000;
const WHERE = "/var/ports";

/**
 * Removes what builds have left in /var/ports, as a job: in a running jail by the jail itself, in a stopped one by rm(1) on
 * this one file system, of the host with null. Throws KnastError not_found, foreign, busy, too_many; the job can fail with
 * broken (a link on the way), still_mounted, timed_out, internal. What is gone by then stays gone.
 */
export async function cleanPorts(daemon: Daemon, { jail: ref }: { jail: JailRef | null }, call: Call): Promise<JobRef> {
  const plan = { verb: "ports.clean", actor: call.actor, weight: "heavy" as const };
  if (ref === null) {
    const holder = { verb: "ports.clean", job: null };
    const release = daemon.locks.take(holder, ["ports-of-host"]);
    const steps = [hostStep(daemon)];
    return daemon.jobs.begin({ ...plan, jail: null, jailId: null, steps, data: {}, release }, call.key, holder);
  }
  const locked = await lockJail(daemon, ref, "ports.clean");
  return locked.orRelease(async ({ jail, setUp }) => {
    const up = await isUp(daemon, jail.name);
    const step = up ? insideStep(jail.name) : outsideStep(daemon, jail.name, setUp.path);
    return daemon.jobs.begin(
      {
        ...plan,
        weight: up ? "light" : "heavy",
        jail: jail.name,
        jailId: jail.id,
        steps: [step],
        data: { name: jail.name },
        withoutIntent: true,
        release: locked.release,
      },
      call.key,
      locked.holder,
    );
  });
}

/** By the jail's own programs, as its root could: whatever it has put there harms itself only. */
function insideStep(name: string): Step {
  const inside = ["-l", jailArg(name)];
  const size = async (context: StepContext) =>
    parseDu(
      (await context.run("jexec", [...inside, "/usr/bin/du", "-skx", WHERE], { deadline: DEADLINE, log: false }))
        .stdout,
    );
  return {
    id: "inside",
    title: `Empty ${WHERE} inside the jail`,
    command: `jexec -l ${name} /usr/bin/find ${WHERE} -xdev -mindepth 1 -delete`,
    run: async (context) => {
      const before = await size(context);
      const args = [...inside, "/usr/bin/find", WHERE, "-xdev", "-mindepth", "1", "-delete"];
      const result = await context.run("jexec", args, { deadline: DEADLINE, log: false });
      tell(context, before, await size(context));
      if (leftSome(result) && before !== null)
        throw new KnastError("internal", {
          message: `Not all of ${WHERE} could be removed: something in the jail holds it.`,
          cause: result.stderr.slice(0, 500),
        });
    },
  };
}

/** Nothing runs in it, so what is looked at here can't become a link before it is deleted. */
function outsideStep(daemon: Daemon, name: string, path: string): Step {
  const tree = jailTree(daemon.paths, name);
  return {
    id: "outside",
    title: `Empty ${tree}${WHERE}`,
    command: `rm -rfx ${tree}${WHERE}/*`,
    run: async (context) => {
      if (path !== tree) throw new KnastError("broken", { message: `This jail does not live in ${tree}.` });
      for (const one of await daemon.view.runningNow())
        if (isWithin(one.path, tree) || one.name === name) throw new KnastError("running");
      if (mountsBelow(await daemon.view.mountsNow(), `${tree}${WHERE}`).length > 0)
        throw new KnastError("still_mounted");
      if (!(await isReal(tree, ["var", "ports"]))) return tell(context, null, null);
      await emptyOut(context, `${tree}${WHERE}`);
    },
  };
}

function hostStep(daemon: Daemon): Step {
  const root = daemon.options.world === "/" ? "" : daemon.options.world;
  return {
    id: "host",
    title: `Empty the host's own ${root}${WHERE}`,
    command: `rm -rfx ${root}${WHERE}/*`,
    run: async (context) => {
      if (!(await isReal(root, ["var", "ports"]))) return tell(context, null, null);
      if (mountsBelow(await daemon.view.mountsNow(), `${root}${WHERE}`).length > 0)
        throw new KnastError("still_mounted");
      await emptyOut(context, `${root}${WHERE}`);
    },
  };
}

/** @returns false when it is not there; throws KnastError broken where a link or a file stands */
async function isReal(root: string, parts: string[]): Promise<boolean> {
  let path = root;
  for (const part of parts) {
    path = `${path}/${part}`;
    const found = await look(path);
    if (found === null) return false;
    if (found.kind !== "directory")
      throw new KnastError("broken", {
        message: `${path} is no real directory, so nothing was deleted.`.slice(0, 500),
      });
  }
  return true;
}

async function emptyOut(context: StepContext, path: string): Promise<void> {
  const size = async () =>
    parseDu((await context.run("du", ["-skx", path], { deadline: DEADLINE, log: false })).stdout);
  const before = await size();
  // The directory with all that is in it, by one program each: a jail's root may have made millions of names.
  const { mode, uid, gid } = (await look(path))!;
  await context.run("chflags", ["-R", "0", path], { deadline: DEADLINE, log: false });
  const result = await context.run("rm", ["-rfx", path], { deadline: DEADLINE });
  if (result.status !== 0) throw new KnastError("internal", { cause: result.stderr.slice(0, 500) });
  await makeDirectory(path, 0o755);
  await setOwner(path, { uid, gid }, mode & 0o7777);
  tell(context, before, await size());
}

function tell(context: StepContext, before: number | null, after: number | null): void {
  const bytes = before === null ? 0 : Math.max(0, before - (after ?? 0));
  context.progress(bytes, bytes, "bytes");
  context.output(bytes === 0 ? `Nothing was left in ${WHERE}.` : `${bytes} bytes freed.`);
}

/** Half of it is gone, which is no harm; who wants the rest gone asks again. */
export const recoverCleanPorts: Recovery = async () =>
  new KnastError("cancelled", {
    message: "knastd was started anew while /var/ports was being emptied. Empty it again.",
  }).toFailure();
