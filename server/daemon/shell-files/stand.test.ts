import { expect, test } from "vitest";
import { nthName, partsOf } from "./names.ts";
import { parseFree } from "./place.ts";
import { foregroundOf, innerPath, parseDirectory, parseForeground } from "./stand.ts";

const PS = `  PID  PGID TPGID JID  UID
  700   700   712   3    0
  711   711   712   3 1001
  712   712   712   3 1001
  713   712   712   3 1001
  900   900   900   4    0
  nonsense 1 2 3 4
`;

test("the foreground is the leader of the terminal's group, in this jail", () => {
  expect(parseForeground(PS, 3)).toMatchObject({ pid: 712, uid: 1001 });
  expect(parseForeground(PS, 4)).toMatchObject({ pid: 900 });
  expect(parseForeground(PS, 5)).toBeNull();
  // its leader has gone: another of the group; nothing in front: the first
  expect(parseForeground("713 712 712 3 0\n700 700 712 3 0", 3)).toMatchObject({ pid: 713 });
  expect(parseForeground("700 700 -1 3 0", 3)).toMatchObject({ pid: 700 });
});

test("a shell of an account has that one's power alone, also while a set-user-ID program runs in it", async () => {
  const [su, id] = ["  PID  PGID TPGID JID  UID\n  712   712   712   3    0\n", "www\n"];
  const host = (account: string, ps: string) =>
    ({
      terminals: { openShell: () => ({ jail: { name: "a", jid: 3 }, actor: "anna", account, pid: 700, tty: "pts/3" }) },
      run: async (program: string) => ({ status: 0, stdout: program === "ps" ? ps : id }),
    }) as unknown as Parameters<typeof foregroundOf>[0];
  expect(await foregroundOf(host("admin", su), "t")).toMatchObject({ user: "admin", pid: 712 });
  expect(await foregroundOf(host("admin", su.replace("  0\n", " 80\n")), "t")).toMatchObject({ user: "admin" });
  expect(await foregroundOf(host("root", su), "t")).toMatchObject({ user: null });
  expect(await foregroundOf(host("root", su.replace("  0\n", " 80\n")), "t")).toMatchObject({ user: "www" });
});

test("procstat's answer is a path of the host, or nothing", () => {
  const of = (cwd: string) => JSON.stringify({ procstat: { __version: "2", pwd: { 712: { process_id: 712, cwd } } } });
  expect(parseDirectory(of("/usr/jails/a/tmp/x\ny"))).toBe("/usr/jails/a/tmp/x\ny");
  for (const text of [of(""), of("-"), "", "{", '{"procstat":{}}']) expect(parseDirectory(text)).toBeNull();
});

test("a host's path is none of the jail's unless it is below its root", () => {
  expect(innerPath("/usr/jails/a", "/usr/jails/a/tmp")).toBe("/tmp");
  expect(innerPath("/usr/jails/a", "/usr/jails/a")).toBe("/");
  expect(innerPath("/usr/jails/a", "/usr/jails/ab/tmp")).toBeNull();
  expect(innerPath("/usr/jails/a", "/")).toBeNull();
  expect(innerPath("/", "/etc")).toBe("/etc");
});

test("df's last line, with names that have blanks in them", () => {
  expect(parseFree("zroot/jails 1000 400 600 40% /")).toBe(600 * 1024);
  expect(parseFree("/dev/my disk 1000 400 -5 101% /my 5 6 7 8% dir")).toBe(0);
  for (const line of ["", "no place", "Filesystem 1024-blocks Used Avail Capacity Mounted on"])
    expect(parseFree(line)).toBeNull();
});

test("a number goes between stem and extension, and the name stays short enough", () => {
  expect(nthName("a.tar.gz", 1)).toBe("a.tar.gz");
  expect(nthName("a.tar.gz", 2)).toBe("a.tar (2).gz");
  expect(nthName(".profile", 3)).toBe(".profile (3)");
  expect(partsOf("a.")).toEqual(["a", "."]);
  for (const name of ["x".repeat(255), "ä".repeat(127), `${"🦆".repeat(60)}.jpeg`, `a.${"b".repeat(250)}`]) {
    const made = nthName(name, 99);
    expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
    expect(made).not.toContain("\ufffd");
  }
});
