import childProcess from "node:child_process";
import { EventEmitter } from "node:events";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import { createRunner } from "./run.ts";

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

test("a program that can't be started for want of descriptors fails, and nothing else does", async () => {
  // Node gives back a child without a pid and without streams then, and tells the error at the next turn: nobody listening, that would be knastd's end.
  vi.spyOn(childProcess, "spawn").mockImplementation(() => {
    const child = new EventEmitter();
    const error = Object.assign(new Error("spawn sh EMFILE"), { code: "EMFILE" });
    process.nextTick(() => child.emit("error", error));
    return child as childProcess.ChildProcess;
  });
  syncBuiltinESMExports();
  const run = createRunner(["/bin"]);
  await expect(run("sh", ["-c", "true"])).rejects.toMatchObject({ code: "internal" });
  const fed = run("sh", [], { take: () => {}, feed: (async function* () {})() });
  await expect(fed).rejects.toMatchObject({ code: "internal" });
});
