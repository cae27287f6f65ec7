import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startDevHost } from "../devjail/fixture.ts";
import { TestHost } from "./testing/dev-host.ts";

// Each program of the host is made to fail in turn, by another one of its name that is found first.

let host: TestHost;
let overlay: string;

beforeAll(async () => {
  host = new TestHost(await startDevHost());
  overlay = join(host.host.state, "overlay");
  mkdirSync(overlay);
  await host.startKnastd(["--programs", `${overlay}:${host.host.bin}`]);
  await host.client.done("base.install", { source: { kind: "host" } });
  await host.client.call("host.configure", { pools: [{ interface: host.host.interface, block: host.host.pool }] });
  await host.client.done("jail.create", host.spec("one", 0));
});
afterAll(() => host?.stop());
afterEach(() => {
  rmSync(overlay, { recursive: true });
  mkdirSync(overlay);
});

const FAULTS = {
  fails: "echo 'something of the host: /secret/path' >&2; exit 1",
  "is killed": "kill -9 $$",
  "prints garbage": "printf '\\000\\377{not json\\033[31m'; exit 0",
  "prints without end":
    "while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done | head -c 40000000",
} as const;

function fake(name: string, script: string): void {
  writeFileSync(join(overlay, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(join(overlay, name), 0o755);
}

const nothingLeft = (name: string, n: number) =>
  expect(host.traces(name, host.address(n)).filter((one) => !one.startsWith("journal/"))).toEqual([]);

for (const [fault, script] of Object.entries(FAULTS))
  test.each(["jls", "ps", "mount", "jail"])(
    `jail.list when %s ${fault}: an error of ours, not one word of the tool's`,
    async (name) => {
      fake(name, script);
      // What was read less than a second ago may still be told.
      if (name === "jail") writeFileSync(join(host.host.etc, "jail.conf.d/touched.conf"), "# \n");
      const began = Date.now();
      let reply = await host.client.raw("jail.list", {});
      while (reply.status === 200 && Date.now() - began < 5000) reply = await host.client.raw("jail.list", {});
      const garbageIsNoJail = name === "jail" && fault.startsWith("prints");
      if (!garbageIsNoJail) expect(reply.status).toBeGreaterThanOrEqual(500);
      expect(JSON.stringify(reply.body)).not.toMatch(/secret|not json|xxxx/);
      expect(Date.now() - began).toBeLessThan(20_000);
      rmSync(join(host.host.etc, "jail.conf.d/touched.conf"), { force: true });
    },
  );

test.each(["cp", "pwd_mkdb", "sysrc"])("create when %s fails or is killed: undone", async (name) => {
  for (const script of [FAULTS.fails, FAULTS["is killed"]]) {
    fake(name, script);
    const failure = await host.client.failed("jail.create", host.spec("two", 1, { autostart: true }));
    expect(failure.code).toBe("internal");
    expect(JSON.stringify(failure)).not.toContain("secret");
    rmSync(join(overlay, name));
    nothingLeft("two", 1);
  }
});

test("create when the disk is full as cp(1) says it", async () => {
  fake("cp", "echo 'cp: /x: No space left on device' >&2; exit 1");
  expect(await host.client.failed("jail.create", host.spec("two", 1))).toMatchObject({ code: "disk_full" });
  nothingLeft("two", 1);
});

const NEVER_BEGAN = ["devfs", "ifconfig"];
test.each(["devfs", "ifconfig", "jail"])("start when %s fails or is killed: nothing of it stays", async (name) => {
  for (const script of [FAULTS.fails, FAULTS["is killed"]]) {
    const real = join(host.host.bin, name);
    // The list of configured jails must still be read.
    fake(name, name === "jail" ? `case "$*" in *" -c "*) ${script};; *) exec ${real} "$@";; esac` : script);
    const failure = await host.client.failed("jail.start", { name: "one" });
    expect(NEVER_BEGAN.includes(name) ? ["internal"] : ["start_failed", "internal"]).toContain(failure.code);
    expect(JSON.stringify(failure)).not.toContain("secret");
    rmSync(join(overlay, name));
    expect(host.jls().some((one) => one.name === "one")).toBe(false);
    expect(host.mounts("one")).toEqual([]);
    expect(host.addresses()).not.toContain(host.address(0));
  }
});

test("start of a jail with limits when nobody can say whether they hold: not without them", async () => {
  writeFileSync(join(host.host.state, "run/racct"), "1\n");
  const limits = { memoryBytes: 512 * 1024 ** 2, processes: 100 };
  await host.client.done("jail.create", host.spec("limited", 1, { limits }));
  for (const script of Object.values(FAULTS)) {
    fake("sysctl", script);
    expect(await host.client.failed("jail.start", { name: "limited" })).toMatchObject({ code: "limits_unknown" });
    expect(host.jls().some((one) => one.name === "limited")).toBe(false);
    expect(host.mounts("limited")).toEqual([]);
  }
  fake("sysctl", "echo \"sysctl: unknown oid 'kern.racct.enable'\" >&2; exit 1");
  await host.client.done("jail.start", { name: "limited" });
  await host.client.done("jail.stop", { name: "limited" });
  rmSync(join(overlay, "sysctl"));
  await host.client.done("jail.destroy", { name: "limited" });
});

test("start with an empty devfs ruleset is refused", async () => {
  fake("devfs", "exit 0");
  expect(await host.client.failed("jail.start", { name: "one" })).toMatchObject({ code: "devfs_rules_missing" });
  expect(host.mounts("one")).toEqual([]);
});

test("start when jail(8) is killed half-way: what it had set up is undone", async () => {
  const real = join(host.host.bin, "jail");
  fake("jail", `case "$*" in *" -c "*) ${real} "$@"; kill -9 $$;; *) exec ${real} "$@";; esac`);
  expect((await host.client.failed("jail.start", { name: "one" })).code).toBe("start_failed");
  expect(host.jls().some((one) => one.name === "one")).toBe(false);
  expect(host.mounts("one")).toEqual([]);
  expect(host.addresses()).not.toContain(host.address(0));
});

test("start when jail(8) lies: status 0, but nothing runs", async () => {
  const real = join(host.host.bin, "jail");
  fake("jail", `case "$*" in *" -c "*) exit 0;; *) exec ${real} "$@";; esac`);
  expect(await host.client.failed("jail.start", { name: "one" })).toMatchObject({ code: "start_failed" });
});

test("stop when jail -r fails: by force", async () => {
  await host.client.done("jail.start", { name: "one" });
  const real = join(host.host.bin, "jail");
  fake("jail", `case "$*" in *" -r "*) exit 1;; *) exec ${real} "$@";; esac`);
  await host.client.done("jail.stop", { name: "one" });
  expect(host.mounts("one")).toEqual([]);
  expect(host.addresses()).not.toContain(host.address(0));
});

test("stop when nothing removes the jail: stop_failed, and it is still shown as running", async () => {
  await host.client.done("jail.start", { name: "one" });
  const real = join(host.host.bin, "jail");
  fake("jail", `case "$*" in *"-r "*|*"-R "*) exit 1;; *) exec ${real} "$@";; esac`);
  expect(await host.client.failed("jail.stop", { name: "one" })).toMatchObject({ code: "stop_failed" });
  expect((await host.client.call("jail.list", {})).jails.find((one) => one.name === "one")).toMatchObject({
    state: "running",
  });
  rmSync(join(overlay, "jail"));
  await host.client.done("jail.stop", { name: "one" });
});

test("destroy when rm fails: the jail is broken, not gone; again, it is deleted", async () => {
  await host.client.done("jail.create", host.spec("two", 1));
  fake("rm", "exit 1");
  expect((await host.client.failed("jail.destroy", { name: "two" })).code).toBe("internal");
  expect((await host.client.call("jail.list", {})).jails.find((one) => one.name === "two")).toMatchObject({
    state: "broken",
  });
  expect((await host.client.refused("jail.create", host.spec("two", 1))).problems.map((one) => one.code)).toContain(
    "exists",
  );
  rmSync(join(overlay, "rm"));
  await host.client.done("jail.destroy", { name: "two" });
  nothingLeft("two", 1);
});

test("host.info without its small tools still answers", async () => {
  for (const name of ["hostname", "freebsd-version", "sysctl"]) fake(name, FAULTS.fails);
  expect(await host.client.call("host.info", {})).toMatchObject({ hostname: "", release: "", racct: false });
});
