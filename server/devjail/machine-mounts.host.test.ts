import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startDevHost } from "./fixture.ts";

const asRoot = process.getuid!() === 0;

test.runIf(asRoot)("the machine takes its mounts away, and what gets their numbers is shown all the same", async () => {
  const place = mkdtempSync(join(tmpdir(), "devjail-machine-"));
  const theirs = Array.from({ length: 12 }, (_, i) => join(place, String(i)));
  for (const path of theirs) {
    mkdirSync(path);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "devjail-test", path]);
  }
  const host = await startDevHost();
  onTestFinished(() => host.stop());
  for (const path of theirs) execFileSync("umount", [path]);
  // Whatever is mounted on a directory goes with it, in all namespaces.
  rmSync(place, { recursive: true });
  const ours = Array.from({ length: 40 }, (_, i) => join(host.state, "tree", String(i)));
  for (const path of ours) {
    mkdirSync(path, { recursive: true });
    expect(host.run("mount", ["-t", "nullfs", host.etc, path]).status).toBe(0);
  }
  const shown = host.run("mount", ["-p"]).stdout.split(/\s+/);
  expect(ours.filter((path) => !shown.includes(path))).toEqual([]);
});
