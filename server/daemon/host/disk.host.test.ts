import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { writeAtomic } from "./disk.ts";

let at: string;
beforeEach(() => (at = fs.mkdtempSync(join(tmpdir(), "knast-disk-"))));
afterEach(() => fs.rmSync(at, { recursive: true }));

test("a full disk is disk_full and leaves the old file", async () => {
  const mount = join(at, "small");
  fs.mkdirSync(mount);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", mount]);
  try {
    await writeAtomic(join(mount, "f"), "old");
    await expect(writeAtomic(join(mount, "f"), "x".repeat(200_000))).rejects.toMatchObject({ code: "disk_full" });
    expect(fs.readFileSync(join(mount, "f"), "utf8")).toBe("old");
    expect(fs.readdirSync(mount)).toEqual(["f"]);
  } finally {
    execFileSync("umount", [mount]);
  }
});
