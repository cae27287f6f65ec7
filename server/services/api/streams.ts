import type { JobEvent } from "../../contract/job.ts";
import type { Ctx } from "../context.ts";
import { watchJails } from "../jails/watch-jails.ts";
import { followJob } from "../jobs/follow-job.ts";
import { Places } from "../places.ts";
import type { ApiRequest, OpenEvents, SendEvent } from "./call.ts";

/** Views of its jails that one account may have open by the API. */
const places = new Places(16);

/** The actor's jails now and whenever they change; the event `unavailable` while the daemon is away. @throws KnastError too_many */
export async function jailEvents(ctx: Ctx): Promise<OpenEvents> {
  const leave = places.take(ctx.actor.id);
  return (send, end) => {
    const stop = watchJails(ctx, (news) => {
      if (news === "ended") end();
      else if (news === "unavailable") send({ name: news, data: null });
      else send({ data: { jails: news.rows } });
    });
    return () => {
      stop();
      leave();
    };
  };
}

/**
 * A job's events after the one that the reader names, until it ends or he may not see it any more.
 * @throws KnastError not_found, too_many
 */
export async function jobEvents(
  ctx: Ctx,
  { job, after }: { job: string; after?: number | undefined },
  request: ApiRequest,
): Promise<OpenEvents> {
  const seen = request.header("last-event-id") ?? "";
  const from = /^[0-9]{1,9}$/.test(seen) ? Number(seen) : (after ?? -1);
  const stop = new AbortController();
  const events = await followJob(ctx, { job, after: from, signal: stop.signal });
  return (send, end) => {
    void pass(events, send).finally(end);
    return () => stop.abort();
  };
}

/** A daemon that goes away ends the stream; who reads asks again and goes on where he was. */
async function pass(events: AsyncGenerator<JobEvent>, send: SendEvent): Promise<void> {
  try {
    for await (const event of events) send({ id: event.seq, data: event });
  } catch (error) {
    console.error("job events", error);
  }
}
