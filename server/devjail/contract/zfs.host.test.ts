import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DevHost, startDevHost } from "../fixture.ts";

let host: DevHost;
const zfs = (...args: string[]) => host.run("zfs", args);
const ok = (...args: string[]) => expect(zfs(...args)).toEqual({ status: 0, stdout: "", stderr: "" });
const read = (path: string) => host.run("/bin/cat", [path]).stdout;
const write = (path: string, text: string) =>
  expect(host.run("/bin/sh", ["-c", `printf %s '${text}' > '${path}'`]).status).toBe(0);

beforeAll(async () => {
  host = await startDevHost();
});
afterAll(() => host.stop());

describe("zfs(8) as the manual page has it", () => {
  it("has no datasets at first, and shows those that it mounts", () => {
    expect(zfs("list", "-Hp").stderr).toBe("no datasets available\n");
    ok("create", "-o", `mountpoint=${host.jails}`, "zroot/jails");
    ok("create", "-o", "org.knasthorst:id=abc", "zroot/jails/mail");
    const table = host.run("mount", ["-p"]).stdout;
    expect(table).toMatch(new RegExp(`^zroot/jails\\s+${host.jails}\\s+zfs\\s+rw`, "m"));
    expect(table).toMatch(new RegExp(`^zroot/jails/mail\\s+${host.jails}/mail\\s+zfs\\s+rw`, "m"));
    expect(zfs("list", "-H", "-o", "name,mountpoint", `${host.jails}/mail`).stdout).toBe(
      `zroot/jails/mail\t${host.jails}/mail\n`,
    );
    expect(zfs("get", "-H", "-o", "value", "org.knasthorst:id", "zroot/jails/mail").stdout).toBe("abc\n");
    expect(zfs("create", "zroot/jails/mail")).toMatchObject({
      status: 1,
      stderr: "cannot create 'zroot/jails/mail': dataset already exists\n",
    });
  });

  it("puts back what a snapshot shows, and refuses over later ones", () => {
    const file = join(host.jails, "mail/a");
    write(file, "one");
    ok("snapshot", "zroot/jails/mail@1");
    write(file, "two");
    ok("snapshot", "zroot/jails/mail@2");
    write(file, "three");
    const refused = zfs("rollback", "zroot/jails/mail@1");
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      "cannot rollback to 'zroot/jails/mail@1': more recent snapshots or bookmarks exist\n",
    );
    expect(read(file)).toBe("three");
    ok("rollback", "zroot/jails/mail@2");
    expect(read(file)).toBe("two");
    ok("rollback", "-r", "zroot/jails/mail@1");
    expect(read(file)).toBe("one");
    expect(zfs("list", "-H", "-t", "snapshot", "-o", "name", "-d", "1", "zroot/jails/mail").stdout).toBe(
      "zroot/jails/mail@1\n",
    );
  });

  it("clones, keeps what a clone needs, promotes, destroys", () => {
    ok("clone", "-o", `mountpoint=${host.jails}/.new/x`, "zroot/jails/mail@1", "zroot/jails/copy");
    expect(read(join(host.jails, ".new/x/a"))).toBe("one");
    ok("set", `mountpoint=${host.jails}/copy`, "zroot/jails/copy");
    expect(read(join(host.jails, "copy/a"))).toBe("one");
    expect(zfs("destroy", "zroot/jails/mail@1").stderr).toContain("snapshot has dependent clones");
    expect(zfs("destroy", "zroot/jails/mail").stderr).toContain("filesystem has children");
    expect(zfs("destroy", "-r", "zroot/jails/mail").status).toBe(1);
    ok("promote", "zroot/jails/copy");
    ok("destroy", "-r", "zroot/jails/mail");
    expect(zfs("list", "-H", "-t", "filesystem,snapshot", "-o", "name").stdout).toBe(
      "zroot/jails\nzroot/jails/copy\nzroot/jails/copy@1\n",
    );
    ok("destroy", "-r", "zroot/jails/copy");
    expect(host.run("mount", ["-p"]).stdout).not.toContain("zroot/jails/copy");
  });
});
