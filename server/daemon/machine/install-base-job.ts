import { randomBytes } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { BaseSource } from "../../contract/jail.ts";
import type { JobRef } from "../../contract/job.ts";
import { installBase } from "../base/install-base.ts";
import { parseFstab } from "../conf/fstab.ts";
import type { Call, Daemon } from "../daemon.ts";
import { readText } from "../host/disk.ts";
import type { Holder } from "../jobs/locks.ts";

/** base.install as a job: one at a time, and never while a jail is being made. Throws KnastError busy, too_many. */
export async function installBaseJob(daemon: Daemon, { source }: { source: BaseSource }, call: Call): Promise<JobRef> {
  const holder: Holder = { verb: "base.install", job: null };
  const message = "A base is being installed or a jail is being made. Try again when that is done.";
  const release = takeBase(daemon, holder, message);
  const { jails, state, world } = daemon.options;
  const id = randomBytes(16).toString("hex");
  const paths = { jails, state, world };
  const { steps, undo } = installBase({ source, paths, id, jailsOnBase: () => jailsOnBase(daemon) });
  return daemon.jobs.begin(
    {
      verb: "base.install",
      jail: null,
      jailId: null,
      actor: call.actor,
      steps,
      data: { id },
      weight: "heavy",
      undo,
      release,
    },
    call.key,
    holder,
  );
}

function takeBase(daemon: Daemon, holder: Holder, message: string): () => void {
  try {
    return daemon.locks.take(holder, ["base"]);
  } catch (cause) {
    throw new KnastError("busy", { message, cause });
  }
}

/** @returns names of the jails whose fstab names the base, or that have it mounted */
async function jailsOnBase(daemon: Daemon): Promise<string[]> {
  const base = `${daemon.paths.jails}/basejail`;
  const [configured, running, mounts] = await Promise.all([
    daemon.view.configuredNow(),
    daemon.view.runningNow(),
    daemon.view.mountsNow(),
  ]);
  const names = new Set<string>();
  for (const jail of configured) {
    const fstab = jail.params.findLast((one) => one.name === "mount.fstab")?.value;
    const lines = fstab ? parseFstab((await readText(fstab).catch(() => null)) ?? "") : [];
    const inline = jail.params.some((one) => one.name === "mount" && one.value?.startsWith(`${base} `));
    if (inline || lines.some((line) => line.source === base)) names.add(jail.name);
  }
  for (const mount of mounts.filter((one) => one.source === base))
    names.add(running.find((one) => mount.target.startsWith(`${one.path}/`))?.name ?? mount.target);
  return [...names];
}
