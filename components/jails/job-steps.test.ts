import { expect, test } from "vitest";
import type { JobEvent } from "@/server/contract/job.ts";
import { viewJob } from "./job-steps.ts";

const at = "2026-11-24T12:00:00Z";
const step = (seq: number, index: number, title: string, command: string | null = null): JobEvent => ({
  kind: "step",
  seq,
  at,
  index,
  title,
  command,
});
const planned = [
  { title: "Copy the skeleton", command: "cp" },
  { title: "Write the config", command: null },
];

test("before the first event all steps are to do", () => {
  const view = viewJob(planned, []);
  expect(view.state).toBe("running");
  expect(view.steps.map((s) => s.state)).toEqual(["todo", "todo"]);
});

test("a step that begins ends the ones before it; output and progress go to the current one", () => {
  const view = viewJob(planned, [
    step(0, 0, "Copy the skeleton", "cp -a"),
    { kind: "progress", seq: 1, at, done: 1024, total: 4096, unit: "bytes" },
    { kind: "output", seq: 2, at, text: "386 files" },
    step(3, 1, "Write the config"),
    { kind: "progress", seq: 4, at, done: 3, total: null, unit: "files" },
  ]);
  expect(view.steps.map((s) => [s.state, s.progress, s.output])).toEqual([
    ["done", "1.0 K of 4.0 K", ["386 files"]],
    ["now", "3 files", []],
  ]);
  expect(view.steps[0]!.command).toBe("cp -a");
});

test("done ends all; steps that nobody planned are added", () => {
  const view = viewJob([], [step(0, 0, "a"), step(1, 2, "c"), { kind: "done", seq: 2, at }]);
  expect(view.state).toBe("done");
  expect(view.steps.map((s) => s.state)).toEqual(["done", "done", "done"]);
});

test("failed marks the step at which it happened and keeps the reason; later steps stay to do", () => {
  const failure = { code: "start_failed" as const, message: "The jail did not start.", problems: [] };
  const view = viewJob(planned, [step(0, 0, "Copy the skeleton"), { kind: "failed", seq: 1, at, failure }]);
  expect(view.state).toBe("failed");
  expect(view.failure).toEqual(failure);
  expect(view.steps.map((s) => s.state)).toEqual(["failed", "todo"]);
});
