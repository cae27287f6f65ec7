import { KnastError } from "../../contract/errors.ts";
import type { Job } from "../../contract/job.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";

/**
 * A job is visible to the admin and to who may see its jail; for all others it does not exist.
 * @throws KnastError not_found
 */
export async function getJob(ctx: Ctx, form: { job: string }): Promise<Job> {
  const [job, { jails, holders }] = await Promise.all([
    call("job.get", form, { actor: ctx.actor.name }).catch((error: unknown) => {
      if (error instanceof KnastError && error.code === "not_found") return null;
      throw error;
    }),
    lookAtJails(ctx.actor.name),
  ]);
  const jail = jails.find((each) => job !== null && each.name === job.jail && each.id === job.jailId);
  const visible = isAdmin(ctx.actor) || (jail && rowFor(ctx.actor, jail, holders));
  if (!job || !visible) throw new KnastError("not_found");
  return job;
}
