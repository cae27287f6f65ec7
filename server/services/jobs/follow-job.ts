import { KnastError } from "../../contract/errors.ts";
import type { JobEvent } from "../../contract/job.ts";
import { cameBy, stillActor } from "../accounts/still-actor.ts";
import type { Ctx } from "../context.ts";
import { follow } from "../daemon.ts";
import { Places } from "../places.ts";
import { getJob } from "./get-job.ts";

/** The daemon streams to 256 followers; one person with a thousand tabs must leave some for the others. */
const places = new Places(32);

/** How often an open stream asks whether it may go on. */
const EVERY_MS = 2000;

/**
 * The job's events from `after` + 1 on, until it has ended, `signal` aborts or the actor may not see it any more.
 * @throws KnastError not_found before the first event, as getJob() does; too_many
 */
export async function followJob(
  ctx: Ctx,
  form: { job: string; after: number; signal?: AbortSignal },
): Promise<AsyncGenerator<JobEvent>> {
  const { id } = await getJob(ctx, { job: form.job });
  const leave = places.take(ctx.actor.id);
  const stop = new AbortController();
  const signal = form.signal ? AbortSignal.any([form.signal, stop.signal]) : stop.signal;
  const events = follow(id, form.after, { actor: ctx.actor.name, signal });
  return untilEnd(events, {
    ask: () => void mayFollow(ctx, id).then((may) => may || stop.abort()),
    leave,
  });
}

async function* untilEnd(
  events: AsyncGenerator<JobEvent>,
  { ask, leave }: { ask: () => void; leave: () => void },
): AsyncGenerator<JobEvent> {
  const timer = setInterval(ask, EVERY_MS);
  try {
    yield* events;
  } finally {
    clearInterval(timer);
    leave();
  }
}

/** Without the daemon there is nothing to see; its stream has ended then. */
async function mayFollow(ctx: Ctx, job: string): Promise<boolean> {
  try {
    const actor = await stillActor(cameBy(ctx.actor), false);
    return actor !== null && (await getJob({ ...ctx, actor }, { job })) !== null;
  } catch (error) {
    return !(error instanceof KnastError && ["not_found", "forbidden"].includes(error.code));
  }
}
