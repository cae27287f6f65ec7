import type { JobEvent } from "../../contract/job.ts";
import type { Ctx } from "../context.ts";
import { follow } from "../daemon.ts";
import { getJob } from "./get-job.ts";

/**
 * The job's events from `after` + 1 on, until it has ended or `signal` aborts.
 * @throws KnastError not_found before the first event, as getJob() does
 */
export async function followJob(
  ctx: Ctx,
  form: { job: string; after: number; signal?: AbortSignal },
): Promise<AsyncGenerator<JobEvent>> {
  const { id } = await getJob(ctx, { job: form.job });
  return follow(id, form.after, { actor: ctx.actor.name, ...(form.signal ? { signal: form.signal } : {}) });
}
