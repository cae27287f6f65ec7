import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { no, ok, RecordedHost } from "../testing/recorded-host.ts";

/** The recording of a jail with a network stack of its own (06), and what can only be seen by trying. */
let recorded: RecordedHost;
beforeAll(async () => {
  recorded = await RecordedHost.start();
});
afterAll(() => recorded?.stop());

/** The recorded config, on this host's bridge so that others can reach it; `n` is the epair and the last byte. */
function config(name: string, n: number, tree: string): string {
  const path = join(recorded.host.state, `${name}.conf`);
  writeFileSync(
    path,
    recorded.here(`${name} { path = '/usr/jails/${tree}'; host.hostname = '${name}.example.org'; vnet; vnet.interface = 'e${n}b_vn';
 exec.prestart = '/sbin/ifconfig epair${n} create up', '/sbin/ifconfig epair${n}a name e${n}a_vn', '/sbin/ifconfig epair${n}b name e${n}b_vn',
  '/sbin/ifconfig bridge0 addm e${n}a_vn';
 mount.fstab = '/etc/fstab.${tree}'; mount.devfs; devfs_ruleset = 5; exec.clean;
 exec.start = '/sbin/ifconfig e${n}b_vn inet 10.0.2.${n}/24 up'; persist;
 exec.poststop = '/sbin/ifconfig e${n}a_vn destroy'; }
`),
  );
  return path;
}

const address = (n: number) => recorded.here(`10.0.2.${n}`);
const names = () => recorded.run("ifconfig", "-l").stdout.trim().split(" ");

/** One line from whoever listens on port 4711 of an address, asked in a jail or (null) on the host; "" when nobody answers. */
function ask(jail: string | null, to: string): string {
  const script = `my $s = IO::Socket::INET->new(PeerAddr => "${to}:4711", Timeout => 5) or exit 1; print scalar <$s>`;
  const argv = ["/usr/bin/perl", "-MIO::Socket::INET", "-e", script];
  return (jail === null ? recorded.run(argv[0]!, ...argv.slice(1)) : recorded.run("jexec", jail, ...argv)).stdout;
}

/** Somebody who says the jail's name on port 4711. */
async function listen(jail: string): Promise<() => void> {
  const script = `my $l = IO::Socket::INET->new(LocalPort => 4711, Listen => 5, ReuseAddr => 1) or die; print "up\\n"; $| = 1; print "\\n";
    while (my $c = $l->accept) { print $c "${jail}\\n"; close $c }`;
  const [file, ...args] = recorded.host.execArgv("jexec", [jail, "/usr/bin/perl", "-MIO::Socket::INET", "-e", script]);
  const child = spawn(file!, args, { stdio: ["ignore", "pipe", "ignore"], env: {} as NodeJS.ProcessEnv });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return () => child.kill("SIGKILL");
}

test("start and stop print what was recorded", () => {
  const { run, here } = recorded;
  expect(run("jail", "-v", "-f", config("vn", 9, "mail"), "-c", "vn")).toEqual(
    ok(
      here(`vn: run command: /sbin/mount -t nullfs -o ro /usr/jails/basejail /usr/jails/mail/basejail
vn: run command: /sbin/mount -t devfs -oruleset=5 . /usr/jails/mail/dev
vn: run command: /sbin/ifconfig epair9 create up
epair9a
vn: run command: /sbin/ifconfig epair9a name e9a_vn
e9a_vn
vn: run command: /sbin/ifconfig epair9b name e9b_vn
e9b_vn
vn: run command: /sbin/ifconfig bridge0 addm e9a_vn
vn: jail_set(JAIL_CREATE) name=vn path=/usr/jails/mail host.hostname=vn.example.org vnet=new devfs_ruleset=5 persist
vn: created
vn: run command: /sbin/ifconfig e9b_vn vnet vn
vn: run command in jail: /sbin/ifconfig e9b_vn inet 10.0.2.9/24 up
`),
    ),
  );
  expect(run("jls", "--libxo", "json", "-v").stdout).toMatch(/"ipv4_addrs": \[\], "ipv6_addrs": \[\]\}\]\}\}\n$/);
  expect(names()).toEqual([recorded.host.interface, "lo0", "bridge0", "e9a_vn"]);
  expect(run("jail", "-f", join(recorded.host.state, "vn.conf"), "-r", "vn")).toEqual(ok("vn: removed\n"));
  expect(names()).toEqual([recorded.host.interface, "lo0", "bridge0"]);
});

test("two of them, a jail with a shared address and the host reach each other", async () => {
  const { run, erdgeist } = recorded;
  expect(run("jail", "-f", config("vn", 9, "mail"), "-c", "vn").status).toBe(0);
  expect(run("jail", "-f", erdgeist.config, "-c", "erdgeist_org").status).toBe(0);
  const ends = [await listen("vn"), await listen("erdgeist_org")];
  try {
    expect(ask(null, address(9))).toBe("vn\n");
    expect(ask("erdgeist_org", address(9))).toBe("vn\n");
    expect(ask("vn", erdgeist.address)).toBe("erdgeist_org\n");
  } finally {
    for (const end of ends) end();
    run("jail", "-f", erdgeist.config, "-r", "erdgeist_org");
  }
});

test("what is refused", () => {
  const { run } = recorded;
  expect(run("ifconfig", "epair9", "create")).toEqual(no("ifconfig: SIOCIFCREATE2 (epair9): File exists\n"));
  expect(run("ifconfig", "bridge0", "addm", "nosuch").status).toBe(1);
  expect(run("ifconfig", "bridge0", "addm", "e9a_vn")).toEqual(no("ifconfig: BRDGADD e9a_vn: Device busy\n"));
  expect(run("ifconfig", "e9b_vn")).toEqual(no("ifconfig: interface e9b_vn does not exist\n"));
  expect(run("ifconfig", "e9b_vn", "vnet", "nosuch").status).toBe(1);
});

test("removed by force its cable comes back to the host, can be used again, and goes at last", async () => {
  const { run } = recorded;
  expect(run("jail", "-R", "vn").status).toBe(0);
  expect(names()).toEqual([recorded.host.interface, "lo0", "bridge0", "e9a_vn", "e9b_vn"]);
  for (const target of recorded.mounts("mail").map((line) => line.split(/\s+/)[1]!)) run("umount", target);
  const path = join(recorded.host.state, "vn.conf");
  writeFileSync(path, readFileSync(path, "utf8").replace(/exec\.prestart = [^;]*;/, ""));
  expect(run("jail", "-f", path, "-c", "vn")).toEqual(ok("vn: created\n"));
  const end = await listen("vn");
  expect(ask(null, address(9))).toBe("vn\n");
  end();
  expect(run("jail", "-f", path, "-r", "vn")).toEqual(ok("vn: removed\n"));
  expect(names()).toEqual([recorded.host.interface, "lo0", "bridge0"]);
});

test("a bridge of one's own", () => {
  const { run } = recorded;
  expect(run("ifconfig", "bridge", "create")).toEqual(ok("bridge1\n"));
  expect(run("ifconfig", "bridge1", "inet", "10.251.7.1/24", "up")).toEqual(ok(""));
  expect(run("ifconfig", "bridge1").stdout).toContain("\tinet 10.251.7.1 netmask 0xffffff00 broadcast 10.251.7.255\n");
  expect(run("ifconfig", "bridge1", "inet", "10.251.7.1", "-alias").status).toBe(0);
  expect(run("ifconfig", "bridge1", "destroy")).toEqual(ok(""));
});
