"use client";
import { useEffect, useMemo, useState } from "react";
import { JobEvent } from "@/server/contract/job.ts";
import { viewJob, type JobView } from "./job-steps.ts";

const LOST_MS = 3000;
const NONE: { title: string; command: string | null }[] = [];

/**
 * Follows a job's events as the panel streams them; the browser reconnects by itself and goes on at the last event.
 * @returns null without a job; `lost` while the stream is interrupted
 */
export function useJob(job: string | null, planned = NONE): (JobView & { lost: boolean }) | null {
  const [followed, setFollowed] = useState<{ job: string | null; events: JobEvent[]; lost: boolean }>({
    job,
    events: [],
    lost: false,
  });
  useEffect(() => {
    setFollowed({ job, events: [], lost: false });
    if (job === null) return;
    const source = new EventSource(`/api/jobs/${job}/events`);
    const take = (message: MessageEvent<string>) => {
      const event = JobEvent.safeParse(JSON.parse(message.data));
      if (!event.success) return;
      if (event.data.kind === "done" || event.data.kind === "failed") source.close();
      setFollowed((now) => {
        const last = now.events.at(-1)?.seq ?? -1;
        return now.job === job && event.data.seq > last
          ? { job, events: [...now.events, event.data], lost: false }
          : now;
      });
    };
    source.onmessage = take;
    let timer: ReturnType<typeof setTimeout> | undefined;
    source.onopen = () => {
      clearTimeout(timer);
      timer = undefined;
      setFollowed((now) => (now.lost ? { ...now, lost: false } : now));
    };
    // A moment without the stream is nothing to speak of: browsers cut it whenever an interface comes or goes.
    source.onerror = () => {
      timer ??= setTimeout(() => setFollowed((now) => ({ ...now, lost: true })), LOST_MS);
    };
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [job]);
  return useMemo(
    () =>
      job === null
        ? null
        : {
            ...viewJob(planned, followed.job === job ? followed.events : []),
            lost: followed.job === job && followed.lost,
          },
    [job, planned, followed],
  );
}
