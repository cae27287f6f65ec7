import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../contract/check-up.ts";
import { parseIfconfig } from "../conf/ifconfig.ts";
import { parseMountTable } from "../conf/mount-table.ts";
import { parseSockstat } from "../conf/sockstat.ts";
import { checkBoot } from "./boot.ts";
import { checkBridges, checkParameters, checkShared } from "./dangers.ts";
import { finding, word } from "./finding.ts";
import { checkClock, checkDevfs, checkRacct, checkReleases } from "./kernel.ts";
import { checkAliases, checkFstabs, checkMounts, checkRules, type KnownParts } from "./leftovers.ts";
import { checkListeners } from "./listeners.ts";
import { checkPlaces, checkSpace } from "./storage.ts";

const data = (name: string) => readFileSync(new URL(`../conf/testdata/${name}`, import.meta.url), "utf8");
const short = (findings: Finding[]) => findings.map((one) => `${one.level} ${one.id}`);
const etc = "/etc";
const jails = "/usr/jails";
const now = new Date("2026-11-24T00:00:00Z");

describe("words of a command", () => {
  it.each([
    ["/usr/jails/mail", "/usr/jails/mail"],
    ["a b", "'a b'"],
    ["it's; rm -rf /", "'it'\\''s; rm -rf /'"],
    ["$(reboot)", "'$(reboot)'"],
    ["x\nreboot", "'x?reboot'"],
    ["", "''"],
  ])("%j becomes %s", (text, expected) => expect(word(text)).toBe(expected));

  it("cuts texts, never commands", () => {
    const long = finding("x".repeat(400), "warn", "t".repeat(400), "", { commands: ["a".repeat(5000), "ls"] });
    expect([long.id.length, long.title.length, long.commands]).toEqual([300, 300, ["ls"]]);
  });
});

describe("listeners", () => {
  const listeners = parseSockstat(data("sockstat.txt"));
  const found = checkListeners({
    listeners,
    jids: new Map([[900, 3]]),
    jailAddresses: new Map([["10.0.2.201", "erdgeist_org"]]),
    interfaces: parseIfconfig(data("ifconfig.txt")),
    etc,
  });

  it("reads what sockstat prints", () => {
    expect(listeners.map((one) => [one.command, one.pid, one.address, one.port])).toContainEqual(
      ["my daemon", 702, "10.0.2.201", "80"], // prettier-ignore
    );
    expect(listeners).toHaveLength(9);
  });

  it("finds those on * and on a jail's address, not a jail's own and not those on the host's", () => {
    expect(short(found)).toEqual([
      "warn listener.inetd.tcp4.any.2323",
      "warn listener.sshd.tcp6.any.22",
      "warn listener.sshd.tcp4.any.22",
      "warn listener.syslogd.udp6.any.514",
      "warn listener.syslogd.udp4.any.514",
      "bad listener.my daemon.tcp4.10.0.2.201.80",
    ]);
  });

  it("says how to bind them to the host's own address", () => {
    expect(found[1]!.commands).toEqual(["sysrc 'sshd_flags=-o ListenAddress=10.0.2.15'", "service sshd restart"]);
    expect(found[3]!.commands).toEqual(["sysrc syslogd_flags=-ss", "service syslogd restart"]);
    expect(found[0]!.evidence).toEqual(["root     inetd        575 6   tcp4   *:2323                *:*"]);
  });
});

