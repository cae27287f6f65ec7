import { currentActor } from "@/app/session.ts";
import { KnastError } from "@/server/contract/errors.ts";
import type { JobEvent } from "@/server/contract/job.ts";
import { JobId } from "@/server/contract/names.ts";
import { followJob } from "@/server/services/jobs/follow-job.ts";
import { eventStream, type Send } from "../../../event-stream.ts";
import { refuse } from "../../../refuse.ts";

/** A job's events (JobEvent); a browser that comes back names the last one that it has seen. */
export async function GET(request: Request, { params }: { params: Promise<{ job: string }> }): Promise<Response> {
  const ctx = await currentActor();
  if (!ctx) return refuse(new KnastError("unauthenticated"));
  const job = JobId.safeParse((await params).job);
  const stop = new AbortController();
  const seen = request.headers.get("last-event-id") ?? "";
  const after = /^[0-9]{1,9}$/.test(seen) ? Number(seen) : -1;
  // An id that is none goes the same way as one of nobody.
  const events = followJob(ctx, { job: job.success ? job.data : "0".repeat(32), after, signal: stop.signal });
  return events.then(
    (each) =>
      eventStream(request.signal, (send, end) => {
        void pass(each, send).finally(end);
        return () => stop.abort();
      }),
    refuse,
  );
}

/** A daemon that goes away ends the stream; the browser asks again and goes on where it was. */
async function pass(events: AsyncGenerator<JobEvent>, send: Send): Promise<void> {
  try {
    for await (const event of events) send({ id: event.seq, data: event });
  } catch (error) {
    console.error("job events", error);
  }
}
