import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NAMES_HEAD, ok, RecordedHost } from "../testing/recorded-host.ts";

/** Commands of the recordings of FreeBSD 14.2 and what they printed, with the paths and addresses of this host put in. */
let recorded: RecordedHost;
let { alias, erdgeist, here, host, mail, mounts, run, variant } = {} as RecordedHost;

beforeAll(async () => {
  recorded = await RecordedHost.start();
  ({ alias, erdgeist, here, host, mail, mounts, run, variant } = recorded);
  for (const jail of [erdgeist, mail]) expect(run("jail", "-f", jail.config, "-c", jail.name).status).toBe(0);
});
afterAll(async () => recorded?.stop());

const startMail = () => expect(run("jail", "-f", mail.config, "-c", "mail")).toEqual(ok("mail: created\n"));
const stopMail = () => expect(run("jail", "-f", mail.config, "-r", "mail")).toEqual(ok("mail: removed\n"));

describe("04: failures and races", () => {
  const listed = () => run("jls", "name").stdout.split("\n").includes("mail");
  test("A: exec.start fails: undone", () => {
    stopMail();
    const conf = variant(/exec\.start = .*/, `exec.start = '/bin/sh -c "echo boo; exit 3"';`);
    expect(run("jail", "-f", conf, "-c", "mail")).toEqual({
      status: 1,
      stdout: "mail: created\nmail: removed\n",
      stderr: 'jail: mail: /bin/sh -c /bin/sh -c "echo boo; exit 3": failed\n',
    });
    expect([listed(), mounts("mail"), alias(mail)]).toEqual([false, [], false]);
  });

  test("B: exec.stop vetoes; -R removes and leaves mounts and alias", () => {
    const conf = variant(/exec\.stop = .*/, `exec.stop = '/bin/sh -c "exit 1"';`);
    expect(run("jail", "-f", conf, "-c", "mail").status).toBe(0);
    expect(run("jail", "-f", conf, "-r", "mail")).toEqual({
      status: 1,
      stdout: "",
      stderr: 'jail: mail: /bin/sh -c /bin/sh -c "exit 1": failed\n',
    });
    expect(listed()).toBe(true);
    expect(run("jail", "-R", "mail")).toEqual(ok(""));
    expect([listed(), mounts("mail").length, alias(mail)]).toEqual([false, 4, true]);
    for (const name of ["dev/fd", "dev", "proc", "basejail"])
      expect(run("umount", `${mail.path}/${name}`)).toEqual(ok(""));
    expect(run("ifconfig", host.interface, "inet", mail.address, "-alias")).toEqual(ok(""));
    expect([mounts("mail"), alias(mail)]).toEqual([[], false]);
  });

  test("C: exec.timeout", () => {
    const conf = variant(
      /exec\.start = .*\n([\s\S]*)exec\.timeout = 120/,
      "exec.start = '/bin/sleep 100';\n$1exec.timeout = 1",
    );
    expect(run("jail", "-f", conf, "-c", "mail")).toEqual({
      status: 1,
      stdout: "mail: created\nmail: removed\n",
      stderr: "jail: mail: /bin/sleep 100: timed out\n",
    });
    expect([listed(), mounts("mail"), alias(mail)]).toEqual([false, [], false]);
  });

  test("D: the same address twice: the first stop takes it from both", () => {
    const conf = variant(`'${mail.address}/32'`, `'${erdgeist.address}/32'`);
    expect(run("jail", "-f", conf, "-c", "mail").status).toBe(0);
    expect(run("jail", "-f", conf, "-r", "mail").status).toBe(0);
    expect(alias(erdgeist)).toBe(false);
    expect(run("ifconfig", host.interface, "inet", `${erdgeist.address}/32`, "alias").status).toBe(0);
  });

  test("E: a link as mount point", () => {
    renameSync(`${mail.path}/dev`, `${mail.path}/dev.real`);
    mkdirSync(join(host.state, "victim"));
    symlinkSync(join(host.state, "victim"), `${mail.path}/dev`);
    expect(run("jail", "-f", mail.config, "-c", "mail")).toEqual({
      status: 1,
      stdout: "",
      stderr: `jail: mail: mount.devfs: ${mail.path}/dev is a symbolic link\n`,
    });
    expect(run("mount", "-p").stdout).not.toMatch(/victim|\/mail\//);
    rmSync(`${mail.path}/dev`);
    renameSync(`${mail.path}/dev.real`, `${mail.path}/dev`);
  });

  test("F: the loser of two takes the winner's alias; the stop then fails at it", () => {
    startMail();
    // What a loser does after its check: the alias is there already, the mount is refused, the alias is taken back.
    expect(run("ifconfig", host.interface, "inet", `${mail.address}/32`, "alias").status).toBe(0);
    expect(run("mount", "-t", "nullfs", "-o", "ro", `${host.jails}/basejail`, `${mail.path}/basejail`)).toEqual({
      status: 1,
      stdout: "",
      stderr: `mount_nullfs: ${mail.path}/basejail: Resource deadlock avoided\n`,
    });
    expect(run("ifconfig", host.interface, "inet", `${mail.address}/32`, "-alias").status).toBe(0);
    expect(run("jail", "-f", mail.config, "-r", "mail")).toEqual({
      status: 1,
      stdout: "mail: removed\n",
      stderr: here(
        `ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address\njail: mail: /sbin/ifconfig vtnet0 inet 10.0.2.202/32 -alias: failed\n`,
      ),
    });
    expect(mounts("mail")).toEqual([]);
  });

  test("F: eight at once make one jail, with each mount once", async () => {
    const script = `for i in 1 2 3 4 5 6 7 8; do ${host.bin}/jail -f ${mail.config} -c mail & done; wait`;
    const all = run("sh", "-c", script);
    expect(all.stdout).toBe("mail: created\n");
    const known =
      /^(mount_nullfs: .*: Resource deadlock avoided|jail: mail: .*: failed|ifconfig: .*requested address|jail: "mail" already exists)$/;
    expect(
      all.stderr
        .trim()
        .split("\n")
        .filter((line) => !known.test(line)),
    ).toEqual([]);
    expect(listed()).toBe(true);
    expect(mounts("mail")).toHaveLength(4);
    run("jail", "-f", mail.config, "-r", "mail");
    run("ifconfig", host.interface, "inet", mail.address, "-alias");
    expect([listed(), mounts("mail"), alias(mail)]).toEqual([false, [], false]);
  });

  test.each([
    ["path = '/nonexistent'", "jail: mail: mount.devfs: /nonexistent/dev: No such file or directory\n"],
    ["ip4.addr = '999.1.1.1'", "jail: mail: ip4.addr: not an IPv4 address: 999.1.1.1\n"],
    [
      "ip4.addr = 'nosuch0|10.0.2.203'",
      "ifconfig: interface nosuch0 does not exist\njail: mail: /sbin/ifconfig nosuch0 inet 10.0.2.203 netmask 255.255.255.255 alias: failed\n",
    ],
    ["bogus.param = 1", "jail: mail: unknown parameter: bogus.param\n"],
    ["mount.fstab = '/etc/nope'", "jail: mail: mount.fstab: /etc/nope: No such file or directory\n"],
    [
      "interface = 'nosuch0'",
      "ifconfig: interface nosuch0 does not exist\njail: mail: /sbin/ifconfig nosuch0 inet 10.0.2.202/32 alias: failed\n",
    ],
  ])("G: %s", (parameter, stderr) => {
    const conf = variant("enforce_statfs = 2;", `enforce_statfs = 2; ${here(parameter)};`);
    expect(run("jail", "-f", conf, "-c", "mail")).toEqual({ status: 1, stdout: "", stderr: here(stderr) });
    expect([listed(), mounts("mail"), alias(mail)]).toEqual([false, [], false]);
  });

  test("H: syntax errors", () => {
    const conf = join(host.state, "m.conf");
    writeFileSync(conf, "mail { path = '/x\n");
    expect(run("jail", "-f", conf, "-c", "mail")).toEqual({
      status: 1,
      stdout: "",
      stderr: `jail: ${conf} line 1: unterminated string\njail: ${conf}: unexpected EOF\n`,
    });
    writeFileSync(conf, "mail { path = /x; } }\n");
    expect(run("jail", "-f", conf, "-e", "|")).toEqual({
      status: 1,
      stdout: "",
      stderr: `jail: ${conf} line 1: }: syntax error\n`,
    });
  });

  test("K: jail -v -r in order", () => {
    startMail();
    const done = run("jail", "-v", "-f", mail.config, "-r", "mail");
    expect(done.stdout.replace(/TO?: \d+|to: \d+/, "to: 2264")).toBe(
      here(`mail: run command in jail: /bin/sh /etc/rc.shutdown jail
mail: sent SIGTERM to: 2264
mail: removed
mail: run command: /sbin/umount /usr/jails/mail/proc
mail: run command: /sbin/umount /usr/jails/mail/dev/fd
mail: run command: /sbin/umount /usr/jails/mail/dev
mail: run command: /sbin/umount -t nullfs /usr/jails/mail/basejail
mail: run command: /sbin/ifconfig vtnet0 inet 10.0.2.202/32 -alias
`),
    );
    expect(done.status).toBe(0);
  });

  test("L and M: jail -m, and -rc says only created", () => {
    expect(run("jail", "-m", "name=erdgeist_org", "allow.raw_sockets=1")).toEqual(ok(""));
    expect(run("jls", "-j", "erdgeist_org", "-n", "allow.raw_sockets").stdout).toBe("allow.raw_sockets\n");
    expect(run("jexec", "-l", "erdgeist_org", "/bin/sh", "-c", "grep CapEff /proc/self/status").stdout).toContain(
      "24fb",
    );
    expect(run("jail", "-f", erdgeist.config, "-rc", "erdgeist_org")).toEqual(ok("erdgeist_org: created\n"));
    expect(run("jls", "-N").stdout).toBe(
      `${NAMES_HEAD} erdgeist_org    ${erdgeist.address.padEnd(15)} erdgeist.org                  ${erdgeist.path}\n`,
    );
  });
});
