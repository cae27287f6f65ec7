import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Journal } from "./journal.ts";

const JOB = "a".repeat(32);
let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "knast-journal-"))));
afterEach(() => rmSync(directory, { recursive: true }));

test("of a job that has several programs at work the next knastd waits for each of them", async () => {
  const journal = new Journal(directory, null);
  const children = [spawn("sleep", ["100"], { detached: true }), spawn("sleep", ["100"], { detached: true })];
  const [slow, quick] = children.map((child) => {
    const noted = journal.noteProgram(JOB);
    noted.spawned(child.pid!);
    return noted;
  });
  const left = () => new Journal(directory, null).waitForOrphan(JOB, 200);
  const end = (index: number) =>
    new Promise((resolve) => children[index]!.once("exit", resolve) && children[index]!.kill("SIGKILL"));
  try {
    await end(1);
    quick!.ended();
    expect(await left()).toBe(false);
    const brief = journal.noteProgram(JOB);
    brief.spawned(children[1]!.pid!);
    brief.ended();
    expect(await left()).toBe(false);
  } finally {
    await end(0);
    slow!.ended();
  }
  const last = spawn("true", { detached: true });
  journal.noteProgram(JOB).spawned(last.pid!);
  await new Promise((resolve) => last.once("exit", resolve));
  expect(await left()).toBe(true);
});
