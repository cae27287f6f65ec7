import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { VerbInput } from "../../contract/daemon.ts";
import type { JobVerb } from "../../contract/daemon.ts";
import { ErrorCode, Failure, KnastError } from "../../contract/errors.ts";
import { Intent } from "../jobs/journal.ts";
import { TestHost } from "./dev-host.ts";
import { poll } from "./poll.ts";
import { orphans } from "./whole-host.ts";

/** One call of a job verb that is killed at each of its steps. knastd runs whenever one of these functions is called. */
export type KillRow<V extends JobVerb = JobVerb> = {
  verb: V;
  /** what sets it apart from another row of the verb */
  of?: string;
  /** brings the host, on which anything of an earlier point may be left, to where the call makes sense */
  arrange(host: TestHost): Promise<void>;
  input(host: TestHost): VerbInput<V> | Promise<VerbInput<V>>;
  /** what must hold after the restart, beside what holds always (whole-host.ts, the base's checksum) */
  holds?(host: TestHost): Promise<void>;
  /** step ids at which it is killed; the steps of a restart that follows are killed in the row of jail.restart */
  only?: RegExp;
  /** codes by which the same call, made again, says that its goal is reached */
  reached?: readonly ErrorCode[];
  /** what must hold when the same call was made again */
  goal?(host: TestHost): Promise<void>;
  /** the verb is there to change the base */
  changesBase?: boolean;
};

export const killRow = <V extends JobVerb>(row: KillRow<V>): KillRow => row as unknown as KillRow;

/** @returns the row's name in a report */
export const rowName = ({ verb, of }: KillRow): string => (of ? `${verb} (${of})` : verb);

/** Names, modes, sizes, times of change: whatever is written, renamed or given away in a tree changes this. */
export const fingerprint = (host: TestHost): string =>
  host.run("/usr/bin/find", [join(host.host.jails, "basejail"), "-printf", "%P %y %m %U %G %s %i %C@ %l\n"]).stdout;

/**
 * Kills knastd as by kill -9 at each step of the call, starts it again, looks for what is orphaned, and makes the
 * same call again.
 * @returns how many points there were
 * @throws Error that names the point
 */
export async function killEverywhere(host: TestHost, row: KillRow): Promise<number> {
  let all: string[] = [];
  await at(`${rowName(row)} killed before its first step`, () =>
    killAt(host, row, "0:before", () => (all = stepsOf(host, row))),
  );
  const steps = all.filter((step) => row.only?.test(step) ?? true);
  const points = steps
    .flatMap((step, i) => moments(row, i, steps.length).map((when) => ({ step, when })))
    .filter(({ step, when }) => step !== all[0] || when !== "before");
  for (const { step, when } of points)
    await at(`${rowName(row)} killed ${when} ${step}`, () => killAt(host, row, `${step}:${when}`));
  return 1 + points.length;
}

/** Where a jail comes from and goes to, each step is killed in every run. */
const DENSE = ["jail.create", "jail.start", "jail.stop", "jail.destroy"];

/**
 * Both moments of each step are some hundred points too many for every run: before and after take turns, in most verbs over every
 * sixth step after the first one, which is where each row begins; the last step has both. With KNAST_KILL=all it is all of them.
 */
function moments({ verb, of }: KillRow, index: number, steps: number): ("before" | "after")[] {
  if (process.env.KNAST_KILL === "all" || index === steps - 1) return ["before", "after"];
  if (DENSE.includes(verb) && of === undefined) return [index % 2 === 0 ? "after" : "before"];
  return index % 6 === 0 && index > 0 ? [index % 12 === 0 ? "after" : "before"] : [];
}

