import { chmodSync, linkSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { copyTree } from "./copy-tree.ts";
import { type Bench, makeBench } from "./testing/small-world.ts";

let bench: Bench;
beforeEach(() => (bench = makeBench()));
afterEach(() => bench.end());

const from = (...path: string[]) => join(bench.paths.world, ...path);
const to = (...path: string[]) => join(bench.root, "copy", ...path);
const copy = () => copyTree(bench.context, from(), to(), () => new Error("as it was asked for"));
/** A tar that only packs or only unpacks ends like this. */
const fake = (word: "-c" | "-x", text: string) => {
  writeFileSync(join(bench.root, "bin/tar"), `#!/bin/sh\n[ "$1" = ${word} ] || exec /usr/bin/tar "$@"\n${text}\n`);
  chmodSync(join(bench.root, "bin/tar"), 0o755);
};

it("keeps hard links, modes and links, of a directory with many names for one file as of any other", async () => {
  mkdirSync(from("rescue"), { mode: 0o750 });
  chmodSync(from(), 0o711);
  writeFileSync(from("rescue/rescue"), "one program\n", { mode: 0o555 });
  for (const name of ["sh", "ls", "vi"]) linkSync(from("rescue/rescue"), from("rescue", name));
  symlinkSync("../rescue/sh", from("rescue/csh"));
  await copy();
  const found = lstatSync(to("rescue/vi"));
  expect({ links: found.nlink, mode: found.mode & 0o7777 }).toEqual({ links: 4, mode: 0o555 });
  expect(lstatSync(to("rescue/rescue")).ino).toBe(found.ino);
  expect(readFileSync(to("rescue/csh"), "utf8")).toBe("one program\n");
  expect([to(), to("rescue")].map((path) => lstatSync(path).mode & 0o7777)).toEqual([0o711, 0o750]);
});

it("fails when either of the two does, whoever is the first", async () => {
  writeFileSync(from("file"), Buffer.alloc(4 * 1024 * 1024, "x"));
  for (const word of ["-c", "-x"] as const) {
    fake(word, "exit 1");
    await expect(copy()).rejects.toThrow("as it was asked for");
    fake(word, "echo 'tar: No space left on device' >&2; exit 1");
    await expect(copy()).rejects.toMatchObject({ code: "disk_full" });
  }
});
