import { expect, it } from "vitest";
import type { JailSummary } from "../../contract/jail.ts";
import type { Job } from "../../contract/job.ts";
import { job as anyJob, jail as anyJail } from "../testing/fake-daemon.ts";
import { type HostMemory, judgeHost } from "./judge-host.ts";

const now = Date.now();
const ID = "a".repeat(32);
const jail = (jid: number | null, over: Partial<JailSummary> = {}) =>
  anyJail("mail", { id: ID, jid, state: jid === null ? "stopped" : "running", ...over });
let made = 0;
const job = (verb: string, over: Partial<Job> = {}) =>
  anyJob(verb, "mail", {
    id: (++made).toString(16).padStart(32, "0"),
    jailId: ID,
    state: "done",
    endedAt: new Date(now).toISOString(),
    ...over,
  });
const onHost = (verb: string, over: Partial<Job> = {}) => job(verb, { jail: null, jailId: null, ...over });
const ran = (jid: number | null): HostMemory => ({ jobs: [], jails: { [ID]: jid } });
type Look = { jobs?: Job[]; after?: Job[]; jails?: JailSummary[]; memory?: HostMemory };
const judge = ({ jobs = [], after = jobs, jails = [jail(3)], memory = ran(3) }: Look) =>
  judgeHost({ memory, before: jobs, jails, after, now });
const words = (look: Look) => judge(look).events.map(({ kind, by }) => `${kind} ${by}`);

it("tells nothing of what was before its first look", () => {
  const first = judge({ memory: { jobs: null, jails: {} }, jobs: [job("jail.stop")], jails: [jail(null)] });
  expect(first.events).toEqual([]);
  expect(judge({ memory: first.memory, jobs: [], jails: [jail(null)] }).events).toEqual([]);
});

it("tells each job once, in the order in which they ended", () => {
  const jobs = [
    job("jail.start", { actor: "olaf", endedAt: new Date(now - 1).toISOString() }),
    job("jail.stop", { actor: "anna", endedAt: new Date(now - 2).toISOString() }),
  ];
  const judged = judge({ jobs, jails: [jail(4)] });
  expect(judged.events.map(({ kind, by }) => [kind, by])).toEqual([
    ["jail-stopped", "anna"],
    ["jail-started", "olaf"],
  ]);
  expect(judge({ memory: judged.memory, jobs, jails: [jail(4)] }).events).toEqual([]);
});

it.each([
  ["jail.restart", "jail-restarted", 4],
  ["jail.start", "jail-started", 4],
  ["jail.stop", "jail-stopped", null],
])("%s is told by the job alone, not by the jid too", (verb, kind, jid) => {
  const memory = ran(verb === "jail.start" ? null : 3);
  expect(words({ jobs: [job(verb)], jails: [jail(jid)], memory })).toEqual([`${kind} anna`]);
});

it("tells a job that has ended and still holds its jail at the next look, once, and not as done by hand", () => {
  const jobs = [job("jail.stop")];
  const held = judge({ jobs, jails: [jail(null, { state: "stopping", job: jobs[0]!.id })] });
  expect(held.events).toEqual([]);
  const free = judge({ memory: held.memory, jobs, jails: [jail(null)] });
  expect(free.events.map(({ kind, by }) => [kind, by])).toEqual([["jail-stopped", "anna"]]);
  expect(judge({ memory: free.memory, jobs, jails: [jail(null)] }).events).toEqual([]);
});

it.each([
  [3, null, "jail-stopped"],
  [null, 4, "jail-started"],
  [3, 4, "jail-restarted"],
])("a jid that goes from %s to %s without a job was changed by hand", (from, to, kind) => {
  expect(words({ jails: [jail(to)], memory: ran(from) })).toEqual([`${kind} null`]);
});

it("names who had the jails of the host stopped, or the base exchanged, while it goes on and when it is over", () => {
  for (const state of ["running", "done"] as const)
    expect(words({ jobs: [onHost("host.stop-all", { state, actor: "berta" })], jails: [jail(null)] })).toEqual([
      "jail-stopped berta",
    ]);
  expect(words({ jobs: [onHost("base.move")], jails: [jail(4)] })).toEqual(["jail-restarted anna"]);
  expect(words({ jobs: [onHost("ports.update")], jails: [jail(4)] })).toEqual(["jail-restarted null"]);
  expect(words({ jobs: [job("jail.configure")], jails: [jail(4)] })).toEqual(["jail-restarted anna"]);
});

it("waits for a job that is at work, wherever it stands in the three answers", () => {
  const running = job("jail.stop", { state: "running", endedAt: null });
  const ended = { ...running, state: "done" as const, endedAt: new Date(now).toISOString() };
  const looks: Look[] = [
    { jobs: [running], jails: [jail(null)] },
    { jobs: [], after: [running], jails: [jail(null)] },
    { jobs: [running], after: [ended], jails: [jail(null)] },
    { jobs: [], after: [ended], jails: [jail(null)] },
    { jobs: [running], jails: [jail(3, { job: running.id })] },
    { jobs: [running], jails: [jail(3, { state: "stopping" })] },
  ];
  for (const look of looks) {
    const judged = judge(look);
    expect(judged.events).toEqual([]);
    expect(words({ memory: judged.memory, jobs: [ended], jails: [jail(null)] })).toEqual(["jail-stopped anna"]);
  }
});

it("a start that failed is told as that, with its reason, and one that was cancelled is not", () => {
  const failure = { code: "start_failed" as const, message: "The jail did not start.", problems: [] };
  const failed = judge({
    jobs: [job("jail.start", { state: "failed", failure })],
    jails: [jail(null)],
    memory: ran(null),
  });
  expect(failed.events).toMatchObject([{ kind: "job-failed", facts: { verb: "jail.start", why: failure.message } }]);
  const cancelled = { ...failure, code: "cancelled" as const };
  expect(words({ jobs: [job("archive.create", { state: "failed", failure: cancelled })] })).toEqual([]);
});

it("knows no old news of a host that it has not seen before", () => {
  const endedAt = new Date(now - 8 * 24 * 3_600_000).toISOString();
  expect(words({ jobs: [job("jail.stop", { endedAt })], jails: [jail(3)] })).toEqual([]);
});

it("remembers no jail that is gone and no job that the daemon has forgotten", () => {
  const { memory } = judge({ memory: { jobs: ["x"], jails: { [ID]: 3, gone: 4 } }, jobs: [job("jail.list")] });
  expect(Object.keys(memory.jails)).toEqual([ID]);
  expect(memory.jobs).toHaveLength(1);
});
