import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BaseSource } from "../../contract/jail.ts";
import { readBase } from "./base-record.ts";
import { installBase } from "./install-base.ts";
import { makeBench, makeWorld, type Bench } from "./testing/small-world.ts";

const ID = "a".repeat(32);
let bench: Bench;
beforeEach(() => (bench = makeBench()));
afterEach(() => bench.end());

const job = (source: BaseSource, inUse: string[] = []) => ({
  source,
  paths: bench.paths,
  id: ID,
  jailsOnBase: async () => inUse,
});
/** Runs all steps as the job runner does: a failure is followed by the undo. */
async function install(source: BaseSource, inUse: string[] = []): Promise<void> {
  const plan = installBase(job(source, inUse));
  await bench.steps(plan.steps).catch(async (error) => {
    await plan.undo(bench.context);
    throw error;
  });
}
const at = (...path: string[]) => join(bench.paths.jails, ...path);
const failure = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });
const nothingLeft = () => expect(existsSync(at(".new")) ? readdirSync(at(".new")) : []).toEqual([]);

async function pack(world: string, name = "base.txz"): Promise<string> {
  const archive = join(bench.root, name);
  const made = await bench.run("tar", ["-cJf", archive, "-C", world, "."]);
  expect(made.stderr).toBe("");
  return archive;
}
const sum = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const manifest = (text: string) => writeFileSync(join(bench.root, "MANIFEST"), text);

describe("a base from a directory", () => {
  const source = () => ({ kind: "directory" as const, path: join(bench.root, "world") });

  it("is split into what is shared and what is a jail's own", async () => {
    makeWorld(bench.paths.world);
    await install(source());
    for (const name of [
      "bin",
      "sbin",
      "lib",
      "libexec",
      "boot",
      "rescue",
      "usr/bin",
      "usr/lib",
      "usr/share",
      "usr/src",
      "usr/ports",
    ]) {
      expect([name, readlinkSync(at("newjail", name))]).toEqual([name, `/basejail/${name}`]);
      expect(lstatSync(at("basejail", name)).isDirectory()).toBe(true);
    }
    expect(existsSync(at("newjail/usr/lib32"))).toBe(false);
    expect(readFileSync(at("basejail/bin/sh"), "utf8")).toBe("sh\n");
    expect(existsSync(at("basejail/COPYRIGHT"))).toBe(true);
    expect(readdirSync(at("newjail")).sort()).toEqual([
      ".cshrc",
      "basejail",
      "bin",
      "boot",
      "dev",
      "etc",
      "home",
      "lib",
      "libexec",
      "mnt",
      "proc",
      "rescue",
      "root",
      "sbin",
      "sys",
      "tmp",
      "usr",
      "var",
    ]);
    expect(readdirSync(at("newjail/basejail"))).toEqual([]);
    expect(readFileSync(at("newjail/etc/make.conf"), "utf8")).toContain("WRKDIRPREFIX=/var/ports\n");
    expect(await readBase(bench.paths)).toMatchObject({
      release: "14.2-RELEASE-p1",
      source: source().path,
      sha256: null,
    });
    nothingLeft();
  });

  it("keeps no secret and no identity of the machine that it comes from", async () => {
    makeWorld(bench.paths.world);
    await install(source());
    const all = (path: string): string[] =>
      readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
        const below = join(path, entry.name);
        return entry.isDirectory() ? all(below) : entry.isFile() ? [below] : [];
      });
    const files = [...all(at("newjail")), ...all(at("basejail"))];
    expect(files.length).toBeGreaterThan(15);
    for (const file of files)
      expect([file, readFileSync(file, "utf8")]).toEqual([
        file,
        expect.not.stringMatching(/PRIVATE|\$6\$|random|host\.example|nameserver/),
      ]);
    expect(readFileSync(at("newjail/etc/master.passwd"), "utf8")).toMatch(/^root:\*:0:0:/);
    for (const path of ["tmp", "var/run"]) expect(readdirSync(at("newjail", path))).toEqual([]);
  });

  it("replaces a base on which no jail stands, and no other", async () => {
    makeWorld(bench.paths.world);
    await install(source());
    await expect(install(source(), ["mail", "www"])).rejects.toEqual(failure("exists", /mail, www/));
    writeFileSync(join(bench.paths.world, "bin/new"), "new\n");
    await install(source());
    expect(existsSync(at("basejail/bin/new"))).toBe(true);
    expect(readdirSync(at(".trash"))).toEqual([]);
    nothingLeft();
  });

  it.each([
    ["bin", (world: string) => renameSync(join(world, "bin"), join(world, "nib"))],
    ["etc/rc", (world: string) => renameSync(join(world, "etc/rc"), join(world, "etc/cr"))],
  ])("is refused without /%s", async (name, spoil) => {
    makeWorld(bench.paths.world);
    spoil(bench.paths.world);
    await expect(install(source())).rejects.toEqual(
      failure("base_invalid", new RegExp(`no FreeBSD world: it has no /${name}`)),
    );
    expect(await readBase(bench.paths)).toBeNull();
    nothingLeft();
  });

  it.each(["etc", "usr", "var", "lib", "usr/share", "root", "etc/ssh", "var/db"])(
    "is refused when /%s is a link",
    async (name) => {
      makeWorld(bench.paths.world);
      const victim = join(bench.root, "victim");
      renameSync(join(bench.paths.world, name), victim);
      symlinkSync(victim, join(bench.paths.world, name));
      const before = readdirSync(victim, { recursive: true }).sort();
      await expect(install(source())).rejects.toEqual(failure("base_invalid", /no FreeBSD world/));
      expect(readdirSync(victim, { recursive: true }).sort()).toEqual(before);
      nothingLeft();
    },
  );

  it.each([
    ["../../../etc/passwd", "usr/local/x", /leads out of it/],
    ["..", "x", /leads out of it/],
    ["local/../../../x", "usr/x", /leads out of it/],
  ])("is refused with a link %s at %s", async (target, path, message) => {
    makeWorld(bench.paths.world);
    symlinkSync(target, join(bench.paths.world, path));
    await expect(install(source())).rejects.toEqual(failure("base_invalid", message));
  });

  it("is refused with a pipe in it", async () => {
    makeWorld(bench.paths.world);
    expect((await bench.run("mkfifo", [join(bench.paths.world, "usr/local/pipe")])).status).toBe(0);
    await expect(install(source())).rejects.toEqual(failure("base_invalid", /pipe: "\/usr\/local\/pipe"/));
  });

  it("is refused when each new jail would be larger than 8 MB, saying where", async () => {
    makeWorld(bench.paths.world, { "usr/tests/big": "x".repeat(9 * 1024 * 1024) });
    await expect(install(source())).rejects.toEqual(failure("base_invalid", /9\.0 MB .*\/usr\/tests \(9\.0 MB\)/));
    expect(await readBase(bench.paths)).toBeNull();
    nothingLeft();
  });

  it.each([
    ["/", /running host itself/],
    ["JAILS", /where the jails are/],
    ["JAILS/mail", /where the jails are/],
    ["ROOT", /where the jails are/],
    ["ROOT/link", /without symbolic links/],
    ["ROOT/nowhere", /no directory/],
  ])("is not taken from %s", async (path, message) => {
    makeWorld(bench.paths.world);
    mkdirSync(at("mail"));
    symlinkSync(bench.paths.world, join(bench.root, "link"));
    const real = path.replace("JAILS", bench.paths.jails).replace("ROOT", bench.root);
    await expect(install({ kind: "directory", path: real })).rejects.toEqual(failure("base_invalid", message));
  });
});

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