/** Names the point in whatever goes wrong there. */
export async function at<T>(point: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new Error(`${point}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** @returns the ids of the steps that the intent of a killed knastd names */
function stepsOf(host: TestHost, row: KillRow): string[] {
  const journal = join(host.daemonState, "journal");
  const intents = readdirSync(journal)
    .filter((name) => name.endsWith(".json"))
    .map((name) => Intent.parse(JSON.parse(readFileSync(join(journal, name), "utf8"))));
  const { steps } = intents.find((one) => one.verb === row.verb)!;
  expect(steps.filter((id) => /^\d+$/.test(id))).toEqual([]);
  return steps;
}

async function arranged(host: TestHost, row: KillRow, point: string): Promise<VerbInput<JobVerb>> {
  await row.arrange(host);
  const input = await row.input(host);
  host.killAt(`${row.verb}:${point}`);
  return input;
}

async function dies(host: TestHost, row: KillRow, input: VerbInput<JobVerb>): Promise<void> {
  const reply = await host.client.raw(row.verb, input).catch(() => null);
  if (reply && reply.status !== 202) throw new Error(`refused: ${JSON.stringify(reply.body)}`);
  const ended = await Promise.race([
    host.knastd.ended,
    poll("the job ends by the kill", async () => {
      const jobs = await host.client.call("job.list", {}).catch(() => null);
      return jobs?.jobs.every((job) => job.state !== "running") && JSON.stringify(jobs.jobs[0]);
    }),
  ]);
  if (typeof ended === "string") throw new Error(`it was not killed: ${ended}`);
  expect(ended).toEqual({ status: null, signal: "SIGKILL" });
  host.killAt(null);
}

/** @param killed is called while knastd is dead */
async function killAt(host: TestHost, row: KillRow, point: string, killed = () => {}): Promise<void> {
  const input = await arranged(host, row, point);
  const base = fingerprint(host);
  await dies(host, row, input);
  killed();
  await host.startKillable();
  await wholeAgain(host);
  if (!row.changesBase) expect(fingerprint(host) === base, "the base is as it was").toBe(true);
  await row.holds?.(host);
  await again(host, row, input);
  await row.goal?.(host);
  await wholeAgain(host);
  if (!row.changesBase) expect(fingerprint(host) === base, "the base is as it was").toBe(true);
}

/** Recovery goes on behind the open socket: nothing may be left of it in the end. */
export async function wholeAgain(host: TestHost): Promise<void> {
  let left: string[] = [];
  // What is seen without asking comes first: knastd is busy with its recovery.
  await poll(
    "nothing is orphaned",
    async () => (left = host.scratch()).length === 0 && (left = await orphans(host)).length === 0,
  ).catch(() => {
    throw new Error(`orphaned: ${left.join(", ")}`);
  });
}

/** The same call again: it succeeds (true), or says that its goal is reached already (false). @throws Error */
export async function again(host: TestHost, row: KillRow, input: VerbInput<JobVerb>): Promise<boolean> {
  let { status, body } = await host.client.raw(row.verb, input);
  // On a machine under load the job before may still be letting go of its lock; one that never does fails all the same.
  for (const until = Date.now() + 30_000; status === 409 && isLocked(body) && Date.now() < until; await sleep(50))
    ({ status, body } = await host.client.raw(row.verb, input));
  if (status !== 202) {
    const { code, problems } = Failure.parse(body);
    const codes = [code, ...problems.map((one) => one.code)];
    if (codes.some((one) => row.reached?.includes(one))) return false;
    throw new Error(`again: ${JSON.stringify(body)}`);
  }
  const events = await host.client.follow((body as { job: string }).job);
  if (events.at(-1)?.kind !== "done")
    throw new Error(
      `again: ${events
        .slice(-8)
        .map((one) => JSON.stringify(one))
        .join("\n")}`,
    );
  return true;
}

/** Whether somebody else is at work there; what is "busy" for another reason says so in a sentence of its own. */
function isLocked(body: unknown): boolean {
  const { code, message } = Failure.parse(body);
  return code === "busy" && message === new KnastError("busy").message;
}

/** Hosts that rows take turns on; each is made when it is first needed. */
export class Hosts {
  readonly #all: TestHost[] = [];
  readonly #free: TestHost[] = [];

  async use<T>(work: (host: TestHost) => Promise<T>): Promise<T> {
    const host = this.#free.pop() ?? (await this.#make());
    const result = await work(host);
    // One on which a row failed may be in any state: it is not used again.
    this.#free.push(host);
    return result;
  }

  async #make(): Promise<TestHost> {
    const host = await TestHost.start();
    this.#all.push(host);
    await host.knastd.stop();
    await host.startKillable();
    return host;
  }

  async stop(): Promise<void> {
    for (const host of this.#all) await host.stop();
  }
}
