import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDevHost, type DevHost } from "./fixture.ts";
import { installBase, makeJail, type Made } from "./testing/jails.ts";

/** The commands of the recordings of FreeBSD 14.2, and what they printed, with paths and addresses of this host put in. */
let host: DevHost;
let erdgeist: Made;
let mail: Made;

beforeAll(async () => {
  host = await startDevHost();
  installBase(host);
  erdgeist = makeJail(host, "erdgeist_org", 201);
  mail = makeJail(host, "mail", 202);
  writeFileSync(
    mail.config,
    readFileSync(mail.config, "utf8").replace("host.hostname = 'mail'", "host.hostname = 'mail.example.org'"),
  );
});
afterAll(async () => host?.stop());

const run = (program: string, ...args: string[]) => host.run(program, args);
const ok = (stdout: string) => ({ status: 0, stdout, stderr: "" });
/** Recorded text with this host's names in it. */
const here = (text: string): string =>
  text
    .replaceAll("/usr/jails", host.jails)
    .replaceAll("/etc/fstab", `${host.etc}/fstab`)
    .replaceAll("/etc/jail.conf.d", `${host.etc}/jail.conf.d`)
    .replaceAll("/var/log/jail", `${host.log}/jail`)
    .replaceAll("vtnet0", host.interface)
    .replaceAll("10.0.2.", host.pool.replace("0/24", ""));
const mounts = (name: string) =>
  run("mount", "-p")
    .stdout.split("\n")
    .filter((line) => line.includes(`/${name}/`));
const alias = (jail: Made) =>
  run("ifconfig", host.interface).stdout.includes(
    `\tinet ${jail.address} netmask 0xffffffff broadcast ${jail.address}\n`,
  );
const NAMES = " JID             IP Address      Hostname                      Path\n";
/** A variant of mail's config, as the recordings made them with sed. */
function variant(from: string | RegExp, to: string): string {
  const path = join(host.state, "m.conf");
  const text = readFileSync(mail.config, "utf8");
  expect(text).toMatch(from);
  writeFileSync(path, text.replace(from, to));
  return path;
}
const startMail = () => expect(run("jail", "-f", mail.config, "-c", "mail")).toEqual(ok("mail: created\n"));
const stopMail = () => expect(run("jail", "-f", mail.config, "-r", "mail")).toEqual(ok("mail: removed\n"));

