import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NAMES_HEAD, no, ok, RecordedHost } from "../testing/recorded-host.ts";

/** Commands of the recordings of FreeBSD 14.2 and what they printed, with the paths and addresses of this host put in. */
let recorded: RecordedHost;
let { alias, erdgeist, here, host, mail, run } = {} as RecordedHost;

beforeAll(async () => {
  recorded = await RecordedHost.start();
  ({ alias, erdgeist, here, host, mail, run } = recorded);
});
afterAll(async () => recorded?.stop());

const startMail = () => expect(run("jail", "-f", mail.config, "-c", "mail")).toEqual(ok("mail: created\n"));

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
    expect(run("jls", "-N")).toEqual(ok(NAMES_HEAD));
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
