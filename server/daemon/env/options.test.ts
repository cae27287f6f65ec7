import { expect, test } from "vitest";
import { parseOptions, UsageError } from "./options.ts";

test("defaults are FreeBSD's own places", () => {
  expect(parseOptions([])).toEqual({
    socket: "/var/run/knast/knastd.sock",
    group: 0,
    state: "/var/db/knast/daemon",
    jails: "/usr/jails",
    etc: "/etc",
    log: "/var/log",
    world: "/",
    foreign: "/",
    programs: ["/sbin", "/bin", "/usr/sbin", "/usr/bin", "/usr/local/bin"],
    pools: [],
    shells: {},
    killAt: null,
    hurry: null,
  });
});

test("takes both spellings, repeated pools, a trailing slash", () => {
  const options = parseOptions([
    "--jails",
    "/j/",
    "--group=1001",
    "--programs",
    "/a:/b",
    "--pool",
    "em0=10.0.2.0/24",
    "--pool=em0=2001:db8::/64",
    "--kill-at",
    "jail.create:copy:before",
  ]);
  expect(options.jails).toBe("/j");
  expect(options.group).toBe(1001);
  expect(options.programs).toEqual(["/a", "/b"]);
  expect(options.pools).toEqual([
    { interface: "em0", block: "10.0.2.0/24" },
    { interface: "em0", block: "2001:db8::/64" },
  ]);
  expect(options.killAt).toEqual({ verb: "jail.create", step: "copy", when: "before" });
});

test.each([
  ["jails"],
  ["--jails"],
  ["--jails", ""],
  ["--jails", "relative"],
  ["--jails", "/a/../b"],
  ["--jails", "/a b"],
  ["--jails", "/a//b"],
  ["--jails", "/a'b"],
  ["--jails", "/a\nb"],
  ["--group", "knast"],
  ["--group", "-1"],
  ["--pool", "em0"],
  ["--pool", "em0=10.0.2.1/24"],
  ["--programs", "/a:"],
  ["--nosuch", "x"],
  ["--kill-at", "x"],
  ["--hurry", "/a=0"],
  ["--shells", "0"],
  ["--shells-per-person", "1e3"],
  ["--shells-per-jail", "2001"],
  ["--shell-idle", "59"],
  ["--shell-longest", "-1"],
])("refuses %j %j", (...args) => {
  expect(() => parseOptions(args)).toThrow(UsageError);
});

test("limits of shells", () => {
  const args = [
    "--shells=300",
    "--shells-per-person=5",
    "--shells-per-jail",
    "7",
    "--shell-idle=3600",
    "--shell-longest=0",
  ];
  expect(parseOptions(args).shells).toEqual({ total: 300, perActor: 5, perJail: 7, idleAfter: 3600, longest: 0 });
});

test("never takes the root for a directory of its own, as that would be closed", () => {
  for (const name of ["--jails", "--state"]) {
    expect(() => parseOptions([name, "/"])).toThrow(UsageError);
    expect(() => parseOptions([name, "//"])).toThrow(UsageError);
  }
  expect(parseOptions(["--world", "/"]).world).toBe("/");
});
