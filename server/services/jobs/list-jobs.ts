import type { Job } from "../../contract/job.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { lookAtJails, rowFor } from "../jails/look-at-jails.ts";

/** @returns the jobs that getJob() would show, newest first, of one jail or of all */
export async function listJobs(ctx: Ctx, form: { jail?: string | undefined }): Promise<Job[]> {
  const input = form.jail === undefined ? {} : { jail: form.jail };
  const [{ jobs }, { jails, holders }] = await Promise.all([
    call("job.list", input, { actor: ctx.actor.name }),
    lookAtJails(ctx.actor.name),
  ]);
  if (isAdmin(ctx.actor)) return jobs;
  const his = new Set(
    jails.filter((jail) => rowFor(ctx.actor, jail, holders)).map(({ name, id }) => JSON.stringify([name, id])),
  );
  return jobs.filter((job) => his.has(JSON.stringify([job.jail, job.jailId])));
}
