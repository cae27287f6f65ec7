import { afterAll, beforeAll, expect, test } from "vitest";
import type { Failure } from "../contract/errors.ts";
import { TestHost } from "./testing/dev-host.ts";

// knastd is killed as by kill -9 before and after the side effect of every step of its journal; the next start has to leave
// a whole jail or none, nothing orphaned, the base as it was, and the same call must succeed then.

type Verb = "jail.create" | "jail.start" | "jail.stop" | "jail.restart" | "jail.destroy";

/** Every step of each verb; the first test compares with what knastd itself says. */
const STEPS: Record<Verb, string[]> = {
  "jail.create": ["copy", "account", "keys", "resolv", "rc-conf", "place", "fstab", "include", "config", "autostart"],
  "jail.start": ["check", "tidy", "jail", "verify"],
  "jail.stop": ["shells", "jail", "force", "tidy", "verify"],
  "jail.destroy": ["check", "autostart", "aside", "limits", "remove", "fstab", "config"],
  "jail.restart": [
    "stop-shells",
    "stop-jail",
    "stop-force",
    "stop-tidy",
    "stop-verify",
    "start-check",
    "start-tidy",
    "start-jail",
    "start-verify",
  ],
};

const NAME = "victim";
const key = `ssh-ed25519 ${"B".repeat(68)}`;
let host: TestHost;
let base: string;

beforeAll(async () => {
  host = await TestHost.start();
  base = host.checksum(host.host.jails + "/basejail");
});
afterAll(() => host?.stop());

const input = (verb: Verb) =>
  (verb === "jail.create" ? host.spec(NAME, 3, { sshKeys: [key], autostart: true }) : { name: NAME }) as never;
const row = async () => (await host.client.call("jail.list", {})).jails.find((one) => one.name === NAME);

/** Kills knastd at a point of a verb, starts it again and looks at what is there. */
async function killAt(verb: Verb, point: string): Promise<void> {
  await host.knastd.stop();
  await host.startKnastd(["--kill-at", `${verb}:${point}`]);
  const reply = await host.client.raw(verb, input(verb)).catch(() => null);
  if (reply && reply.status !== 202) throw new Error(`refused: ${JSON.stringify(reply.body)}`);
  expect(await host.knastd.ended).toEqual({ status: null, signal: "SIGKILL" });
  await host.startKnastd();
  await host.expectWhole(NAME, host.address(3), base);
}

/** The same call again: it succeeds, or says that its goal is reached already. */
async function again(verb: Verb): Promise<void> {
  const reached = {
    "jail.create": "exists",
    "jail.start": "already_running",
    "jail.stop": "not_running",
    "jail.destroy": "not_found",
    "jail.restart": "",
  };
  const { status, body } = await host.client.raw(verb, input(verb));
  const { code, problems } = body as Failure;
  if (status !== 202) return expect([code, ...problems.map((one) => one.code)]).toContain(reached[verb]);
  const events = await host.client.follow((body as { job: string }).job);
  expect(events.at(-1)).toMatchObject({ kind: "done" });
}

test("the steps listed here are all that there are", async () => {
  for (const verb of ["jail.create", "jail.start", "jail.restart", "jail.stop", "jail.destroy"] as const) {
    const { job } = (await host.client.call(verb, input(verb))) as { job: string };
    await host.client.follow(job);
    const { steps, state } = await host.client.call("job.get", { job });
    expect([verb, state, steps.length]).toEqual([verb, "done", STEPS[verb].length]);
  }
});

/** @returns "step:before" and "step:after" of each step */
const points = (verb: Verb) => STEPS[verb].flatMap((step) => [`${step}:before`, `${step}:after`]);

test.each(points("jail.create"))("killed in create, %s", async (point) => {
  await killAt("jail.create", point);
  await again("jail.create");
  expect(await row()).toMatchObject({ state: "stopped", autostart: true });
  await host.client.done("jail.destroy", { name: NAME });
  expect(host.traces(NAME, host.address(3))).toEqual([]);
});

test.each(points("jail.start"))("killed in start, %s", async (point) => {
  if (!(await row())) await host.client.done("jail.create", input("jail.create"));
  if ((await row())!.state === "running") await host.client.done("jail.stop", { name: NAME });
  await killAt("jail.start", point);
  await again("jail.start");
  expect(await row()).toMatchObject({ state: "running" });
});

test.each(points("jail.stop"))("killed in stop, %s", async (point) => {
  if ((await row())!.state !== "running") await host.client.done("jail.start", { name: NAME });
  await killAt("jail.stop", point);
  await again("jail.stop");
  expect(await row()).toMatchObject({ state: "stopped" });
});

test.each(["stop-jail:before", "stop-tidy:after", "start-jail:before", "start-jail:after"])(
  "killed in restart, %s",
  async (point) => {
    if ((await row())!.state !== "running") await host.client.done("jail.start", { name: NAME });
    await killAt("jail.restart", point);
    expect(await row()).toMatchObject({ state: "running" });
    await again("jail.restart");
    expect(await row()).toMatchObject({ state: "running" });
  },
);

test.each(points("jail.destroy"))("killed in destroy, %s", async (point) => {
  if (!(await row())) await host.client.done("jail.create", input("jail.create"));
  if ((await row())!.state === "running") await host.client.done("jail.stop", { name: NAME });
  await killAt("jail.destroy", point);
  await again("jail.destroy");
  expect(host.traces(NAME, host.address(3))).toEqual([]);
});
