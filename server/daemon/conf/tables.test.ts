import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Process } from "../../contract/jail.ts";
import { parseFstab, renderFstab } from "./fstab.ts";
import { parseIfconfig } from "./ifconfig.ts";
import { parseJls } from "./jls.ts";
import { type Mount, mountsBelow, parseMountTable } from "./mount-table.ts";
import { parseProcesses, parseStartTime, parseUsage } from "./ps.ts";
import { visDecode, visEncode } from "./vis.ts";

const data = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");

describe("jls", () => {
  it("reads the recorded call", () => {
    expect(parseJls(data("jls-params.json"))[1]).toEqual({
      jid: 2,
      name: "mail",
      dying: false,
      hostname: "mail.example.org",
      path: "/usr/jails/mail",
      addresses: ["10.0.2.202"],
    });
  });
  it("takes numbers, lists with commas, nothing", () => {
    const row = (more: object) =>
      parseJls(JSON.stringify({ "jail-information": { jail: [{ jid: 7, name: "a", dying: true, ...more }] } }));
    expect(row({ "ip4.addr": "10.0.0.1,10.0.0.2", "ip6.addr": ["2001:DB8::1"] })[0]).toMatchObject({
      dying: true,
      addresses: ["10.0.0.1", "10.0.0.2", "2001:db8::1"],
    });
    expect(row({ "ip4.addr": "", jid: "0" })).toEqual([]);
    expect(parseJls('{"__version": "2", "jail-information": {"jail": []}}')).toEqual([]);
    expect(parseJls(data("jls-plain.json")).map((jail) => jail.hostname)).toEqual(["erdgeist.org", "mail.example.org"]);
  });
  it("stands a host name with control characters, which libxo prints as they are", () => {
    const text = data("jls-params.json").replace('"mail.example.org"', '"x\x01\ty\x1b[2J\x7f"');
    expect(parseJls(text)[1]).toMatchObject({ jid: 2, name: "mail", hostname: "x  y [2J " });
  });
  it.each(["{", "[]", "null", '{"jail-information":{"jail":{}}}', '{"jail-information":{"jail":[1]}}', "jls: no"])(
    "calls %j an internal error",
    (text) => expect(() => parseJls(text)).toThrow(expect.objectContaining({ code: "internal" })),
  );
});

describe("ps", () => {
  it("reads the recorded call into the contract's shape", () => {
    const [one] = parseProcesses(data("ps-jail.json"));
    expect(Process.parse(one)).toEqual({
      pid: 857,
      ppid: 1,
      user: "root",
      cpuPercent: 0,
      rssBytes: 2688 * 1024,
      vszBytes: 13740 * 1024,
      started: "Mon Nov 23 19:52:57 2026",
      cpuTime: "0:00.05",
      state: "SsJ",
      command: "/usr/sbin/syslogd -ss",
    });
  });
  it("lets no process name break out of a line or the contract", () => {
    const row = { pid: "1", user: "x".repeat(99), command: `a\u001b[2J\n${"b".repeat(9999)}`, state: "S".repeat(40) };
    const [one] = parseProcesses(JSON.stringify({ "process-information": { process: [row] } }));
    expect(Process.safeParse(one).success).toBe(true);
    expect(one!.command.slice(0, 8)).toBe("a?[2J?bb");
  });
  it("sums per jail and leaves the host out", () => {
    const row = (jid: string, cpu: string, rss: string, start: string) => ({
      "jail-id": jid,
      "percent-cpu": cpu,
      rss,
      "start-time": start,
    });
    const process = [
      row("0", "200.0", "32", "Mon Nov 23 10:00:00 2026"),
      row("1", "1.5", "10", "Mon Nov 23 19:52:57 2026"),
      row("1", "2.0", "20", "Mon Nov  2 01:02:03 2026"),
      row("2", "", "x", ""),
    ];
    const usage = parseUsage(JSON.stringify({ "process-information": { process } }));
    expect([...usage.keys()]).toEqual([1, 2]);
    const since = new Date(2026, 10, 2, 1, 2, 3).toISOString();
    expect(usage.get(1)).toEqual({ processes: 2, cpuPercent: 3.5, rssBytes: 30 * 1024, since });
    expect(usage.get(2)).toEqual({ processes: 1, cpuPercent: 0, rssBytes: 0, since: null });
    expect(parseUsage("").size).toBe(0);
  });
  it("reads start times of the C locale only", () => {
    expect(parseStartTime("Sat Feb 28 23:59:59 2026")).toBe(new Date(2026, 1, 28, 23, 59, 59).toISOString());
    for (const text of ["", "Mo Nov 23 19:52:57 2026", "Mon Nvo 23 19:52:57 2026"])
      expect(parseStartTime(text)).toBeNull();
  });
});