describe("02: configuring, starting, listing", () => {
  test("jail -e", () => {
    const line = (name: string, hostname: string, ip: string) =>
      here(
        `name=${name}|path=/usr/jails/${name}|host.hostname=${hostname}|interface=vtnet0|ip4.addr=${ip}/32|mount.fstab=/etc/fstab.${name}|mount.devfs|devfs_ruleset=4|mount.fdescfs|mount.procfs|allow.noset_hostname|sysvmsg=new|sysvsem=new|sysvshm=new|enforce_statfs=2|exec.clean|exec.start="/bin/sh /etc/rc"|exec.stop="/bin/sh /etc/rc.shutdown jail"|exec.consolelog=/var/log/jail_${name}_console.log|exec.timeout=120|stop.timeout=30\n`,
      );
    expect(run("jail", "-e", "|")).toEqual(
      ok(line("erdgeist_org", "erdgeist.org", "10.0.2.201") + line("mail", "mail.example.org", "10.0.2.202")),
    );
    expect(run("jail", "-f", mail.config, "-e", "\n").stdout.split("\n").slice(0, 3)).toEqual([
      "name=mail",
      here("path=/usr/jails/mail"),
      "host.hostname=mail.example.org",
    ]);
  });

  test("jls without jails", () => {
    expect(run("jls")).toEqual(ok("   JID  IP Address      Hostname                      Path\n"));
    expect(run("jls", "--libxo", "json")).toEqual(ok('{"__version": "2", "jail-information": {"jail": []}}\n'));
    expect(run("jls", "-N")).toEqual(ok(NAMES));
  });

  test("jail -v -c says each step", () => {
    expect(run("jail", "-v", "-f", erdgeist.config, "-c", "erdgeist_org")).toEqual(
      ok(
        here(`erdgeist_org: run command: /sbin/ifconfig vtnet0 inet 10.0.2.201/32 alias
erdgeist_org: run command: /sbin/mount -t nullfs -o ro /usr/jails/basejail /usr/jails/erdgeist_org/basejail
erdgeist_org: run command: /sbin/mount -t devfs -oruleset=4 . /usr/jails/erdgeist_org/dev
erdgeist_org: run command: /sbin/mount -t fdescfs . /usr/jails/erdgeist_org/dev/fd
erdgeist_org: run command: /sbin/mount -t procfs . /usr/jails/erdgeist_org/proc
erdgeist_org: jail_set(JAIL_CREATE) persist name=erdgeist_org path=/usr/jails/erdgeist_org host.hostname=erdgeist.org ip4.addr=10.0.2.201 devfs_ruleset=4 allow.noset_hostname sysvmsg=new sysvsem=new sysvshm=new enforce_statfs=2
erdgeist_org: created
erdgeist_org: run command in jail: /bin/sh /etc/rc
erdgeist_org: jail_set(JAIL_UPDATE) jid=1 nopersist
`),
      ),
    );
    startMail();
  });

  test("jls in all its forms", () => {
    expect(run("jls").stdout).toBe(
      here(`   JID  IP Address      Hostname                      Path
     1  ${erdgeist.address.padEnd(15)} erdgeist.org                  /usr/jails/erdgeist_org
     2  ${mail.address.padEnd(15)} mail.example.org              /usr/jails/mail
`),
    );
    expect(run("jls", "-v").stdout).toBe(
      here(`   JID  Hostname                      Path
        Name                          State
        CPUSetID
        IP Address(es)
     1  erdgeist.org                  /usr/jails/erdgeist_org
        erdgeist_org                  ACTIVE
        3
        10.0.2.201
     2  mail.example.org              /usr/jails/mail
        mail                          ACTIVE
        5
        10.0.2.202
`),
    );
    expect(run("jls", "--libxo", "json").stdout).toBe(
      here(
        '{"__version": "2", "jail-information": {"jail": [{"jid":1,"ipv4":"10.0.2.201","hostname":"erdgeist.org","path":"/usr/jails/erdgeist_org"}, {"jid":2,"ipv4":"10.0.2.202","hostname":"mail.example.org","path":"/usr/jails/mail"}]}}\n',
      ),
    );
    const pretty = run("jls", "--libxo", "json,pretty", "-v").stdout;
    expect(pretty).toContain(
      here(
        '        "ipv4_addrs": [\n          "10.0.2.201"\n        ],\n        "ipv6_addrs": [\n        ]\n      },\n      {\n        "jid": 2,\n',
      ),
    );
    expect(
      pretty.startsWith(
        '{\n  "__version": "2", \n  "jail-information": {\n    "jail": [\n      {\n        "jid": 1,\n',
      ),
    ).toBe(true);
    expect(
      run("jls", "-d", "--libxo", "json", ..."jid name dying host.hostname path ip4.addr ip6.addr cpuset.id".split(" "))
        .stdout,
    ).toBe(
      here(
        '{"__version": "2", "jail-information": {"jail": [{"jid":"1","name":"erdgeist_org","dying":"false","host.hostname":"erdgeist.org","path":"/usr/jails/erdgeist_org", "ip4.addr": ["10.0.2.201"], "ip6.addr": [],"cpuset.id":"3"}, {"jid":"2","name":"mail","dying":"false","host.hostname":"mail.example.org","path":"/usr/jails/mail", "ip4.addr": ["10.0.2.202"], "ip6.addr": [],"cpuset.id":"5"}]}}\n',
      ),
    );
    expect(run("jls", "-n").stdout.split("\n")[0]).toBe(
      here(
        'devfs_ruleset=4 nodying enforce_statfs=2 host=new ip4=disable ip6=disable jid=1 name=erdgeist_org osreldate=1402000 osrelease=14.2-BETA1 parent=0 path=/usr/jails/erdgeist_org nopersist securelevel=-1 sysvmsg=new sysvsem=new sysvshm=new vnet=inherit allow.nochflags allow.nomlock allow.nomount allow.mount.nodevfs allow.mount.nofdescfs allow.mount.nonullfs allow.mount.noprocfs allow.mount.notmpfs allow.nonfsd allow.noquotas allow.noraw_sockets allow.noread_msgbuf allow.reserved_ports allow.noset_hostname allow.nosocket_af allow.suser allow.nosysvipc allow.unprivileged_proc_debug children.cur=0 children.max=0 cpuset.id=3 host.domainname="" host.hostid=0 host.hostname=erdgeist.org host.hostuuid=00000000-0000-0000-0000-000000000000 ip4.addr=10.0.2.201 ip4.saddrsel ip6.addr= ip6.saddrsel',
      ),
    );
  });

  test("what can't be", () => {
    const no = (stderr: string) => ({ status: 1, stdout: "", stderr });
    expect(run("jail", "-f", mail.config, "-c", "mail")).toEqual(no('jail: "mail" already exists\n'));
    expect(run("jail", "-f", mail.config, "-c", "nosuch")).toEqual(no('jail: "nosuch" not found\n'));
    expect(run("jail", "-r", "nosuch")).toEqual(no('jail: "nosuch" not found\n'));
    expect(run("jail", "-f", `${host.etc}/nope.conf`, "-c", "nope")).toEqual(
      no(`jail: ${host.etc}/nope.conf: No such file or directory\n`),
    );
  });

  test("mount -p and ifconfig", () => {
    const columns = run("mount", "-p")
      .stdout.trimEnd()
      .split("\n")
      .map((line) => line.split(/[\t ]+/));
    const rows = (name: string) => [
      [`${host.jails}/basejail`, `${host.jails}/${name}/basejail`, "nullfs", "ro", "0", "0"],
      ["devfs", `${host.jails}/${name}/dev`, "devfs", "rw", "0", "0"],
      ["fdescfs", `${host.jails}/${name}/dev/fd`, "fdescfs", "rw", "0", "0"],
      ["procfs", `${host.jails}/${name}/proc`, "procfs", "rw", "0", "0"],
    ];
    expect(columns).toEqual([
      ["/dev/vtbd0p2", "/", "ufs", "rw", "1", "1"],
      ["devfs", "/dev", "devfs", "rw", "0", "0"],
      ...rows("erdgeist_org"),
      ...rows("mail"),
    ]);
    expect(run("mount", "-p").stdout.split("\n")[0]).toBe("/dev/vtbd0p2\t\t/\t\t\tufs\trw\t\t1 1");
    const shown = run("ifconfig", host.interface).stdout;
    expect(shown).toMatch(
      new RegExp(
        `^${host.interface}: flags=1008843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST,LOWER_UP> metric 0 mtu 1500\n\toptions=`,
      ),
    );
    expect(alias(erdgeist) && alias(mail)).toBe(true);
    expect(shown).toMatch(
      /\n\tmedia: Ethernet autoselect \(10Gbase-T <full-duplex>\)\n\tstatus: active\n\tnd6 options=29<PERFORMNUD,IFDISABLED,AUTO_LINKLOCAL>\n$/,
    );
  });
});

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
    expect(run("sysctl", "-n", "kern.racct.enable")).toEqual(ok("0\n"));
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

  test("F: four at once make one jail, with each mount once", async () => {
    const script = `for i in 1 2 3 4; do ${host.bin}/jail -f ${mail.config} -c mail >/dev/null 2>&1 & done; wait`;
    run("sh", "-c", script);
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
      `${NAMES} erdgeist_org    ${erdgeist.address.padEnd(15)} erdgeist.org                  ${erdgeist.path}\n`,
    );
  });
});

