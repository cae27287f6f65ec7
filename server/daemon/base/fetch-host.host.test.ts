import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBase } from "./base-record.ts";
import { installBase } from "./install-base.ts";
import { makeBench, makeWorld, type Bench } from "./testing/small-world.ts";

let bench: Bench;
beforeEach(() => (bench = makeBench()));
afterEach(() => bench.end());

const at = (...path: string[]) => join(bench.paths.jails, ...path);
const install = () => bench.steps(installBase(bench.job({ kind: "host" }), true).steps);
/** A host that lives: with people, keys, and things that an admin leaves about. */
const live = () =>
  makeWorld(bench.paths.world, {
    "etc/msmtprc": "password PRIVATE\n",
    "etc/mail/auth": "PRIVATE\n",
    "etc/services": "ssh 22/tcp\n",
    "etc/ssl/openssl.cnf": "[default]\n",
    "etc/ssl/certs/0a1b2c3d.0": "certificate\n",
    "etc/ssl/certs/server.pem": "PRIVATE\n",
    "etc/pkg/FreeBSD.conf": "FreeBSD: {}\n",
    "etc/pkg/mine.conf": "PRIVATE\n",
    "home/me/.ssh/id_rsa": "PRIVATE\n",
    "usr/local/etc/db.conf": "PRIVATE\n",
    "var/mail/me": "PRIVATE\n",
    "secrets.txt": "PRIVATE\n",
    "boot/loader.conf": "PRIVATE\n",
    "boot/encrypted.key": "PRIVATE\n",
    "boot/defaults/loader.conf": "# defaults\n",
    ".sujournal": "PRIVATE\n",
  });

describe("a base from a running host", () => {
  it("takes the directories of the base and nothing that is the host's own", async () => {
    live();
    await install();
    const files = readdirSync(bench.paths.jails, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    expect(files.length).toBeGreaterThan(20);
    for (const file of files) {
      const path = join(file.parentPath, file.name);
      expect([path, readFileSync(path, "utf8")]).toEqual([
        path,
        expect.not.stringMatching(/PRIVATE|\$6\$|10\.0\.0\.1|host\.example/),
      ]);
    }
    expect(readFileSync(at("newjail/etc/services"), "utf8")).toBe("ssh 22/tcp\n");
    expect(readFileSync(at("newjail/etc/master.passwd"), "utf8")).toBe("root:*:0:0::0:0:Charlie &:/root:/bin/sh\n");
    expect(readFileSync(at("newjail/etc/group"), "utf8")).toBe("wheel:*:0:root\n");
    expect(readFileSync(at("newjail/etc/ssh/sshd_config"), "utf8")).toContain("sftp-server");
    expect(readdirSync(at("newjail/etc/ssl/certs"))).toEqual(["0a1b2c3d.0"]);
    expect(readFileSync(at("newjail/root/.cshrc"), "utf8")).toBe("# skel\n");
    expect(existsSync(at("newjail/usr/local/etc"))).toBe(false);
    expect(existsSync(at("basejail/bin/sh"))).toBe(true);
    expect(readdirSync(at("basejail/boot"))).toEqual(["defaults"]);
    expect(await readBase(bench.paths)).toMatchObject({ source: "the host's own world", release: "14.2-RELEASE-p1" });
  });

  it("keeps a program of many names one file, which counts once", async () => {
    live();
    const before = await install().then(() => readBase(bench.paths));
    writeFileSync(join(bench.paths.world, "rescue/rescue"), "0123456789");
    for (const name of ["ls", "vi"])
      linkSync(join(bench.paths.world, "rescue/rescue"), join(bench.paths.world, "rescue", name));
    await install();
    expect(statSync(at("basejail/rescue/vi")).nlink).toBe(3);
    expect((await readBase(bench.paths))!.bytes - before!.bytes).toBe(10);
  });

  it("makes hier(7)'s directories with their modes and owners", async () => {
    live();
    await install();
    const mode = (path: string) => (lstatSync(at("newjail", path)).mode & 0o7777).toString(8);
    expect(["tmp", "var/tmp", "var/cron/tabs", "var/empty", "var/mail"].map(mode)).toEqual([
      "1777",
      "1777",
      "700",
      "555",
      "775",
    ]);
    expect(statSync(at("newjail/var/spool/clientmqueue"))).toMatchObject({ uid: 25, gid: 25 });
    expect(mode("etc/master.passwd")).toBe("600");
  });

  it("prefers the pristine copy that etcupdate(8) keeps", async () => {
    live();
    const pristine = join(bench.paths.world, "var/db/etcupdate/current/etc");
    mkdirSync(pristine, { recursive: true });
    writeFileSync(join(pristine, "rc"), "#!/bin/sh\n");
    writeFileSync(join(pristine, "pristine"), "yes\n");
    writeFileSync(join(pristine, "master.passwd"), "root::0:0::0:0:Charlie &:/root:/bin/sh\n");
    await install();
    expect(readdirSync(at("newjail/etc")).sort()).toEqual(["make.conf", "master.passwd", "pristine", "rc"]);
    expect(readFileSync(at("newjail/etc/master.passwd"), "utf8")).toMatch(/^root:\*:/);
  });
});
