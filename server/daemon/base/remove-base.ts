import { randomBytes } from "node:crypto";
import { z } from "zod";
import { BaseName } from "../../contract/base.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import { JailId } from "../../contract/names.ts";
import { basejailTree, newjailTree } from "../conf/paths.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import { look } from "../host/disk.ts";
import type { Holder } from "../jobs/locks.ts";
import type { Step } from "../jobs/step.ts";
import { holdBases, refuseUsed } from "./base-users.ts";
import { asideBase, removeScratch } from "./place-base.ts";

const Removing = z.object({ id: JailId, name: BaseName });

/** base.remove: both trees and the record of a base. Throws KnastError not_found, exists (jails stand on it), busy. */
export async function removeBase(daemon: Daemon, { name }: { name: string }, call: Call): Promise<JobRef> {
  const holder: Holder = { verb: "base.remove", job: null };
  const release = holdBases(daemon, holder, [name]);
  try {
    const trees = [basejailTree(daemon.paths, name), newjailTree(daemon.paths, name)];
    if (!(await Promise.all(trees.map(look))).some((found) => found !== null)) throw new KnastError("not_found");
    await refuseUsed(daemon, name);
    const data = { id: randomBytes(16).toString("hex"), name };
    const steps = removeSteps(daemon, data);
    const rest = { jail: null, jailId: null, actor: call.actor, weight: "heavy" as const };
    return await daemon.jobs.begin({ verb: "base.remove", ...rest, steps, data, release }, call.key, holder);
  } catch (error) {
    release();
    throw error;
  }
}

function removeSteps(daemon: Daemon, { id, name }: z.infer<typeof Removing>): Step[] {
  const job = { paths: daemon.options, id };
  return [
    {
      id: "check",
      title: "See that no jail stands on it",
      command: null,
      run: () => refuseUsed(daemon, name),
    },
    {
      id: "aside",
      title: "Take it out of the way",
      command: `mv ${basejailTree(daemon.paths, name)} ${daemon.paths.jails}/.trash/basejail.${id}`,
      run: () => asideBase(job, name),
    },
    {
      id: "remove",
      title: "Delete it",
      command: `rm -rf ${daemon.paths.jails}/.trash/basejail.${id}`,
      run: (context) => removeScratch(job, context),
    },
  ];
}

/** What has begun to go is gone. */
export const recoverRemoveBase: Recovery = async (daemon, context, { step, data }) => {
  const removing = Removing.parse(data);
  if (step === "check")
    return new KnastError("cancelled", {
      message: "knastd was started anew before the base was removed. Nothing was changed.",
    }).toFailure();
  await asideBase({ paths: daemon.options, id: removing.id }, removing.name);
  await removeScratch({ paths: daemon.options, id: removing.id }, context);
  return null;
};
