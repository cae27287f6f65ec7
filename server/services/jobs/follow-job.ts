import type { JobEvent } from "../../contract/job.ts";
import type { Ctx } from "../context.ts";
import { follow } from "../daemon.ts";
import { Places } from "../places.ts";
import { getJob } from "./get-job.ts";

/** The daemon streams to 256 followers; one person with a thousand tabs must leave some for the others. */
const places = new Places(32);

/**
 * The job's events from `after` + 1 on, until it has ended or `signal` aborts.
 * @throws KnastError not_found before the first event, as getJob() does; too_many
 */
export async function followJob(
  ctx: Ctx,
  form: { job: string; after: number; signal?: AbortSignal },
): Promise<AsyncGenerator<JobEvent>> {
  const { id } = await getJob(ctx, { job: form.job });
  const leave = places.take(ctx.actor.id);
  const events = follow(id, form.after, { actor: ctx.actor.name, ...(form.signal ? { signal: form.signal } : {}) });
  return untilEnd(events, leave);
}

async function* untilEnd(events: AsyncGenerator<JobEvent>, leave: () => void): AsyncGenerator<JobEvent> {
  try {
    yield* events;
  } finally {
    leave();
  }
}
