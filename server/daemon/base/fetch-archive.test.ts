import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { BaseSource } from "../../contract/base.ts";
import { readBase } from "./base-record.ts";
import { type Bench, makeBench, makeWorld } from "./testing/small-world.ts";

vi.setConfig({ testTimeout: 60_000 });
let bench: Bench;
beforeEach(() => (bench = makeBench()));
afterEach(() => bench.end());

const at = (...path: string[]) => join(bench.paths.jails, ...path);
const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const install = (source: BaseSource, inUse: string[] = []) => bench.install(source, inUse);
const nothingLeft = () => expect(existsSync(at(".new")) ? readdirSync(at(".new")) : []).toEqual([]);

async function pack(world: string, name = "base.txz"): Promise<string> {
  const archive = join(bench.root, name);
  const made = await bench.run("tar", ["-cJf", archive, "-C", world, "."]);
  expect(made.stderr).toBe("");
  return archive;
}
const sum = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const manifest = (text: string) => writeFileSync(join(bench.root, "MANIFEST"), text);

describe("a base from an archive", () => {
  it("is unpacked when its MANIFEST names its checksum", async () => {
    makeWorld(bench.paths.world);
    const path = await pack(bench.paths.world);
    manifest(`kernel.txz\t${"0".repeat(64)}\t900\tkernel\nbase.txz\t${sum(path)}\t29000\tbase\t"Base system"\ton\n`);
    await install({ kind: "txz", path });
    expect(await readBase(bench.paths)).toMatchObject({ sha256: sum(path), source: path, release: "14.2-RELEASE-p1" });
    expect(bench.lines).toContain(`SHA256 (${path}) = ${sum(path)}`);
    expect(readFileSync(at("basejail/usr/bin/id"), "utf8")).toBe("id\n");
    nothingLeft();
  });

  it("is not even opened by tar when the checksum is another", async () => {
    makeWorld(bench.paths.world);
    const path = await pack(bench.paths.world);
    const wrong = "0".repeat(64);
    await expect(install({ kind: "txz", path, sha256: wrong })).rejects.toEqual(
      failure("checksum_mismatch", /was given/),
    );
    manifest(`base.txz\t${wrong}\t1\n`);
    await expect(install({ kind: "txz", path })).rejects.toEqual(failure("checksum_mismatch", /MANIFEST/));
    for (const text of [
      "",
      `other.txz\t${sum(path)}\n`,
      `base.txz\t${sum(path)}\nbase.txz\t${wrong}\n`,
      `base.txz ${sum(path)}\n`,
    ]) {
      manifest(text);
      await expect(install({ kind: "txz", path })).rejects.toEqual(failure("checksum_mismatch", /No MANIFEST/));
    }
    nothingLeft();
    expect(await readBase(bench.paths)).toBeNull();
  });

  it("is refused when it is none, is cut, or is not there", async () => {
    makeWorld(bench.paths.world);
    const path = await pack(bench.paths.world);
    const cut = join(bench.root, "cut.txz");
    writeFileSync(cut, readFileSync(path).subarray(0, 700));
    const none = join(bench.root, "none.txz");
    writeFileSync(none, "not an archive");
    for (const one of [cut, none])
      await expect(install({ kind: "txz", path: one, sha256: sum(one) })).rejects.toEqual(
        failure("base_invalid", /unpacked/),
      );
    await expect(install({ kind: "txz", path: "/nowhere.txz", sha256: sum(path) })).rejects.toEqual(
      failure("base_invalid", /no file/),
    );
    symlinkSync(path, join(bench.root, "link.txz"));
    await expect(install({ kind: "txz", path: join(bench.root, "link.txz"), sha256: sum(path) })).rejects.toEqual(
      failure("base_invalid", /no file/),
    );
    nothingLeft();
  });

  it.each([
    ["a path that climbs out", "../../escaped", "file"],
    ["an absolute path", "ROOT/victim/escaped", "file"],
    ["a file through a link", "usr/local/out/escaped", "through"],
    ["a hard link to the host", "usr/local/hard", "hard"],
  ])("with %s writes nothing outside", async (_, name, kind) => {
    makeWorld(bench.paths.world);
    const victim = join(bench.root, "victim");
    mkdirSync(victim);
    writeFileSync(join(victim, "secret"), "secret\n");
    const entries = readdirSync(bench.paths.world);
    // Archives that no tar makes are written by hand: ustar headers of 512 bytes.
    const hostile = join(bench.root, "hostile.tar");
    const path = name.replace("ROOT", bench.root);
    await bench.run("tar", ["--format", "ustar", "-cf", hostile, "-C", bench.paths.world, ...entries]);
    const more = [
      ...(kind === "through" ? [entry("usr/local/out", "2", victim)] : []),
      kind === "hard" ? entry(path, "1", join(victim, "secret")) : entry(path, "0", "", "escaped\n"),
    ];
    const whole = readFileSync(hostile);
    writeFileSync(hostile, Buffer.concat([stripEnd(whole), ...more, Buffer.alloc(1024)]));
    // tar itself takes the entry for a whole one: what follows is no accident of a broken archive.
    expect((await bench.run("tar", ["-P", "-tf", hostile])).stdout.split("\n")).toContain(path);
    await install({ kind: "txz", path: hostile, sha256: sum(hostile) }).catch(() => {});
    expect(readdirSync(victim)).toEqual(["secret"]);
    expect(lstatSync(join(victim, "secret")).nlink).toBe(1);
    expect(existsSync(join(bench.root, "escaped")) || existsSync(at("escaped"))).toBe(false);
  });
});

/** A tar without its closing zero blocks. */
function stripEnd(tar: Buffer): Buffer {
  let end = tar.length;
  while (end >= 512 && tar.subarray(end - 512, end).every((byte) => byte === 0)) end -= 512;
  return tar.subarray(0, end);
}

/** One member of a ustar archive. */
function entry(name: string, type: "0" | "1" | "2", link: string, text = ""): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100);
  header.write("0000644\0" + "0000000\0" + "0000000\0", 100);
  header.write(`${text.length.toString(8).padStart(11, "0")}\0${"0".repeat(11)}\0`, 124);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write(link, 157, 100);
  header.write("ustar\x0000", 257);
  const check = header.reduce((sum, byte) => sum + byte, 0);
  header.write(`${check.toString(8).padStart(6, "0")}\0 `, 148);
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512);
  body.write(text);
  return Buffer.concat([header, body]);
}