describe("boot", () => {
  const jail = { name: "mail", file: "/etc/jail.conf.d/mail.conf", problem: null };
  const include = '.include "/etc/jail.conf.d/*.conf";\n';
  const boot = { etc, autostart: { enabled: true, list: null }, main: include, configured: [jail] };

  it("is fine as rc.d/jail needs it, and without any jail", () => {
    expect(short(checkBoot(boot))).toEqual(["ok boot"]);
    expect(
      short(checkBoot({ ...boot, autostart: { enabled: false, list: null }, main: null, configured: [] })),
    ).toEqual(["ok boot"]);
  });

  it("finds jail_enable, jail_list, the include line and unreadable files", () => {
    const found = checkBoot({
      ...boot,
      autostart: { enabled: false, list: ["mail", "gone"] },
      main: "# nothing\n",
      configured: [jail, { name: "x", file: "/etc/jail.conf.d/x.conf", problem: "line 3" }],
    });
    expect(short(found)).toEqual([
      "warn boot.jail_enable",
      "note boot.jail_list",
      "bad boot.include",
      "bad boot.config.x",
    ]);
    expect(found.map((one) => one.commands[0])).toEqual([
      "sysrc jail_enable=YES",
      "sysrc jail_list=mail",
      `echo '.include "/etc/jail.conf.d/*.conf";' >> /etc/jail.conf`,
      "jail -f /etc/jail.conf.d/x.conf -e ,",
    ]);
  });
});

describe("kernel", () => {
  it("says when no limit holds", () => {
    expect(short([...checkRacct("1\n"), ...checkRacct("0\n")])).toEqual(["ok racct", "warn racct"]);
  });

  it("says when a ruleset is empty", () => {
    expect(short(checkDevfs(new Map([[4, "100 include 1\n"]]), etc))).toEqual(["ok devfs"]);
    expect(checkDevfs(new Map([[4, "100 include 1"], [7, "\n"]]), etc)[0]).toMatchObject({ id: "devfs.7", level: "bad" }); // prettier-ignore
  });

  const base = (release: string, installedAt = "2026-11-01T00:00:00Z") => ({
    ...{ name: "basejail", release, installedAt },
  });
  it.each([
    ["14.2-RELEASE-p1\n14.2-RELEASE-p1\n14.2-RELEASE-p1\n", base("14.2-RELEASE-p1"), ["ok release"]],
    ["14.2-RELEASE-p1\n14.2-RELEASE\n14.2-RELEASE-p1\n", null, ["warn release.reboot"]],
    ["14.3-RELEASE\n14.3-RELEASE\n14.2-RELEASE-p1\n", null, ["warn release.userland"]],
    ["14.2-RELEASE\n14.2-RELEASE\n14.2-RELEASE-p3\n", base("14.2-RELEASE-p1"), ["warn release.base-patches"]],
    ["14.2-RELEASE\n14.2-RELEASE\n14.2-RELEASE\n", base("15.0-RELEASE"), ["bad release.base-newer"]],
    ["15.0-RELEASE\n15.0-RELEASE\n15.0-RELEASE\n", base("14.3-RELEASE"), ["note release.base-older"]],
    [
      "14.2-RELEASE\n14.2-RELEASE\n14.2-RELEASE\n",
      base("14.2-RELEASE", "2026-01-01T00:00:00Z"),
      ["warn release.base-age"],
    ],
    ["14.2-BETA1\n14.2-BETA1\n14.2-BETA1\n", base("unknown", new Date(0).toISOString()), ["ok release"]],
  ])("%j with its base", (versions, itsBase, expected) => {
    expect(short(checkReleases({ versions, base: itsBase, jails, now }))).toEqual(expected);
  });

  it("tells several bases apart", () => {
    const old = { ...base("14.1-RELEASE"), name: "basejail-14.1" };
    const versions = "14.2-RELEASE\n14.2-RELEASE\n14.2-RELEASE\n";
    const [found] = checkReleases({ versions, base: old, jails, now });
    expect(found).toMatchObject({
      id: "release.base-older.basejail-14.1",
      title: "basejail-14.1 is 14.1-RELEASE, the host 14.2-RELEASE",
    });
  });

  it("takes no nonsense for an answer", () => {
    for (const read of [
      () => checkRacct(""),
      () => checkDevfs(new Map([[4, "{garbage"]]), etc),
      () => checkReleases({ versions: "garbage\n", base: null, jails, now }),
      () => parseSockstat("garbage"),
    ])
      expect(read).toThrow();
  });

  it("notices a clock that was set back", () => {
    expect(short(checkClock(now, now.getTime() + 60_000))).toEqual(["ok clock"]);
    expect(short(checkClock(now, now.getTime() + 7_200_000))).toEqual(["warn clock"]);
  });
});