describe("mount -p", () => {
  const table = parseMountTable(data("mount-p.txt"));
  it("reads the recorded table", () => {
    expect(table).toHaveLength(10);
    expect(table[0]).toEqual({ source: "/dev/vtbd0p2", target: "/", type: "ufs", options: ["rw"] });
    expect(table[2]).toEqual({
      source: "/usr/jails/basejail",
      target: "/usr/jails/erdgeist_org/basejail",
      type: "nullfs",
      options: ["ro"],
    });
  });
  it("finds what is below a jail, innermost first", () => {
    const below = mountsBelow(table, "/usr/jails/mail").map((mount) => mount.target.slice("/usr/jails/mail/".length));
    expect(below).toEqual(["dev/fd", "proc", "dev", "basejail"]);
    expect(mountsBelow(table, "/usr/jails/mai")).toEqual([]);
    expect(mountsBelow(table, "/usr/jails")).toHaveLength(8);
    expect(mountsBelow(table, "/usr/jails/mail/")).toHaveLength(4);
  });
  it("compares whole components, also with blanks, dots and line breaks", () => {
    const at = (...targets: string[]): Mount[] =>
      targets.map((target) => ({ source: "x", target, type: "tmpfs", options: ["rw"] }));
    const shapes = at("/j/x", "/j/x2/a", "/j/x/a b", "/j/x/a\nb/c", "/j/.x/a", "/J/x/a", "/j/xx");
    expect(mountsBelow(shapes, "/j/x").map((mount) => mount.target)).toEqual(["/j/x/a\nb/c", "/j/x/a b", "/j/x"]);
  });
  it("names what is mounted twice, the upper one first", () => {
    const line = (source: string) => `${source}\t/j/x/dev devfs\trw\t0 0\n`;
    const below = mountsBelow(parseMountTable(line("first") + line("second") + "p /j/x/proc procfs rw 0 0"), "/j/x");
    expect(below.map((mount) => [mount.source, mount.stacked])).toEqual([
      ["p", false],
      ["second", true],
      ["first", true],
    ]);
  });
  it("reads vis(3) and raw blanks", () => {
    const [encoded] = parseMountTable("/a\\040b\t/c\\011d\tnullfs\tro,noexec\t0 0\n");
    expect(encoded).toMatchObject({ source: "/a b", target: "/c\td", options: ["ro", "noexec"] });
    const [raw] = parseMountTable("/usr/my jails/base /usr/x y/base nullfs ro 0 0");
    expect(raw).toMatchObject({ source: "/usr/my jails/base", target: "/usr/x y/base", type: "nullfs" });
  });
  it("skips no line that it can't read", () => {
    for (const text of ["garbage", "/a /b ufs rw", "a b c d e f"])
      expect(() => parseMountTable(`${data("mount-p.txt")}${text}\n`)).toThrow(
        expect.objectContaining({ code: "internal" }),
      );
    expect(parseMountTable("\n")).toEqual([]);
  });
});

describe("ifconfig -a", () => {
  it("reads the recorded interface", () => {
    expect(parseIfconfig(data("ifconfig.txt"))).toEqual([
      {
        name: "vtnet0",
        addresses: [
          { address: "10.0.2.15", bits: 24 },
          { address: "10.0.2.200", bits: 32 },
          { address: "10.0.2.201", bits: 32 },
          { address: "10.0.2.202", bits: 32 },
        ],
      },
    ]);
  });
  it("reads IPv6, zones, several interfaces, interfaces without an address", () => {
    const text = [
      "lo0: flags=1008049<UP,LOOPBACK> metric 0 mtu 16384",
      "\tinet 127.0.0.1 netmask 0xff000000",
      "\tinet6 ::1 prefixlen 128",
      "\tinet6 fe80::1%lo0 prefixlen 64 scopeid 0x2",
      "em0.100: flags=8802<BROADCAST> metric 0 mtu 1500",
      "\tether 52:54:00:12:34:56",
      "tun0: flags=8051<UP,POINTOPOINT> metric 0 mtu 1500",
      "\tinet 10.8.0.1 --> 10.8.0.2 netmask 0xffffffff",
    ].join("\n");
    expect(parseIfconfig(text)).toEqual([
      {
        name: "lo0",
        addresses: [
          { address: "127.0.0.1", bits: 8 },
          { address: "::1", bits: 128 },
          { address: "fe80::1", bits: 64 },
        ],
      },
      { name: "em0.100", addresses: [] },
      { name: "tun0", addresses: [{ address: "10.8.0.1", bits: 32 }] },
    ]);
    expect(parseIfconfig("")).toEqual([]);
  });
});

describe("fstab", () => {
  const paths = { jails: "/usr/jails", etc: "/etc", log: "/var/log" };
  it("renders row 3 of the system", () => {
    expect(renderFstab(paths, "mail")).toBe("/usr/jails/basejail /usr/jails/mail/basejail nullfs ro 0 0\n");
  });
  it("encodes what would end a field", () => {
    const text = renderFstab({ ...paths, jails: "/my jails/#1" }, "mail");
    expect(text).toBe("/my\\040jails/\\0431/basejail /my\\040jails/\\0431/mail/basejail nullfs ro 0 0\n");
    expect(parseFstab(text)[0]!.target).toBe("/my jails/#1/mail/basejail");
  });
  it("reads a hand-made one", () => {
    const text = "# mine\n\n/a\t/b\tnullfs\tro\t0\t0\n/c /d nullfs # no options\nproc /p procfs rw\nshort line\n";
    expect(parseFstab(text).map((entry) => [entry.source, entry.target, entry.options])).toEqual([
      ["/a", "/b", "ro"],
      ["/c", "/d", "rw"],
      ["proc", "/p", "rw"],
    ]);
  });
  it.each([
    ["\\040", " "],
    ["a\\sb\\tc", "a b\tc"],
    ["\\303\\251", "é"],
    ["\\\\", "\\"],
    ["\\^A\\^?", "\x01\x7f"],
    ["\\M-CM\\M-)", "\ufffdM\ufffd"],
    ["end\\", "end\\"],
    ["\\q", "q"],
  ])("vis: %s is %j", (text, value) => expect(visDecode(text)).toBe(value));
  it("vis: encodes no more than it must", () => expect(visEncode("/a-b_c.é/x y")).toBe("/a-b_c.é/x\\040y"));
});
