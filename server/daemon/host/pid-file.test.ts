import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { notePids, waitForNotedPids } from "./pid-file.ts";

let at: string;
let file: string;
beforeEach(() => {
  at = mkdtempSync(join(tmpdir(), "knast-pid-"));
  file = join(at, "pid");
});
afterEach(() => rmSync(at, { recursive: true }));

const took = async (work: Promise<boolean>) => {
  const began = Date.now();
  return { answer: await work, ms: Date.now() - began };
};

test("waits for a process group that lives, and only for its end", async () => {
  const child = spawn("sleep", ["0.5"], { detached: true, stdio: "ignore" });
  notePids(file, [child.pid!]);
  const { answer, ms } = await took(waitForNotedPids(file, 5000));
  expect(answer).toBe(true);
  expect(ms).toBeGreaterThan(400);
});

test("gives up at the deadline without killing it", async () => {
  const child = spawn("sleep", ["100"], { detached: true, stdio: "ignore" });
  notePids(file, [child.pid!]);
  expect((await took(waitForNotedPids(file, 200))).answer).toBe(false);
  expect(child.exitCode).toBeNull();
  child.kill("SIGKILL");
});

test("one that was about to start is given time, counted from then", async () => {
  notePids(file, [null]);
  utimesSync(file, new Date(), new Date(Date.now() - 3500));
  const young = await took(waitForNotedPids(file, 100));
  expect(young.ms).toBeGreaterThan(300);
  expect(young.ms).toBeLessThan(2000);
  utimesSync(file, new Date(), new Date(Date.now() - 60_000));
  expect((await took(waitForNotedPids(file, 100))).ms).toBeLessThan(2000);
});

test.each(["", "x", "0", "1", "-1", "1e3x"])("no number, no wait: %j", async (text) => {
  writeFileSync(file, text);
  expect((await took(waitForNotedPids(file, 5000))).ms).toBeLessThan(200);
});

test("a number from before the host's boot is somebody else's now", async () => {
  notePids(file, [process.pid]);
  const before = new Date(Date.now() - (uptime() + 3600) * 1000);
  utimesSync(file, before, before);
  expect((await took(waitForNotedPids(file, 5000))).ms).toBeLessThan(200);
});

test("without a file there is nothing to wait for", async () => {
  expect(await waitForNotedPids(file, 5000)).toBe(true);
});
