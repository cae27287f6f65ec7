import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Clock, Scheduler } from "./scheduler.ts";
import { latestSlot } from "./slot.ts";

let dir: string;
let ran: string[];
let now: Date;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "limits-schedule-"));
  ran = [];
  now = new Date(2026, 10, 24, 12, 0);
});
afterEach(() => rmSync(dir, { recursive: true }));

const clock: Clock = { now: () => now, every: () => () => {} };
const errors: string[] = [];
const log = { info: () => {}, error: (event: string) => void errors.push(event) };
const path = () => join(dir, "schedule.json");
async function started(): Promise<Scheduler> {
  const scheduler = new Scheduler(path(), log, clock);
  scheduler.register("ports", async (key) => void ran.push(key));
  scheduler.register("broken", () => Promise.reject(new Error("no")));
  await scheduler.start();
  return scheduler;
}
const at = (day: number, hour: number, minute = 0) => (now = new Date(2026, 10, day, hour, minute));
const nightly = { at: "03:30", day: "every" } as const;

test("the latest slot: today's when it is over, else yesterday's; of a weekday the last one", () => {
  expect(latestSlot(nightly, at(24, 3, 30))).toEqual(new Date(2026, 10, 24, 3, 30));
  expect(latestSlot(nightly, at(24, 3, 29))).toEqual(new Date(2026, 10, 23, 3, 30));
  expect(latestSlot({ at: "03:30", day: "sunday" }, at(24, 12))).toEqual(new Date(2026, 10, 22, 3, 30));
  expect(latestSlot({ at: "13:00", day: "tuesday" }, at(24, 12))).toEqual(new Date(2026, 10, 17, 13, 0));
});

test("a schedule runs once for each of its slots, and not for those before it was made", async () => {
  const scheduler = await started();
  await scheduler.set("ports", "a", nightly);
  await scheduler.tick();
  expect(ran).toEqual([]);
  at(25, 3, 29);
  await scheduler.tick();
  expect(ran).toEqual([]);
  for (const minute of [30, 30, 31, 59]) {
    at(25, 3, minute);
    await scheduler.tick();
  }
  expect(ran).toEqual(["a"]);
  at(26, 3, 30);
  await scheduler.tick();
  expect(ran).toEqual(["a", "a"]);
});

test("a slot missed while knastd was off is made up for once within six hours, later not at all", async () => {
  await (await started()).set("ports", "a", nightly);
  at(25, 8);
  await started();
  await started();
  expect(ran).toEqual(["a"]);
  at(26, 11);
  await started();
  expect(ran).toEqual(["a"]);
  at(27, 4);
  await started();
  expect(ran).toEqual(["a", "a"]);
});

test("a clock that goes back runs nothing twice; one that was far ahead does not stop it for ever", async () => {
  const scheduler = await started();
  await scheduler.set("ports", "a", nightly);
  at(25, 3, 30);
  await scheduler.tick();
  at(25, 2);
  await scheduler.tick();
  at(25, 3, 45);
  await scheduler.tick();
  expect(ran).toEqual(["a"]);
  now = new Date(2036, 0, 1, 3, 30);
  await scheduler.tick();
  expect(ran).toEqual(["a", "a"]);
  at(26, 1);
  await scheduler.tick();
  at(26, 3, 30);
  await scheduler.tick();
  expect(ran).toEqual(["a", "a", "a"]);
});

test("what fails is tried at its next slot; what is removed stops; others go on", async () => {
  const scheduler = await started();
  await scheduler.set("broken", "", nightly);
  await scheduler.set("ports", "a", nightly);
  await scheduler.set("ports", "b", nightly);
  await scheduler.set("ports", "b", null);
  expect(scheduler.get("ports", "a")).toEqual(nightly);
  expect(scheduler.list("ports")).toEqual([{ key: "a", schedule: nightly }]);
  at(25, 3, 30);
  await scheduler.tick();
  expect(ran).toEqual(["a"]);
  expect(errors).toContain("schedule failed");
  expect(readFileSync(path(), "utf8")).not.toContain('"b"');
});

test("a slot that could not be noted is tried again, and is not lost", async () => {
  const scheduler = await started();
  await scheduler.set("ports", "a", nightly);
  const away = `${dir}.away`;
  renameSync(dir, away);
  at(25, 3, 31);
  await scheduler.tick();
  expect(ran).toEqual([]);
  expect(errors).toContain("schedule not noted");
  renameSync(away, dir);
  at(25, 4, 0);
  await scheduler.tick();
  await scheduler.tick();
  expect(ran).toEqual(["a"]);
});

test("a file that is not ours is left alone", async () => {
  writeFileSync(path(), "{}");
  await started();
  expect(errors).toContain("schedule not read");
  expect(readFileSync(path(), "utf8")).toBe("{}");
});
