import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Daemon } from "../daemon.ts";
import { sourceProblem } from "./approved.ts";

let top: string;
const daemon = {
  paths: { jails: "/usr/jails", etc: "/etc" },
  options: { state: "/var/db/knast", socket: "/var/run/knast/knastd.sock" },
} as unknown as Daemon;

beforeAll(() => {
  top = mkdtempSync("/tmp/knast-approved-");
  chmodSync(top, 0o755);
  mkdirSync(join(top, "sticky"));
  chmodSync(join(top, "sticky"), 0o1777);
  for (const name of ["sticky/his", "sticky/roots", "his"]) mkdirSync(join(top, name));
  for (const name of ["sticky/his", "his"]) chownSync(join(top, name), 1001, 1001);
});
afterAll(() => rmSync(top, { recursive: true }));

test("a directory that its owner could exchange for a link is no source, not even where a sticky bit keeps others off", async () => {
  const problem = (path: string) => sourceProblem(daemon, join(top, path), true);
  expect(await problem("sticky/roots")).toBeNull();
  expect(await problem("his")).toBeNull();
  expect(await problem("sticky/his")).toMatch(/can exchange it/);
});
