import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDevHost, type DevHost } from "./fixture.ts";
import type { Told } from "./up.ts";
import { installBase, makeJail } from "./testing/jails.ts";

/** An account without anything: `nobody`, when the tests are run by root; else who runs them. */
const uid = process.getuid!() === 0 ? 65534 : process.getuid!();
const home = mkdtempSync(join(tmpdir(), "devjail-user-"));
const bundle = join(home, "dist/devjail.js");
const run = (file: string, ...args: string[]) =>
  spawnSync(file, args, {
    uid,
    gid: uid,
    encoding: "utf8",
    env: { PATH: "/usr/bin:/bin" } as never,
    cwd: "/",
    input: "",
  });

let host: DevHost;

beforeAll(async () => {
  // Builds dist/ if that is needed; the host itself is not.
  await (await startDevHost()).stop();
  cpSync(fileURLToPath(new URL("../../dist/devjail.js", import.meta.url)), bundle);
  cpSync(
    fileURLToPath(new URL("../../dist/devjail-native", import.meta.url)),
    join(dirname(bundle), "devjail-native"),
    { recursive: true },
  );
  chmodSync(home, 0o755);
  mkdirSync(join(home, "work"));
  execFileSync("chown", ["-R", String(uid), join(home, "work")]);
  const up = run(process.execPath, bundle, "up", "--state", join(home, "work/state"));
  expect(up).toMatchObject({ status: 0, stderr: "" });
  host = JSON.parse(up.stdout) as DevHost & Told;
  installBase(host);
  makeJail(host, "user_org", 10);
  execFileSync("chown", ["-hR", String(uid), join(home, "work")]);
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const bin = (name: string, ...args: string[]) => run(join(host.bin, name), ...args);

describe("a host of an ordinary user", () => {
  test("starts a jail in which he is root, and nowhere else", () => {
    expect(bin("jail", "-f", join(host.etc, "jail.conf.d/user_org.conf"), "-c", "user_org")).toMatchObject({
      status: 0,
      stdout: "user_org: created\n",
    });
    expect(bin("jls", "name").stdout).toBe("user_org\n");
    expect(
      bin("mount", "-p")
        .stdout.split("\n")
        .filter((line) => line.includes("/user_org/")),
    ).toHaveLength(4);
    const inside = (script: string) => bin("jexec", "-l", "user_org", "/bin/sh", "-c", script);
    expect(inside("id -u; hostname").stdout).toBe("0\nuser.org\n");
    expect(inside("touch /bin/x").stderr).toContain("Read-only file system");
    expect(inside("unshare -r true").stderr).toContain("Operation not permitted");
    expect(inside("mount -t tmpfs none /mnt").status).not.toBe(0);
    expect(inside("echo x > /proc/sys/kernel/core_pattern").stderr).toContain("Read-only file system");
    expect(inside("echo x > /dev/null && head -c 3 /dev/zero | wc -c").stdout).toBe("3\n");
    expect(inside("ps ax | grep -c '[/]usr/sbin/syslogd'").stdout).toBe("1\n");
    expect(bin("ps", "-J", "user_org", "-o", "user,command").stdout).toMatch(/root\s+\/usr\/sbin\/syslogd -ss/);
  });

  test("ends without a trace", () => {
    expect(bin("jail", "-f", join(host.etc, "jail.conf.d/user_org.conf"), "-r", "user_org")).toMatchObject({
      status: 0,
    });
    expect(run(process.execPath, bundle, "down", "--state", host.state)).toMatchObject({ status: 0, stderr: "" });
    expect(run("/bin/rm", "-rf", host.state)).toMatchObject({ status: 0 });
    expect(existsSync(host.state)).toBe(false);
    const left = execFileSync("ps", ["axww", "-o", "stat,args"], { encoding: "utf8" }).split("\n");
    expect(left.filter((line) => line.includes(host.state) && !line.startsWith("Z"))).toEqual([]);
  });
});
