import { spawnSync } from "node:child_process";
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PUT_SCRIPT } from "./scripts.ts";

// The scripts in a sh(1) that is at hand; in jails they run in shell-files.host.test.ts.

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), "put-"))));
afterEach(() => rmSync(directory, { recursive: true }));

function put(name: string, taken: "ask" | "replace", bytes = "new"): string {
  const args = [directory, name, String(bytes.length), taken, ".part", name, ""];
  return spawnSync("/bin/sh", ["-c", PUT_SCRIPT, "knast", ...args], { input: bytes, encoding: "utf8" }).stdout;
}
const modeOf = (name: string) => (lstatSync(join(directory, name)).mode & 0o7777).toString(8);
function old(name: string, mode: number): void {
  writeFileSync(join(directory, name), "old");
  chmodSync(join(directory, name), mode);
}

test("what replaces a file has its mode, and nothing of a set-user-ID", () => {
  const modes: [string, number, string][] = [
    ["secret", 0o600, "600"],
    ["shown", 0o644, "644"],
    ["script", 0o755, "755"],
    ["of a group", 0o2770, "770"],
    ["-rf *", 0o4711, "711"],
    ["written once", 0o440, "440"],
    ["odd", 0o356, "356"],
    ["new\nline", 0o640, "640"],
  ];
  for (const [name, mode, kept] of modes) {
    old(name, mode);
    expect(put(name, "replace"), name).toMatch(/ready\ndone 1\n$/);
    expect([name, modeOf(name)]).toEqual([name, kept]);
  }
  expect(put("fresh", "replace")).toMatch(/done 1\n$/);
  expect(modeOf("fresh")).toBe("644");
});

test("nothing is made executable where others may put another file under its name, and it is never shown to more", () => {
  chmodSync(directory, 0o777);
  old("script", 0o750);
  old("secret", 0o600);
  for (const name of ["script", "secret"]) expect(put(name, "replace")).toMatch(/done 1\n$/);
  expect([modeOf("script"), modeOf("secret")]).toEqual(["640", "600"]);
});

test("a link is replaced itself, and what it leads to has no say", () => {
  old("real", 0o600);
  symlinkSync("real", join(directory, "link"));
  expect(put("link", "replace")).toMatch(/done 1\n$/);
  expect([modeOf("link"), readFileSync(join(directory, "real"), "utf8")]).toEqual(["644", "old"]);
  expect(put("real", "ask")).toBe("no free\n");
  expect(readdirSync(directory).sort()).toEqual(["link", "real"]);
});
