import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";

// knastd is killed at any moment of a verb. What it had started (jail(8), cp(1), rm(1)) goes on for a while or dies of its
// closed pipe; either way the next start of knastd has to come to a whole jail or none.

type Verb = "jail.create" | "jail.start" | "jail.stop" | "jail.restart" | "jail.destroy";
const CYCLE: readonly Verb[] = ["jail.create", "jail.start", "jail.restart", "jail.stop", "jail.destroy"];
const MOMENTS = [0, 30, 75, 140, 240];
/** In every run verbs and moments take turns; KNAST_KILL=all: each verb at each moment. */
const ALL = process.env.KNAST_KILL === "all";
const TRIES = MOMENTS.flatMap((ms, m) =>
  CYCLE.filter((_, v) => ALL || (m + v) % 3 === 0).map((verb) => ({ verb, ms })),
);
const NAME = "victim";

let host: TestHost;
let base: string;

beforeAll(async () => {
  host = await TestHost.start();
  base = host.checksum(`${host.host.jails}/basejail`);
});
afterAll(() => host?.stop());

const input = (verb: Verb) => (verb === "jail.create" ? host.spec(NAME, 3) : { name: NAME }) as never;
const state = async () =>
  (await host.client.call("jail.list", {})).jails.find((one) => one.name === NAME)?.state ?? null;

/** Brings the jail to where the verb begins. */
async function prepare(verb: Verb): Promise<void> {
  const now = await state();
  if (verb === "jail.create") {
    if (now === "running") await host.client.done("jail.stop", { name: NAME });
    if (now !== null) await host.client.done("jail.destroy", { name: NAME });
    return;
  }
  if (now === null) await host.client.done("jail.create", input("jail.create"));
  const wanted = verb === "jail.stop" || verb === "jail.restart";
  if (wanted !== (now === "running"))
    await host.client.done(wanted ? "jail.start" : "jail.stop", { name: NAME }).catch(() => null);
}

test.each(TRIES)("$verb, killed after $ms ms", async ({ verb, ms }) => {
  await prepare(verb);
  await host.client.call(verb, input(verb));
  await sleep(ms);
  host.knastd.process.kill("SIGKILL");
  await host.knastd.ended;
  await host.startKnastd();
  await host.expectWhole(NAME, host.address(3), base);
  await prepare(verb);
  expect((await host.client.job(verb, input(verb))).at(-1)).toMatchObject({ kind: "done" });
  await host.expectWhole(NAME, host.address(3), base);
});
