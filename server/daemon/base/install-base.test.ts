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

  it("brings no .git of others into the ports tree, whose config root's git would obey", async () => {
    makeWorld(bench.paths.world);
    const git = join(bench.paths.world, "usr/ports/.git");
    mkdirSync(git, { recursive: true });
    writeFileSync(join(git, "config"), '[filter "x"]\n\tsmudge = touch /pwned\n');
    await install(source());
    expect(lstatSync(at("basejail/usr/ports")).isDirectory()).toBe(true);
    expect(existsSync(at("basejail/usr/ports/.git"))).toBe(false);
    symlinkSync("/etc", join(bench.paths.world, "usr/ports/git"));
    renameSync(git, `${git}.old`);
    renameSync(join(bench.paths.world, "usr/ports/git"), git);
    await install(source());
    expect(() => lstatSync(at("basejail/usr/ports/.git"))).toThrow(/ENOENT/);
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
