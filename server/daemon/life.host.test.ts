import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { JailDetail, JailPlan } from "../contract/jail.ts";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start({ base: false });
});
afterAll(() => host?.stop());

const key = `ssh-ed25519 ${"A".repeat(68)} friend@example.org`;
const find = async (name: string) => (await host.client.call("jail.list", {})).jails.find((one) => one.name === name);
const inJail = (name: string, ...command: string[]) => host.run("jexec", ["-l", name, ...command]);

describe("the life of a jail over the socket", () => {
  test("before a base there is none, and a create says so", async () => {
    expect((await host.client.call("host.info", {})).base).toBeNull();
    await host.client.call("host.configure", { pools: [{ interface: host.host.interface, block: host.host.pool }] });
    expect(await host.client.refused("jail.create", host.spec("erdgeist_org", 0))).toMatchObject({
      code: "base_missing",
    });
  });

  test("base.install from the host's world", async () => {
    const events = await host.client.done("base.install", { source: { kind: "host" } });
    expect(events.filter((one) => one.kind === "step").length).toBeGreaterThan(3);
    const info = await host.client.call("host.info", {});
    expect(info.base).toMatchObject({ name: "basejail" });
    expect(info.base!.newjailBytes).toBeLessThan(8 * 1024 * 1024);
    expect(info.freeIp4?.interface).toBe(host.host.interface);
  });

  test("plan does nothing, create does what it said", async () => {
    const spec = host.spec("erdgeist_org", 0, {
      hostname: "erdgeist.org",
      name: undefined,
      sshKeys: [key],
      autostart: true,
    });
    delete spec.name;
    const plan = JailPlan.parse(await host.client.call("jail.plan", spec));
    expect(plan).toMatchObject({ name: "erdgeist_org", problems: [] });
    expect(host.traces("erdgeist_org", host.address(0))).toEqual([]);
    const events = await host.client.done("jail.create", spec);
    const titles = events.flatMap((one) => (one.kind === "step" ? [one.title] : []));
    expect(titles.map((one) => one.replace(/[0-9a-f]{32}/g, ""))).toEqual(
      plan.steps.map((one) => one.title.replace(/[0-9a-f]{32}/g, "")),
    );
    const config = readFileSync(join(host.host.etc, "jail.conf.d/erdgeist_org.conf"), "utf8");
    expect(config.replace(/[0-9a-f]{32}/, "0".repeat(32))).toBe(plan.config.text);
    expect(readFileSync(join(host.host.etc, "fstab.erdgeist_org"), "utf8")).toBe(plan.fstab.text);
    expect(statSync(join(host.host.etc, "jail.conf.d/erdgeist_org.conf")).mode & 0o777).toBe(0o600);
    expect(host.scratch()).toEqual([]);
  });

  test("the new tree has its account, keys and files", () => {
    const tree = join(host.host.jails, "erdgeist_org");
    const account = readFileSync(join(tree, "etc/master.passwd"), "utf8")
      .split("\n")
      .find((line) => line.startsWith("admin:"))!;
    const [, password, uid, gid] = account.split(":");
    expect(password).toBe("*");
    const keys = statSync(join(tree, "home/admin/.ssh/authorized_keys"));
    expect([keys.uid, keys.gid, keys.mode & 0o777]).toEqual([Number(uid), Number(gid), 0o600]);
    expect(statSync(join(tree, "home/admin/.ssh")).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(tree, "home/admin/.ssh/authorized_keys"), "utf8")).toBe(`${key}\n`);
    expect(readFileSync(join(tree, "etc/resolv.conf"), "utf8")).toMatch(/^(nameserver \S+\n)*$/);
    expect(readFileSync(join(tree, "etc/rc.conf"), "utf8")).toContain("syslogd_flags");
  });

  test("it is listed as stopped and starts at boot", async () => {
    expect(await find("erdgeist_org")).toMatchObject({
      hostname: "erdgeist.org",
      state: "stopped",
      jid: null,
      addresses: [host.address(0)],
      autostart: true,
      problem: null,
      job: null,
    });
    expect(host.run("sysrc", ["-f", join(host.host.etc, "rc.conf"), "-n", "jail_enable"]).stdout.trim()).toBe("YES");
  });

  test("start: jls, the mount table and the interface have it, and so has the list", async () => {
    const events = await host.client.done("jail.start", { name: "erdgeist_org" });
    expect(events.some((one) => one.kind === "output" && one.text.includes("erdgeist_org: created"))).toBe(true);
    expect(host.jls()).toMatchObject([
      { name: "erdgeist_org", hostname: "erdgeist.org", addresses: [host.address(0)] },
    ]);
    const targets = host
      .mounts("erdgeist_org")
      .map((one) => one.target.slice(host.host.jails.length + 1))
      .sort();
    expect(targets).toEqual(["erdgeist_org/basejail", "erdgeist_org/dev", "erdgeist_org/dev/fd"]);
    expect(host.addresses()).toContain(host.address(0));
    const row = await poll("its processes are counted", async () => {
      const one = await find("erdgeist_org");
      return one && one.processes > 0 ? one : null;
    });
    expect(row).toMatchObject({ state: "running", processes: expect.any(Number) });
    expect(Date.parse(row.runningSince!)).toBeGreaterThan(Date.now() - 600_000);
  });

  test("what runs in it is listed; the base is read-only inside", async () => {
    const { processes } = await host.client.call("jail.processes", { name: "erdgeist_org" });
    expect(processes.map((one) => one.command).join()).toContain("syslogd");
    expect(inJail("erdgeist_org", "/bin/hostname").stdout.trim()).toBe("erdgeist.org");
    expect(inJail("erdgeist_org", "/usr/bin/touch", "/bin/x").stderr).toContain("Read-only file system");
    expect(inJail("erdgeist_org", "/usr/bin/id", "admin").stdout).toContain("wheel");
  });

  test("show has the files and the parameters as FreeBSD reads them", async () => {
    const detail = JailDetail.parse(await host.client.call("jail.show", { name: "erdgeist_org" }));
    expect(detail.parameters).toContainEqual({ name: "host.hostname", value: "erdgeist.org" });
    expect(detail).toMatchObject({ base: "basejail", last: { verb: "jail.start", actor: "root" } });
    expect(detail.config?.text).toContain(detail.id!);
  });

  test("every wrong call has its own code", async () => {
    const { client } = host;
    const id = (await find("erdgeist_org"))!.id!;
    expect(await client.refused("jail.start", { name: "erdgeist_org" })).toMatchObject({ code: "already_running" });
    expect(await client.refused("jail.destroy", { name: "erdgeist_org" })).toMatchObject({ code: "running" });
    expect(await client.refused("jail.start", { name: "nosuch" })).toMatchObject({ code: "not_found" });
    expect(await client.refused("jail.stop", { name: "erdgeist_org", id: "0".repeat(32) })).toMatchObject({
      code: "not_found",
    });
    expect(await client.refused("jail.show", { name: "nosuch" })).toMatchObject({ code: "not_found" });
    expect(await client.refused("jail.processes", { name: "nosuch" })).toMatchObject({ code: "not_found" });
    expect(await client.refused("job.get", { job: "0".repeat(32) })).toMatchObject({ code: "not_found" });
    expect((await client.call("jail.processes", { name: "erdgeist_org", id })).processes.length).toBeGreaterThan(0);
  });

  test.each([
    ["a taken address", { ip4: 0 }, "address_taken", "ip4.0"],
    ["a taken name", { name: "erdgeist_org" }, "exists", "name"],
    ["a taken host name", { hostname: "erdgeist.org" }, "exists", "hostname"],
    ["a reserved name", { name: "basejail" }, "invalid", "name"],
    ["a name in disguise", { name: "Mail" }, "invalid", "name"],
    ["an address outside the pools", { address: "192.0.2.1" }, "address_outside_pools", "ip4.0"],
    ["no such interface", { interface: "nosuch0" }, "interface_missing", "interface"],
    ["no address", { none: true }, "invalid", "ip4"],
  ])("create refuses %s at its field", async (_, wrong: Record<string, unknown>, code, field) => {
    const { ip4, address, none, ...rest } = wrong;
    const spec = host.spec("other", 5, rest);
    if (ip4 !== undefined) spec.ip4 = [host.address(ip4 as number)];
    if (address !== undefined) spec.ip4 = [address as string];
    if (none) spec.ip4 = [];
    const failure = await host.client.refused("jail.create", spec);
    expect(failure.problems).toContainEqual(expect.objectContaining({ field, code }));
    expect(host.traces("other", host.address(5))).toEqual([]);
  });

  test("the same idempotency key gives one job", async () => {
    const headers = { "idempotency-key": "once-1", "knast-actor": "erdgeist" };
    const spec = host.spec("mail", 1);
    const [one, two] = await Promise.all([1, 2].map(() => host.client.call("jail.create", spec, headers)));
    expect(two).toEqual(one);
    expect((await host.client.follow(one!.job)).at(-1)).toMatchObject({ kind: "done" });
    expect(await host.client.call("job.get", one!)).toMatchObject({ actor: "erdgeist", state: "done" });
  });

  test("restart gives it a new jid, and stop leaves nothing", async () => {
    const before = host.jls()[0]!.jid;
    await host.client.done("jail.restart", { name: "erdgeist_org" });
    expect(host.jls()[0]!.jid).not.toBe(before);
    await host.client.done("jail.stop", { name: "erdgeist_org" });
    expect(host.jls()).toEqual([]);
    expect(host.mounts("erdgeist_org")).toEqual([]);
    expect(host.addresses()).not.toContain(host.address(0));
    expect(await host.client.refused("jail.stop", { name: "erdgeist_org" })).toMatchObject({ code: "not_running" });
    expect(await host.client.refused("jail.processes", { name: "erdgeist_org" })).toMatchObject({
      code: "not_running",
    });
  });

  test("restart of a stopped jail starts it", async () => {
    await host.client.done("jail.restart", { name: "erdgeist_org" });
    expect(await find("erdgeist_org")).toMatchObject({ state: "running" });
  });

  test("a jail's own veto does not keep it up: stop ends it by force and says so", async () => {
    const rc = "#!/bin/sh\nexit 1\n";
    inJail("erdgeist_org", "/bin/sh", "-c", `printf '%s' '${rc}' > /etc/rc.shutdown`);
    const events = await host.client.done("jail.stop", { name: "erdgeist_org" });
    expect(events.some((one) => one.kind === "output" && one.text.includes("jail -R erdgeist_org"))).toBe(true);
    expect(host.mounts("erdgeist_org")).toEqual([]);
    expect(host.addresses()).not.toContain(host.address(0));
  });

  test("a jail whose own script keeps it from starting leaves nothing behind", async () => {
    const tree = join(host.host.jails, "mail");
    await host.client.done("jail.start", { name: "mail" });
    inJail("mail", "/bin/sh", "-c", "printf 'echo no\\nexit 1\\n' > /etc/rc");
    await host.client.done("jail.stop", { name: "mail" });
    expect(await host.client.failed("jail.start", { name: "mail" })).toMatchObject({ code: "start_failed" });
    expect(host.jls()).toEqual([]);
    expect(host.mounts("mail")).toEqual([]);
    expect(host.addresses()).not.toContain(host.address(1));
    expect(readdirSync(tree)).toContain("etc");
    expect(await find("mail")).toMatchObject({ state: "stopped" });
  });

  test("destroy leaves nothing, and a new jail under the name is another one", async () => {
    const { id } = (await find("mail"))!;
    await host.client.done("jail.destroy", { name: "mail", id: id! });
    expect(host.traces("mail", host.address(1))).toEqual([]);
    expect(await find("mail")).toBeUndefined();
    await host.client.done("jail.create", host.spec("mail", 1));
    expect((await find("mail"))!.id).not.toBe(id);
    expect(await host.client.refused("jail.destroy", { name: "mail", id: id! })).toMatchObject({ code: "not_found" });
  });

  test("ended jobs can be asked for after a restart of knastd; running jails are untouched", async () => {
    await host.client.done("jail.restart", { name: "erdgeist_org" });
    const jobs = (await host.client.call("job.list", {})).jobs;
    const jids = host.jls().map((one) => one.jid);
    const events = await host.client.follow(jobs[0]!.id);
    await host.knastd.stop();
    await host.startKnastd();
    expect((await host.client.call("job.list", {})).jobs).toEqual(jobs);
    expect(await host.client.follow(jobs[0]!.id)).toEqual(events);
    expect(await host.client.follow(jobs[0]!.id, 2)).toEqual(events.slice(3));
    expect(host.jls().map((one) => one.jid)).toEqual(jids);
  });

  test("every verb that changes something has its audit line", () => {
    const lines = host.knastd
      .log()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.filter((one) => one.level === "audit").every((one) => typeof one.verb === "string")).toBe(true);
  });
});
