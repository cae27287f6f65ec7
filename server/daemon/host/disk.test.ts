import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { listNames, look, makeDirectory, readText, sha256, walk, writeAtomic } from "./disk.ts";

let at: string;
beforeEach(() => (at = fs.mkdtempSync(join(tmpdir(), "knast-disk-"))));
afterEach(() => fs.rmSync(at, { recursive: true }));

test("writes a whole file with its mode and leaves nothing beside it", async () => {
  await writeAtomic(join(at, "f"), "one\n", { mode: 0o640 });
  await writeAtomic(join(at, "f"), "two\n", { mode: 0o640 });
  expect(fs.readFileSync(join(at, "f"), "utf8")).toBe("two\n");
  expect(fs.statSync(join(at, "f")).mode & 0o777).toBe(0o640);
  expect(fs.readdirSync(at)).toEqual(["f"]);
});

test("writing over a link replaces the link, never what it points to", async () => {
  fs.writeFileSync(join(at, "victim"), "host");
  fs.symlinkSync(join(at, "victim"), join(at, "f"));
  await writeAtomic(join(at, "f"), "new");
  expect(fs.readFileSync(join(at, "victim"), "utf8")).toBe("host");
  expect(fs.lstatSync(join(at, "f")).isFile()).toBe(true);
});

test("reads nothing through a link, a fifo, a directory or beyond the cap, and does not hang", async () => {
  fs.writeFileSync(join(at, "victim"), "host");
  fs.symlinkSync(join(at, "victim"), join(at, "link"));
  execFileSync("mkfifo", [join(at, "fifo")]);
  fs.mkdirSync(join(at, "directory"));
  for (const name of ["link", "fifo", "directory"]) await expect(readText(join(at, name))).rejects.toThrow();
  await expect(readText(join(at, "victim"), 3)).rejects.toMatchObject({ code: "too_large" });
  expect(await readText(join(at, "victim"), 4)).toBe("host");
  expect(await readText(join(at, "none"))).toBeNull();
  expect(await readText(join(at, "victim", "below")).catch(() => "refused")).toBe("refused");
});

test("looks without following and lists no link", async () => {
  fs.mkdirSync(join(at, "d"));
  fs.symlinkSync(join(at, "d"), join(at, "l"));
  expect((await look(join(at, "l")))?.kind).toBe("link");
  expect(await listNames(join(at, "l"))).toBeNull();
  expect(await look(join(at, "none"))).toBeNull();
  await expect(makeDirectory(join(at, "l"))).rejects.toThrow();
  await makeDirectory(join(at, "d"));
});

test("walks without entering links", async () => {
  fs.mkdirSync(join(at, "tree/sub"), { recursive: true });
  fs.mkdirSync(join(at, "outside"));
  fs.writeFileSync(join(at, "outside/secret"), "");
  fs.symlinkSync(join(at, "outside"), join(at, "tree/link"));
  fs.writeFileSync(join(at, "tree/sub/file"), "");
  const seen: string[] = [];
  for await (const { path, found } of walk(join(at, "tree"))) seen.push(`${path.slice(at.length)} ${found.kind}`);
  expect(seen.sort()).toEqual(["/tree/link link", "/tree/sub directory", "/tree/sub/file file"]);
});

test("hashes a file", async () => {
  fs.writeFileSync(join(at, "f"), "abc");
  expect(await sha256(join(at, "f"))).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