describe("storage", () => {
  const place = (path: string, mode: number, uid = 0, kind = "directory") => ({ path, found: { kind, mode, uid } });
  it.each([
    [place(jails, 0o700), [], ["ok root"]],
    [place(jails, 0o711), [], ["bad root.mode"]],
    [place(jails, 0o700, 1001), [], ["bad root.mode"]],
    [place(jails, 0o700, 0, "link"), [], ["bad root.mode"]],
    [place(jails, 0o700), [place("/etc/jail.conf", 0o664)], ["bad root.config./etc/jail.conf"]],
    [{ path: jails, found: null }, [], ["note root"]],
  ])("judges the jail root", (root, configs, expected) => {
    expect(short(checkPlaces(root, configs))).toEqual(expected);
  });

  const space = (freeBytes: number, freeInodes: number, inodes = 100) => ({
    ...{ path: jails, totalBytes: 100, freeBytes, inodes, freeInodes },
  });
  it.each([
    [space(50, 50), "ok space"],
    [space(9, 50), "warn space./usr/jails"],
    [space(50, 2), "bad space./usr/jails"],
    [space(50, 0, 0), "ok space"],
  ])("judges free space and inodes", (one, expected) => expect(short(checkSpace([one]))).toEqual([expected]));
});

const known = (name: string, more: Partial<KnownParts> = {}): KnownParts => ({
  ...{ name, path: `${jails}/${name}`, addresses: [], unit: null, busy: false, ...more },
});

describe("leftovers", () => {
  const table = parseMountTable(
    [
      "/dev/ada0 / ufs rw 1 1",
      "zroot/jails /usr/jails zfs rw 0 0",
      "/usr/jails/basejail /usr/jails/mail/basejail nullfs ro 0 0",
      "devfs /usr/jails/mail/dev devfs rw 0 0",
      "devfs /usr/jails/gone/dev devfs rw 0 0",
    ].join("\n"),
  );

  it("finds mounts of jails that are down, and their order", () => {
    const mail = { name: "mail", path: `${jails}/mail` };
    expect(short(checkMounts(table, jails, [known("mail")], [mail]))).toEqual(["warn mounts./usr/jails/gone"]);
    const both = checkMounts(table, jails, [known("mail")], []);
    expect(both.map((one) => one.commands)).toEqual([
      ["umount /usr/jails/mail/dev", "umount /usr/jails/mail/basejail"],
      ["umount /usr/jails/gone/dev"],
    ]);
    expect(short(checkMounts(table, jails, [known("mail", { busy: true })], []))).toEqual([
      "warn mounts./usr/jails/gone",
    ]);
  });

  const interfaces = parseIfconfig(data("ifconfig.txt"));
  const pools = [{ interface: "vtnet0", block: "10.0.2.0/24" }];
  it("finds aliases without a running jail, never the host's own address", () => {
    const running = [{ name: "a", addresses: ["10.0.2.200"] }];
    const found = checkAliases(interfaces, pools, [known("b", { addresses: ["10.0.2.201"] })], running);
    expect(short(found)).toEqual(["warn alias.vtnet0.10.0.2.201", "warn alias.vtnet0.10.0.2.202"]);
    expect(found.map((one) => one.commands)).toEqual([
      ["ifconfig vtnet0 inet 10.0.2.201 -alias"],
      ["ifconfig vtnet0 inet 10.0.2.202 -alias"],
    ]);
    expect(found[0]!.title).toContain("its jail b does not run");
    expect(short(checkAliases(interfaces, [], [], []))).toEqual(["ok aliases"]);
  });

  it("finds cables without a running jail", () => {
    const bridge = parseIfconfig(data("ifconfig-bridge.txt"));
    expect(short(checkAliases(bridge, [], [known("v", { unit: 1042 })], []))).toEqual(["note epair.kn1042a"]);
    expect(short(checkAliases(bridge, [], [known("v", { unit: 1042 })], [{ name: "v", addresses: [] }]))).toEqual([
      "ok aliases",
    ]);
  });

  it("finds limits of jails that are gone", () => {
    const rules =
      "jail:mail:maxproc:deny=50\njail:gone:maxproc:deny=50\njail:gone:memoryuse:deny=1\nuser:x:maxproc:deny=1\n";
    const found = checkRules(rules, new Set(["mail"]));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ id: "rctl.gone", commands: ["rctl -r jail:gone"] });
  });

  it("finds fstabs without a jail and lines of the host's own for one", () => {
    const own = [{ source: "/x", target: "/usr/jails/gone/x", type: "nullfs", options: "rw" }];
    const place = { etc, jails, paths: [`${jails}/mail`] };
    const found = checkFstabs(["/etc/fstab.mail", "/etc/fstab.old"], new Set(["/etc/fstab.mail"]), own, place);
    expect(short(found)).toEqual(["note fstab./etc/fstab.old", "warn fstab.line./usr/jails/gone/x"]);
  });
});