describe("after a kill at any step", () => {
  it("there is the old base or none, and the next install succeeds", async () => {
    makeWorld(bench.paths.world);
    const source = { kind: "directory" as const, path: bench.paths.world };
    const count = installBase(job(source)).steps.length;
    for (let until = 0; until <= count; until++) {
      await bench.steps(installBase(job(source)).steps.slice(0, until));
      const base = await readBase(bench.paths);
      expect(existsSync(at("basejail")) === existsSync(at("newjail"))).toBe(true);
      if (base) expect(existsSync(at("basejail/bin/sh")) && existsSync(at("newjail/etc/make.conf"))).toBe(true);
      // What the journal's recovery does at the next start.
      await installBase(job(source)).undo(bench.context);
      nothingLeft();
      await install(source);
      expect((await readBase(bench.paths))?.release).toBe("14.2-RELEASE-p1");
    }
  });
});

describe("after a kill between two renames", () => {
  it.each([
    ["the old newjail is gone", ["basejail"], []],
    ["both old ones are gone", [] as string[], [] as string[]],
    ["the new base is there, newjail not yet", [], ["basejail"]],
  ])("%s: no base, and the next install succeeds", async (_, old, fresh) => {
    makeWorld(bench.paths.world);
    const source = { kind: "directory" as const, path: bench.paths.world };
    await install(source);
    const steps = installBase(job(source)).steps;
    await bench.steps(
      steps.slice(
        0,
        steps.findIndex((step) => step.id === "place"),
      ),
    );
    for (const name of ["newjail", "basejail"].filter((one) => !old.includes(one)))
      renameSync(at(name), at(".trash", `${name}.${ID}`));
    for (const name of fresh) renameSync(at(".new", ID, name), at(name));
    expect(await readBase(bench.paths)).toBeNull();
    await installBase(job(source)).undo(bench.context);
    expect(readdirSync(at(".trash"))).toEqual([]);
    await install(source);
    expect((await readBase(bench.paths))?.release).toBe("14.2-RELEASE-p1");
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