describe("05 and 06: odd names, depend, changing", () => {
  test.each([
    ["a.b", 'jail: a.b: jail "a" not found', 'jail: "a.b" not found'],
    ["007", "007: created", "7: removed"],
    ["ab-c", "ab-c: created", "ab-c: removed"],
    ["A", "A: created", "A: removed"],
  ])("a jail called %j", (name, created, removed) => {
    const conf = join(host.state, "n.conf");
    mkdirSync(join(host.state, "odd"), { recursive: true });
    writeFileSync(conf, `'${name}' { path=${host.state}/odd; persist; }\n`);
    const up = run("jail", "-f", conf, "-c", name);
    expect(up.stdout + up.stderr).toBe(`${created}\n`);
    const down = run("jail", "-r", name);
    expect((down.stdout + down.stderr).replace("007:", "7:")).toBe(`${removed}\n`);
  });

  test("a jail without persist ends with its last process", async () => {
    const conf = variant(/exec\.start = .*/, "exec.start = '/bin/sh -c \"sleep 0.3 &\"';");
    expect(run("jail", "-f", conf, "-c", "mail").status).toBe(0);
    await expect.poll(() => run("jls", "name").stdout.includes("mail"), { timeout: 5000 }).toBe(false);
    for (const name of ["dev/fd", "dev", "proc", "basejail"])
      expect(run("umount", `${mail.path}/${name}`)).toEqual(ok(""));
    run("ifconfig", host.interface, "inet", mail.address, "-alias");
  });

  test("-m on a running jail", () => {
    startMail();
    const conf = variant("allow.noset_hostname", "allow.set_hostname");
    expect(run("jail", "-f", conf, "-m", "mail")).toEqual({
      status: 0,
      stdout: "mail: updated\n",
      stderr: 'jail: "mail" already exists\n',
    });
    expect(run("jls", "-j", "mail", "-n", "allow.set_hostname").stdout).toBe("allow.set_hostname\n");
    const moved = variant(`path = '${mail.path}'`, `path = '${erdgeist.path}'`);
    expect(run("jail", "-f", moved, "-m", "mail")).toEqual({
      status: 1,
      stdout: "",
      stderr: "jail: mail: path cannot be changed after creation\n",
    });
    stopMail();
  });

  test("depend and jail_list", () => {
    const text = readFileSync(erdgeist.config, "utf8");
    writeFileSync(erdgeist.config, text.replace("exec.clean;", "exec.clean; depend = mail;"));
    expect(run("jail", "-r", "erdgeist_org").status).toBe(0);
    expect(run("service", "jail", "start")).toEqual(ok("Starting jails: mail erdgeist_org.\n"));
    expect(run("service", "jail", "stop").stdout).toBe("Stopping jails: mail erdgeist_org.\n");
    expect(run("sysrc", "jail_list=erdgeist_org").stdout).toBe("jail_list:  -> erdgeist_org\n");
    expect(run("service", "jail", "start")).toEqual(ok("Starting jails: erdgeist_org.\n"));
    expect(run("jls", "name").stdout).toBe("mail\nerdgeist_org\n");
    expect(run("service", "jail", "stop")).toEqual(ok("Stopping jails: erdgeist_org.\n"));
    expect(run("jls", "name").stdout).toBe("mail\n");
    stopMail();
    writeFileSync(erdgeist.config, text);
    expect(run("sysrc", "-x", "jail_list").status).toBe(0);
  });

  test("rm and pwd_mkdb", () => {
    startMail();
    expect(run("rm", "-rfx", mail.path).status).toBe(1);
    stopMail();
    const dir = join(mail.path, "etc");
    writeFileSync(
      join(dir, "new"),
      `${readFileSync(join(dir, "master.passwd"), "utf8")}admin:*:1001:1001::0:0:Admin:/home/admin:/bin/csh\n`,
    );
    expect(run("pwd_mkdb", "-p", "-d", dir, join(dir, "new"))).toEqual(ok(""));
    expect(readFileSync(join(dir, "passwd"), "utf8")).toContain("admin:*:1001:1001:Admin:/home/admin:/bin/csh\n");
    expect(run("chflags", "-R", "0", mail.path)).toEqual(ok(""));
    expect(run("rm", "-rfx", mail.path)).toEqual(ok(""));
  });
});
