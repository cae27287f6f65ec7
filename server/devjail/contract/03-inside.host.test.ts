import { linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { no, ok, RecordedHost } from "../testing/recorded-host.ts";

/** Commands of the recordings of FreeBSD 14.2 and what they printed, with the paths and addresses of this host put in. */
let recorded: RecordedHost;
let { erdgeist, host, mail, run } = {} as RecordedHost;

beforeAll(async () => {
  recorded = await RecordedHost.start();
  ({ erdgeist, host, mail, run } = recorded);
  for (const jail of [erdgeist, mail]) expect(run("jail", "-f", jail.config, "-c", jail.name).status).toBe(0);
});
afterAll(async () => recorded?.stop());

describe("03: inside", () => {
  test("ps -J as JSON, ps of all jails", () => {
    const list = run(
      "ps",
      "-J",
      "erdgeist_org",
      "-ww",
      "-o",
      "pid,ppid,user,%cpu,rss,vsz,lstart,time,state,command",
      "--libxo",
      "json",
    ).stdout;
    expect(list).toMatch(
      /^\{"process-information": \{"process": \[\{"pid":"\d+","ppid":"\d+","user":"root","percent-cpu":"\d+\.\d","rss":"\d+","virtual-size":"\d+","start-time":"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}","cpu-time":"\d+:\d\d\.\d\d","state":"SsJ","command":"\/usr\/sbin\/syslogd -ss"\}\]\}\}\n$/,
    );
    const all = JSON.parse(run("ps", "-axo", "jid,pcpu,rss", "--libxo", "json").stdout) as {
      "process-information": { process: Record<string, string>[] };
    };
    expect(new Set(all["process-information"].process.map((row) => row["jail-id"]))).toEqual(new Set(["0", "1", "2"]));
    expect(Object.keys(all["process-information"].process[0]!)).toEqual(["jail-id", "percent-cpu", "rss"]);
  });

  test("jexec: status, words, environment", () => {
    const inJail = (...command: string[]) => run("jexec", "-l", "erdgeist_org", ...command);
    expect(inJail("/bin/nosuch")).toEqual({
      status: 1,
      stdout: "",
      stderr: "jexec: execvp: /bin/nosuch: No such file or directory\n",
    });
    expect(run("jexec", "-l", "nosuch", "/bin/csh")).toEqual({
      status: 1,
      stdout: "",
      stderr: 'jexec: jail "nosuch" not found\n',
    });
    expect(run("jexec", "-l", "-U", "nouser", "erdgeist_org", "/bin/csh")).toEqual({
      status: 1,
      stdout: "",
      stderr: "jexec: nouser: no such user\n",
    });
    expect(inJail("/bin/csh", "-c", "echo $SHELL $HOME $USER $TERM; id; hostname; pwd; env")).toMatchObject({
      status: 1,
      stderr: "TERM: Undefined variable.\n",
    });
    expect(inJail("/bin/sh", "-c", "exit 7").status).toBe(7);
    expect(inJail("/bin/sh", "-c", "kill -9 $$").status).toBe(null);
    expect(run("sh", "-c", `${host.bin}/jexec -l erdgeist_org /bin/sh -c 'kill -9 $$'; echo rc=$?`).stdout).toBe(
      "rc=137\n",
    );
    expect(inJail("/usr/bin/touch", "/bin/x")).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/touch: .*\/bin\/x.*: Read-only file system\n$/) as string,
    });
    expect(inJail("/bin/hostname", "evil").status).toBe(1);
    expect(inJail("/bin/hostname").stdout).toBe("erdgeist.org\n");
    const environment = run(
      "sh",
      "-c",
      `TERM=xterm-256color LANG=C.UTF-8 SECRET=x ${host.bin}/jexec -l erdgeist_org /usr/bin/env`,
    ).stdout;
    expect(environment).toBe(
      "SHELL=/bin/sh\nHOME=/root\nUSER=root\nBLOCKSIZE=K\nMAIL=/var/mail/root\nMM_CHARSET=UTF-8\nLANG=C.UTF-8\nPATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin:/root/bin\nTERM=xterm-256color\n",
    );
    expect(
      run("sh", "-c", `/usr/bin/env -i SECRET=x PATH=/bin ${host.bin}/jexec erdgeist_org /usr/bin/env`).stdout,
    ).toBe("SECRET=x\nPATH=/bin\n");
    expect(run("jexec", "-l", "-U", "www", "erdgeist_org", "/bin/sh", "-c", "id -un; id -gn").status).toBe(1);
    expect(run("jexec", "-U", "www", "1", "/bin/sh", "-c", "/usr/bin/id -un; pwd").stdout).toBe("www\n/\n");
  });

  test("devfs rules, rctl, sysctl, sockstat", () => {
    expect(run("devfs", "rule", "-s", "4", "show")).toEqual(
      ok("100 include 1\n200 include 2\n300 include 3\n400 path fuse unhide\n500 path zfs unhide\n"),
    );
    expect(run("sysctl", "-n", "kern.racct.enable")).toEqual(ok("0\n"));
    expect(run("rctl", "-a", "jail:mail:maxproc:deny=50")).toEqual(
      no("rctl: RACCT/RCTL present, but disabled; enable using kern.racct.enable=1 tunable\n"),
    );
    writeFileSync(join(host.state, "run/racct"), "1\n");
    expect(run("sysctl", "-n", "kern.racct.enable")).toEqual(ok("1\n"));
    expect(run("rctl", "-a", "jail:mail:memoryuse:deny=128M", "jail:mail:maxproc:deny=50")).toEqual(ok(""));
    expect(run("rctl", "jail:mail")).toEqual(ok("jail:mail:maxproc:deny=50\njail:mail:memoryuse:deny=134217728\n"));
    expect(run("rctl", "-u", "jail:mail").stdout.split("\n").filter(Boolean)).toHaveLength(25);
    expect(run("rctl", "-r", "jail:mail")).toEqual(ok(""));
    expect(run("rctl", "-r", "jail:mail")).toEqual({
      status: 1,
      stdout: "",
      stderr: "rctl: failed to remove rule 'jail:mail': No such process\n",
    });
    expect(run("rctl", "-u", "jail:nosuch").stdout).toMatch(/^cputime=0\n/);
    expect(run("rctl", "-a", "jail:nosuch:maxproc:deny=5").status).toBe(0);
    expect(run("rctl", "jail:nosuch")).toEqual(ok("jail:nosuch:maxproc:deny=5\n"));
    expect(run("rctl", "-r", "jail:nosuch").status).toBe(0);
    expect(run("sockstat", "-46l", "-j", "mail")).toEqual(
      ok("USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS      \n"),
    );
    expect(run("sockstat", "--libxo", "json", "-46l").stderr).toBe(
      "sockstat: illegal option -- -\nusage: sockstat [-46CcIiLlnqSsUuvw] [-j jid] [-p ports] [-P protocols]\n",
    );
  });

  test("pgrep and pkill -j", async () => {
    run("jexec", "-l", "mail", "/bin/sh", "-c", "sleep 1000 >/dev/null 2>&1 & sleep 1001 >/dev/null 2>&1 &");
    await expect
      .poll(() => run("pgrep", "-lf", "-j", "mail", "^sleep").stdout)
      .toMatch(/^\d+ sleep 1000\n\d+ sleep 1001\n$/);
    expect(run("pkill", "-TERM", "-j", "mail", "-f", "sleep 1001")).toEqual(ok(""));
    await expect.poll(() => run("pgrep", "-lf", "-j", "mail", "sleep").stdout).toMatch(/^\d+ sleep 1000\n$/);
    expect(run("pkill", "-KILL", "-j", "mail", "sleep").status).toBe(0);
    await expect.poll(() => run("pgrep", "-j", "mail", "sleep").status).toBe(1);
  });

  test("cp -a makes a file of its own of every hard link, as cp(1) says", () => {
    const from = join(host.state, "links");
    mkdirSync(from);
    writeFileSync(join(from, "one"), "x");
    linkSync(join(from, "one"), join(from, "two"));
    expect(run("cp", "-a", from, `${from}.copy`)).toEqual(ok(""));
    expect(statSync(`${from}.copy/two`).nlink).toBe(1);
  });

  test("service says what it could not do and exits 0 all the same", () => {
    expect(run("service", "jail", "start", "mail")).toEqual(
      ok('Starting jails: cannot start jail  "mail": \njail: "mail" already exists\n.\n'),
    );
    expect(run("service", "jail", "stop", "mail")).toEqual(ok("Stopping jails: mail.\n"));
    expect(run("service", "jail", "start", "nosuch")).toEqual(
      ok('Starting jails: cannot start jail  "nosuch": \njail: "nosuch" not found\n.\n'),
    );
    expect(run("service", "jail", "start", "mail")).toEqual(ok("Starting jails: mail.\n"));
    expect(run("jls", "jid", "name").stdout).toMatch(/^1 erdgeist_org\n\d+ mail\n$/);
  });

  test("umount is busy, the base is read-only, the console log is written", () => {
    expect(run("umount", `${mail.path}/basejail`)).toEqual({
      status: 1,
      stdout: "",
      stderr: `umount: unmount of ${mail.path}/basejail failed: Device busy\n`,
    });
    expect(run("/bin/rm", `${mail.path}/basejail/bin/ls`).stderr).toContain("Read-only file system");
    expect(readFileSync(join(host.log, "jail_mail_console.log"), "utf8")).toContain(
      "ELF ldconfig path: /lib /usr/lib /usr/lib/compat\nCreating and/or trimming log files.\n",
    );
  });
});
