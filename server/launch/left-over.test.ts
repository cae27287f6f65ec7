import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
// @ts-expect-error plain JavaScript, as nothing is installed when it runs
import { endLeftOver } from "./left-over.mjs";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "knast-left-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const READY = "process.stdout.write('ready'); setInterval(() => {}, 1000);";
/** A node process as a killed start leaves one, noted in a file; resolves when it listens to signals. */
async function leave(script: string, text: string) {
  mkdirSync(join(directory, "dist"), { recursive: true });
  writeFileSync(join(directory, script), text);
  const child = spawn(process.execPath, [join(directory, script)], { stdio: ["ignore", "pipe", "ignore"] });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
  await new Promise((ready) => child.stdout.once("data", ready));
  const file = join(directory, "knastd.pid");
  writeFileSync(file, String(child.pid));
  return { child, ended, file };
}

test("what a killed start has left is ended, by force if it must be", async () => {
  const polite = await leave("dist/knastd.js", READY);
  await endLeftOver(polite.file, "/dist/knastd.js");
  expect(await polite.ended).toBe("SIGTERM");
  expect(existsSync(polite.file)).toBe(false);
  const deaf = await leave("dist/knastd.js", `process.on("SIGTERM", () => {}); ${READY}`);
  await endLeftOver(deaf.file, "/dist/knastd.js", 100);
  expect(await deaf.ended).toBe("SIGKILL");
});

test("a number that is somebody else's by now is left alone, as is one of nobody", async () => {
  const other = await leave("dist/other.js", READY);
  await endLeftOver(other.file, "/dist/knastd.js");
  expect(other.child.exitCode ?? other.child.signalCode).toBe(null);
  other.child.kill("SIGKILL");
  expect(await other.ended).toBe("SIGKILL");
  for (const text of [String(other.child.pid), "", "x", "1", "-1"]) {
    writeFileSync(other.file, text);
    await endLeftOver(other.file, "/dist/knastd.js");
  }
  await endLeftOver(join(directory, "nothing"), "/dist/knastd.js");
});
