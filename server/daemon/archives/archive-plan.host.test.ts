import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let t: TestHost;
beforeAll(async () => {
  t = await TestHost.start();
  await t.client.done("jail.create", t.spec("mail", 1));
});
afterAll(() => t.stop());

const file = () => join(t.daemonState, "schedule.json");
const archives = async () => (await t.client.call("archive.list", {})).archives;
const scheduled = async () => (await archives()).filter((one) => one.manifest?.scheduled).map((one) => one.archive);
const plan = { schedule: { at: "03:30", day: "every" as const }, keep: 2 };

/** Makes the plan's slot lie a minute ago, and starts knastd anew: the slot was slept through and is made up for. */
async function sleepThroughTheSlot() {
  await t.knastd.stop();
  const [entry] = JSON.parse(readFileSync(file(), "utf8")) as Record<string, unknown>[];
  const ago = new Date(Date.now() - 60_000);
  const at = [ago.getHours(), ago.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
  const since = new Date(Date.now() - 3 * 24 * 3_600_000).toISOString();
  writeFileSync(file(), JSON.stringify([{ ...entry, schedule: { at, day: "every" }, since, last: null }]));
  await t.startKnastd();
}

it("keeps a plan, and the plan of a jail of that name no longer", async () => {
  expect(await t.client.call("jail.archive-plan", { name: "mail" })).toEqual({ plan: null });
  expect(await t.client.call("jail.plan-archives", { name: "mail", plan, owners: ["anna"] })).toEqual({ plan });
  expect(await t.client.call("jail.archive-plan", { name: "mail" })).toEqual({ plan });
  expect((await t.client.refused("jail.archive-plan", { name: "mail", id: "0".repeat(32) })).code).toBe("not_found");
  const wrong = { schedule: { at: "25:00", day: "every" as const }, keep: 0 };
  const refused = await t.client.refused("jail.plan-archives", { name: "mail", plan: wrong });
  expect(refused.problems.map((one) => one.field)).toEqual(["plan.schedule.at", "plan.keep"]);
});

it("archives when it is due and keeps as many as it was told, and all that were made by hand", async () => {
  await t.client.done("archive.create", { name: "mail", owners: [] });
  const seen = new Set<string>();
  for (let round = 1; round <= 3; round++) {
    await sleepThroughTheSlot();
    await poll("one more was made", async () => {
      for (const one of await scheduled()) seen.add(one);
      return seen.size === round;
    });
    await poll("the job is over", async () =>
      (await t.client.call("job.list", {})).jobs.every((job) => job.state !== "running"),
    );
  }
  const left = await scheduled();
  expect(left).toEqual([...seen].sort().slice(1).reverse());
  expect((await archives()).length).toBe(3);
  const [job] = (await t.client.call("job.list", { jail: "mail" })).jobs;
  expect(job).toMatchObject({ verb: "archive.create", actor: "schedule", state: "done" });
});

it("ends, and what was made stays", async () => {
  expect(await t.client.call("jail.plan-archives", { name: "mail", plan: null })).toEqual({ plan: null });
  expect(JSON.parse(readFileSync(file(), "utf8"))).toEqual([]);
  expect((await archives()).length).toBe(3);
});
