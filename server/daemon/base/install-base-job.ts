import { randomBytes } from "node:crypto";
import type { BaseSource } from "../../contract/base.ts";
import { KnastError } from "../../contract/errors.ts";
import type { JobRef } from "../../contract/job.ts";
import type { Call, Daemon } from "../daemon.ts";
import type { Recovery } from "../handlers.ts";
import type { Holder } from "../jobs/locks.ts";
import { forget, holdUpload, wholeUpload } from "../uploads/store.ts";
import { readBase } from "./base-record.ts";
import { baseUsers, holdBases } from "./base-users.ts";
import { installBase } from "./install-base.ts";
import { PLACED, Placing, removeScratch, settleBase } from "./place-base.ts";

type Wish = { name: string; source: BaseSource };

/**
 * base.install as a job: one at a time for each base, and never while a jail is being made from it. An upload is gone afterwards,
 * unless the job fails. Throws KnastError busy, too_many, and for an upload not_found, invalid.
 */
export async function installBaseJob(daemon: Daemon, { name, source }: Wish, call: Call): Promise<JobRef> {
  const holder: Holder = { verb: "base.install", job: null };
  const unlock = holdBases(daemon, holder, [name]);
  let letGo = () => {};
  const release = () => {
    letGo();
    unlock();
  };
  try {
    const upload = source.kind === "upload" ? source.upload : null;
    if (upload) letGo = holdUpload(daemon, "base.install", upload);
    const { jails, state, world } = daemon.options;
    const data: Placing = {
      id: randomBytes(16).toString("hex"),
      name,
      before: await readBase(daemon.options, name),
      after: null,
    };
    const { steps, undo } = installBase({
      name,
      source,
      data,
      id: data.id,
      paths: { jails, state, world },
      ...(upload ? { uploadPath: await wholeUpload(daemon, upload) } : {}),
      jailsOnBase: async () => (await baseUsers(daemon, name)).map((one) => one.name),
    });
    if (upload)
      steps.push({
        id: "upload",
        title: "Remove the upload",
        command: null,
        run: () => forget(daemon, upload),
      });
    return await daemon.jobs.begin(
      {
        verb: "base.install",
        jail: null,
        jailId: null,
        actor: call.actor,
        steps,
        data,
        weight: "heavy",
        cancellable: true,
        undo,
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

/** @param what was being done, for the sentence */
export const recoverPlacing =
  (what: string): Recovery =>
  async (daemon, context, { step, data }) => {
    const placing = Placing.parse(data);
    const job = { paths: daemon.options, id: placing.id };
    const placed = PLACED.includes(step) && (await settleBase(job, placing));
    await removeScratch(job, context);
    if (placed) return null;
    const message = `knastd was started anew while the base was being ${what}. Nothing was changed; do it again.`;
    return new KnastError("cancelled", { message }).toFailure();
  };
