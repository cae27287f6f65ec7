import type { JailSummary } from "../../contract/jail.ts";
import type { Job } from "../../contract/job.ts";
import type { NoticeFacts } from "../../contract/notices.ts";

/** What the watcher remembers between two looks. `jobs`: ids of ended jobs that were told of, null before the first look. */
export type HostMemory = { jobs: readonly string[] | null; jails: Readonly<Record<string, number | null>> };

/** Something to tell; `by` is the name of the job's actor, null when it was done by hand on the host. */
export type HostEvent = {
  kind: "jail-stopped" | "jail-started" | "jail-restarted" | "jail-destroyed" | "job-failed";
  jail: { id: string | null; name: string } | null;
  by: string | null;
  facts: NoticeFacts;
};

export type HostLook = {
  memory: HostMemory;
  /** job.list before the jails were listed: what has ended in it is in their states */
  before: readonly Job[];
  jails: readonly JailSummary[];
  /** job.list after that: what is new in it may or may not be in their states */
  after: readonly Job[];
  now: number;
};

const TOLD_BY_JOB: Record<string, HostEvent["kind"]> = {
  "jail.start": "jail-started",
  "jail.stop": "jail-stopped",
  "jail.restart": "jail-restarted",
  "jail.destroy": "jail-destroyed",
};
/** Jobs on the host that start and stop jails. */
const ON_HOST = new Set(["host.start-all", "host.stop-all", "host.restore", "base.move"]);
/** A daemon's list that was never seen before, of another host perhaps, tells no old news. */
const NEWS_MS = 7 * 24 * 3_600_000;

/**
 * Compares what the daemon says with what was last seen. A finished start, stop, restart or destroy tells itself; every other
 * change of a jail's jid is told by the job that was at work, or as done by hand. A jail with a job at work waits.
 */
export function judgeHost({ memory, before, jails, after, now }: HostLook): {
  events: HostEvent[];
  memory: HostMemory;
} {
  const first = memory.jobs === null;
  const seen = new Set(memory.jobs);
  // A job that has ended and still holds its jail is told with what it has made of it, at the next look.
  const holding = new Set(jails.map((jail) => jail.job));
  const ended = before.filter((job) => job.state !== "running" && !holding.has(job.id));
  const fresh = ended
    .filter((job) => !first && !seen.has(job.id) && Date.parse(job.endedAt ?? job.startedAt) > now - NEWS_MS)
    // The daemon lists the newest first; two may end within one millisecond.
    .toReversed()
    .toSorted((a, b) => (a.endedAt ?? "").localeCompare(b.endedAt ?? ""));
  const events = fresh.flatMap(eventOf);

  const done = new Set(ended.map((job) => job.id));
  const open = after.filter((job) => !done.has(job.id) && !seen.has(job.id));
  const known: Record<string, number | null> = {};
  for (const jail of jails) {
    if (!jail.id) continue;
    const last = memory.jails[jail.id];
    const settled = jail.state === "running" || jail.state === "stopped" || jail.state === "broken";
    const waits = !settled || jail.job !== null || open.some((job) => job.jailId === jail.id);
    if (last !== undefined && (waits || last === jail.jid)) known[jail.id] = last;
    else if (!waits) known[jail.id] = jail.jid;
    if (first || waits || last === undefined || last === jail.jid) continue;
    const own = fresh.filter((job) => job.jailId === jail.id);
    if (own.some((job) => job.state === "done" && TOLD_BY_JOB[job.verb])) continue;
    const cause = own.at(-1) ?? [...fresh, ...open].findLast((job) => ON_HOST.has(job.verb));
    const kind = jail.jid === null ? "jail-stopped" : last === null ? "jail-started" : "jail-restarted";
    events.push(toldBy({ kind, jail: { id: jail.id, name: jail.name }, by: cause?.actor ?? null }));
  }
  return { events, memory: { jobs: ended.map((job) => job.id), jails: known } };
}

const toldBy = (event: Omit<HostEvent, "facts">): HostEvent => ({
  ...event,
  facts: event.by === null ? {} : { by: event.by },
});

function eventOf(job: Job): HostEvent[] {
  const jail = job.jail === null ? null : { id: job.jailId, name: job.jail };
  const by = job.actor;
  if (job.state === "failed") {
    // Whoever cancelled it knows.
    if (job.failure?.code === "cancelled") return [];
    return [{ kind: "job-failed", jail, by, facts: { by, verb: job.verb, why: job.failure?.message ?? "" } }];
  }
  const kind = TOLD_BY_JOB[job.verb];
  return kind && jail ? [toldBy({ kind, jail, by })] : [];
}
