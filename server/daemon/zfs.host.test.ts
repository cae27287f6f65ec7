import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poll } from "./testing/poll.ts";
import { TestHost } from "./testing/dev-host.ts";

let t: TestHost;
const NAME = "mail";

beforeAll(async () => {
  t = await TestHost.start({ base: false });
  const made = t.run("zfs", ["create", "-o", `mountpoint=${t.host.jails}`, "zroot/jails"]);
  expect(made.stderr).toBe("");
  expect(t.run("/bin/chmod", ["700", t.host.jails]).status).toBe(0);
  await t.client.done("base.install", { source: { kind: "host" } });
  await t.client.call("host.configure", { pools: [{ interface: t.host.interface, block: t.host.pool }] });
});
afterAll(() => t.stop());

const datasets = () =>
  t
    .run("zfs", ["list", "-H", "-o", "name,mountpoint"])
    .stdout.trim()
    .split("\n")
    .map((line) => line.split("\t"));
const inJail = (command: string) => t.run("jexec", ["-l", NAME, "/bin/sh", "-c", command]);

describe("where the jail root is a ZFS file system", () => {
  it("makes each jail a file system of its own", async () => {
    await t.client.done("jail.create", t.spec(NAME, 0));
    expect(datasets()).toEqual([
      ["zroot/jails", t.host.jails],
      [`zroot/jails/${NAME}`, join(t.host.jails, NAME)],
    ]);
    expect(t.scratch()).toEqual([]);
    await t.client.done("jail.start", { name: NAME });
    expect(inJail("echo one > /root/note; cat /root/note").stdout).toBe("one\n");
    const { jails } = await t.client.call("jail.list", {});
    expect(jails.find((one) => one.name === NAME)).toMatchObject({ state: "running", problem: null });
  });

  it("takes snapshots of a running jail and rolls a stopped one back", async () => {
    const { dataset, snapshots } = await t.client.call("snapshot.take", { name: NAME, snapshot: "before" });
    expect(dataset).toBe(`zroot/jails/${NAME}`);
    expect(snapshots.map((one) => one.name)).toEqual(["before"]);
    expect(await t.client.refused("snapshot.take", { name: NAME, snapshot: "before" })).toMatchObject({
      code: "exists",
    });
    inJail("echo two > /root/note");
    await t.client.call("snapshot.take", { name: NAME, snapshot: "after" });
    expect(await t.client.refused("snapshot.rollback", { name: NAME, snapshot: "before" })).toMatchObject({
      code: "running",
    });
    await t.client.done("jail.stop", { name: NAME });
    expect(await t.client.refused("snapshot.rollback", { name: NAME, snapshot: "before" })).toMatchObject({
      code: "later_snapshots",
    });
    expect(await t.client.refused("snapshot.rollback", { name: NAME, snapshot: "never" })).toMatchObject({
      code: "not_found",
    });
    await t.client.done("snapshot.rollback", { name: NAME, snapshot: "before", discardLater: true });
    expect(t.run("/bin/cat", [join(t.host.jails, NAME, "root/note")]).stdout).toBe("one\n");
    const left = await t.client.call("jail.snapshots", { name: NAME });
    expect(left.snapshots.map((one) => one.name)).toEqual(["before"]);
    await t.client.done("jail.start", { name: NAME });
    expect(inJail("cat /root/note").stdout).toBe("one\n");
    await t.client.done("jail.stop", { name: NAME });
  });

  it("refuses to destroy what another file system was cloned from, and says how to go on", async () => {
    expect(t.run("zfs", ["clone", `zroot/jails/${NAME}@before`, "zroot/jails/clone"]).stderr).toBe("");
    expect(await t.client.refused("snapshot.remove", { name: NAME, snapshot: "before" })).toMatchObject({
      code: "has_clones",
    });
    const failure = await t.client.failed("jail.destroy", { name: NAME });
    expect(failure).toMatchObject({
      code: "has_clones",
      message: expect.stringContaining("zfs promote zroot/jails/clone"),
    });
    expect(t.run("zfs", ["destroy", "zroot/jails/clone"]).stderr).toBe("");
    await t.client.call("snapshot.remove", { name: NAME, snapshot: "before" });
  });

  it("clones a jail by zfs, without its ssh host keys; the clone lives on when it is promoted", async () => {
    const etc = join(t.host.jails, NAME, "etc/ssh");
    t.run("/bin/sh", ["-c", `mkdir -p ${etc} && touch ${etc}/ssh_host_ed25519_key ${etc}/ssh_config`]);
    const as = { name: "copy", hostname: "copy.example.org", ip4: [t.address(5)] };
    await t.client.done("jail.clone", { name: NAME, as });
    const set = "zroot/jails/copy";
    expect(datasets()).toContainEqual([set, join(t.host.jails, "copy")]);
    expect(t.run("zfs", ["list", "-H", "-o", "origin", set]).stdout).toMatch(
      /^zroot\/jails\/mail@knast-[0-9a-f]{32}\n$/,
    );
    expect(t.run("/bin/ls", [join(t.host.jails, "copy/etc/ssh")]).stdout).toBe("ssh_config\n");
    expect(t.run("/bin/cat", [join(t.host.jails, "copy/root/note")]).stdout).toBe("one\n");
    await t.client.done("jail.start", { name: "copy" });
    await t.client.done("jail.stop", { name: "copy" });
    expect(await t.client.failed("jail.destroy", { name: NAME })).toMatchObject({ code: "has_clones" });
    await t.client.done("jail.destroy", { name: "copy" });
    expect((await t.client.call("jail.snapshots", { name: NAME })).snapshots).toEqual([]);
    expect(t.scratch()).toEqual([]);
  });

  it("destroys the file system with its snapshots and leaves nothing", async () => {
    await t.client.call("snapshot.take", { name: NAME, snapshot: "last" });
    await t.client.done("jail.destroy", { name: NAME });
    expect(datasets()).toEqual([["zroot/jails", t.host.jails]]);
    expect(t.traces(NAME, t.address(0))).toEqual([]);
  });

  it("never touches a file system of that name that it has not made", async () => {
    expect(t.run("zfs", ["create", "zroot/jails/theirs"]).stderr).toBe("");
    expect(await t.client.failed("jail.create", t.spec("theirs", 1))).toMatchObject({ code: "exists" });
    expect(datasets().map(([name]) => name)).toContain("zroot/jails/theirs");
    expect(t.run("zfs", ["set", "mountpoint=none", "zroot/jails/theirs"]).stderr).toBe("");
    t.run("/bin/rmdir", [join(t.host.jails, "theirs")]);
    expect(await t.client.failed("jail.create", t.spec("theirs", 1))).toMatchObject({ code: "exists" });
    expect(datasets().map(([name]) => name)).toContain("zroot/jails/theirs");
    expect(existsSync(join(t.host.jails, "theirs"))).toBe(false);
    expect(t.scratch()).toEqual([]);
  });

  it.each(["copy", "keys", "place", "fstab", "config"])("leaves nothing or all when killed at %s", async (step) => {
    for (const when of ["before", "after"]) {
      const keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0hZ8bVxk1yH2mQm3sFZ8i5b3m5v1mXrF4C1x0lqA9u a@b"];
      await t.killedAt(`jail.create:${step}:${when}`, () =>
        t.client.raw("jail.create", t.spec("cut", 2, { sshKeys: keys })),
      );
      await poll("knastd has tidied up", () => t.scratch().length === 0);
      const there = (await t.client.call("jail.list", {})).jails.some((one) => one.name === "cut");
      const sets = datasets().map(([name]) => name);
      expect(sets.includes("zroot/jails/cut")).toBe(there);
      if (there) await t.client.done("jail.destroy", { name: "cut" });
      expect(t.traces("cut", t.address(2))).toEqual([]);
    }
  });
});