describe("dangers", () => {
  const judged = (params: Record<string, string | null>, path = `${jails}/x`) => ({
    ...{ name: "x", file: "/etc/jail.conf.d/x.conf", path },
    params: Object.entries(params).map(([name, value]) => ({ name, value })),
  });
  it.each([
    [judged({ "allow.nomount": null, enforce_statfs: "2", "children.max": "0", sysvmsg: "new" }), "ok parameters"],
    [judged({ "allow.raw_sockets": null }), "note parameters.x"],
    [judged({ "allow.mount": "1" }), "warn parameters.x"],
    [judged({ "allow.mount": "0" }), "ok parameters"],
    [judged({ enforce_statfs: "1" }), "warn parameters.x"],
    [judged({ "children.max": "5" }), "warn parameters.x"],
    [judged({ sysvshm: "inherit", "allow.mlock": null }), "bad parameters.x"],
    [judged({ "mount.devfs": null, devfs_ruleset: "0" }), "bad parameters.x"],
    [judged({}, "/"), "bad parameters.x"],
  ])("judges parameters", (one, expected) => expect(short(checkParameters([one]))).toEqual([expected]));

  const mount = (source: string, options: string) => ({ source, target: "/t", type: "nullfs", options });
  it.each([
    ["/data", "/data", "rw", "bad"],
    ["/data", "/data/sub/", "rw,noatime", "bad"],
    ["/data", "/data2", "rw", "ok"],
    ["/data", "/data", "ro", "ok"],
  ])("two jails that mount %s and %s (%s): %s", (a, b, options, level) => {
    const found = checkShared([
      { name: "one", mounts: [mount(a, "rw")] },
      { name: "two", mounts: [mount(b, options)] },
    ]);
    expect(found.map((one) => one.level)).toEqual([level]);
  });

  const interfaces = parseIfconfig(data("ifconfig-bridge.txt"));
  const kldstat = "Id Refs Address  Size Name\n 1 9 0xff 1f kernel\n 2 1 0xff 5 pf.ko\n";
  it("judges bridges and what a vnet jail reaches", () => {
    expect(short(checkBridges(interfaces, [], null, etc))).toEqual(["ok bridge"]);
    expect(short(checkBridges(interfaces, [{ name: "v", bridge: "bridge1" }], "", etc))).toEqual([
      "bad bridge.bridge1",
    ]);
    expect(short(checkBridges(interfaces, [{ name: "v", bridge: "bridge0" }], kldstat, etc))).toEqual([
      "warn vnet.modules",
    ]);
    const none = checkBridges(parseIfconfig(data("ifconfig.txt")), [], null, etc)[0]!;
    expect(none.commands).toEqual([
      "sysrc cloned_interfaces+=bridge0",
      "sysrc 'ifconfig_bridge0=addm vtnet0 up'",
      "service netif cloneup",
      "ifconfig bridge0 addm vtnet0 up",
    ]);
  });
});
