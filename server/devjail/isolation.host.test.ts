import { execFileSync, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import {
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDevHost, type DevHost } from "./fixture.ts";
import { installBase, makeJail, type Made } from "./testing/jails.ts";

let host: DevHost;
let jail: Made;
let other: Made;
let canary: string;

beforeAll(async () => {
  host = await startDevHost();
  installBase(host);
  jail = makeJail(host, "hostile_org", 10);
  other = makeJail(host, "victim_org", 11);
  canary = join(host.state, "canary");
  writeFileSync(canary, "the host's");
  execFileSync("cc", [
    "-static",
    "-o",
    join(jail.path, "root/hostile"),
    fileURLToPath(new URL("./testing/hostile.c", import.meta.url)),
  ]);
  for (const one of [jail, other])
    expect(host.run("jail", ["-f", one.config, "-c", one.name])).toMatchObject({ status: 0 });
});
afterAll(async () => host?.stop());

const inside = (...command: string[]) => host.run("jexec", ["-l", jail.name, ...command]);
const sh = (script: string) => inside("/bin/sh", "-c", script);

describe("root in a jail", () => {
  let answers: Map<string, string>;
  beforeAll(() => {
    const victim = host.run("pgrep", ["-j", other.name, "syslogd"]).stdout.trim();
    expect(victim).toMatch(/^\d+$/);
    const done = inside("/root/hostile", "kill", victim, "kill", String(process.pid), "see", canary, "see", "/jails");
    expect(done.status).toBe(0);
    answers = new Map(
      done.stdout
        .trim()
        .split("\n")
        .map((line) => [line.split(" ")[0]!, line.slice(line.indexOf(" ") + 1)]),
    );
  });

  test.each(
    [
      "mount-tmpfs remount-base remount-bin umount-base mount-proc open_tree fsopen unshare-user unshare-mount clone-user clone-pid setns",
      "mknod-disk mknod-mem name_to_handle open_by_handle bpf perf userfaultfd keyctl kexec module reboot settime hostname ptrace-init",
      "socket-raw tiocsti",
    ]
      .join(" ")
      .split(" "),
  )("%s: Operation not permitted", (what) => {
    expect(answers.get(what)).toBe("Operation not permitted");
  });

  test.each([
    ["core_pattern", "Read-only file system"],
    ["overcommit", "Read-only file system"],
    ["write-base", "Read-only file system"],
    ["write-base-through-init", "Permission denied"],
    ["chmod-loader", "Read-only file system"],
    ["sysrq", "No such file or directory"],
    ["kcore", "No such file or directory"],
    ["irq", "No such file or directory"],
    ["init-root", "Permission denied"],
    ["init-exe", "Permission denied"],
    ["init-mem", "Permission denied"],
    ["socket-ping", "Permission denied"],
    ["socket-packet", "Address family not supported by protocol"],
    ["socket-alg", "Address family not supported by protocol"],
    ["socket-vsock", "Address family not supported by protocol"],
    ["socket-audit", "Protocol not supported"],
    ["clone3", "Function not implemented"],
    ["io_uring", "Function not implemented"],
    ["kill", "No such process"],
    ["see", "No such file or directory"],
  ])("%s: %s", (what, words) => {
    expect(answers.get(what)).toBe(words);
  });

  test("what is left of /proc is readable and empty where it is covered", () => {
    expect(sh("cat /proc/keys /proc/kpagecount /proc/kallsyms 2>/dev/null | wc -c").stdout.trim()).toBe("0");
    expect(sh("test -r /proc/uptime && test -r /proc/meminfo && ps ax | wc -l").status).toBe(0);
  });

  test("has the capabilities that FreeBSD's jail has no objection to, and can't get more", () => {
    const caps = sh("grep Cap /proc/self/status").stdout;
    for (const set of ["CapPrm", "CapEff", "CapBnd"]) expect(caps).toMatch(new RegExp(`${set}:\\s*00000000000404fb`));
    expect(caps).toMatch(/CapInh:\s*0{16}[\s\S]*CapAmb:\s*0{16}/);
    expect(sh("grep NoNewPrivs /proc/self/status").stdout).toMatch(/NoNewPrivs:\s*0/);
  });

  test("su works, and the other account is not root", () => {
    expect(sh("su -m www -c 'id -u; touch /root/x'")).toMatchObject({
      stdout: "80\n",
      stderr: expect.stringContaining("Permission denied") as string,
    });
  });

  test("sees its own processes alone, and process 1 tells nothing of the host", () => {
    const list = sh("ps axww -o pid,args").stdout;
    expect(list).toMatch(/^\s*1 init$/m);
    expect(list).not.toContain(host.state);
    expect(list.match(/syslogd/g)).toHaveLength(1);
  });

  test("has the nodes of ruleset 4 in /dev, and can't add one", () => {
    const names = sh("ls /dev").stdout.trim().split("\n");
    expect(names).toEqual([
      "fd",
      "null",
      "ptmx",
      "pts",
      "random",
      "stderr",
      "stdin",
      "stdout",
      "tty",
      "urandom",
      "zero",
    ]);
    expect(sh("echo > /dev/x").stderr).toContain("Read-only file system");
    expect(sh("echo x > /dev/null && head -c 4 /dev/zero | wc -c && head -c 8 /dev/random | wc -c").stdout).toBe(
      "4\n8\n",
    );
  });

  test("can't change the machine's own /dev/null, which is its stdin", () => {
    const mode = statSync("/dev/null").mode;
    const [file, ...args] = host.execArgv("jexec", [
      jail.name,
      "/bin/sh",
      "-c",
      "chmod 600 /proc/self/fd/0; chmod 600 /dev/fd/1",
    ]);
    const done = spawnSync(file!, args, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
    expect(done.stderr.match(/Read-only file system/g)).toHaveLength(2);
    expect(statSync("/dev/null").mode).toBe(mode);
  });

  test("terminals of others do not show; its own ptys do", () => {
    expect(sh("ls /dev/pts").stdout.trim()).toBe("ptmx");
    expect(sh("script -qc 'tty' /dev/null </dev/null").stdout.trim()).toMatch(/^\/dev\/pts\/\d+$/);
  });

  test("can't write what is bound of the machine, by no name", () => {
    for (const path of ["/bin/x", "/usr/bin/x", "/lib/x", "/usr/share/x", "/basejail/x", "/sbin/x", "/usr/sbin/x"])
      expect(sh(`touch ${path}`).stderr).toContain("Read-only file system");
    expect(sh("touch /usr/local/bin/x /etc/x /var/x /root/x").status).toBe(0);
  });

  test("a link at a mount point is refused at the next start, and nothing lands where it leads", () => {
    const third = makeJail(host, "third_org", 12);
    rmSync(join(third.path, "dev"), { recursive: true });
    symlinkSync(tmpdir(), join(third.path, "dev"));
    const done = host.run("jail", ["-f", third.config, "-c", third.name]);
    expect(done).toMatchObject({
      status: 1,
      stderr: `jail: third_org: mount.devfs: ${third.path}/dev is a symbolic link\n`,
    });
    expect(host.run("mount", ["-p"]).stdout).not.toContain("third_org");
  });

  test("a shell that is really the host's own program can't be used to change it", () => {
    // The jailed root makes /bin/csh a link to /proc/self/exe: jexec would then execute itself in there.
    sh("rm /bin && mkdir /bin && ln -s /proc/self/exe /bin/csh && cp /basejail/bin/sh /basejail/bin/sleep /bin/");
    const before = readFileSync(join(host.bin, "jexec"));
    const again = host.run("jexec", ["-l", jail.name, "/bin/csh", "-c", "sleep 1"]);
    expect(again.status).not.toBe(0);
    const write = sh("exec 3<>/proc/self/exe; echo $?");
    expect(write.stderr + write.stdout).not.toBe("0\n");
    expect(readFileSync(join(host.bin, "jexec")).equals(before)).toBe(true);
    sh("/basejail/bin/rm -r /bin; /basejail/bin/ln -s /basejail/bin /bin");
    expect(sh("true").status).toBe(0);
  });
});

describe("addresses", () => {
  const reach = (address: string, port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host: address, port, timeout: 2000 });
      socket.once("connect", () => resolve(!!socket.destroy()));
      socket.once("error", () => resolve(false));
      socket.once("timeout", () => resolve(!socket.destroy()));
    });

  test("the jail has its address and loopback only, and a service in it answers the host, not on the host", async () => {
    expect(sh("cat /proc/net/fib_trie").stdout).toContain(jail.address);
    expect(
      sh("cat /proc/net/dev")
        .stdout.match(/^\s*\S+:/gm)
        ?.map((name) => name.trim()),
    ).toEqual(["lo:", "dev0:"]);
    sh("python3 -m http.server 8421 --bind 0.0.0.0 >/dev/null 2>&1 & sleep 0.01");
    let answered = false;
    for (const deadline = Date.now() + 10_000; !answered && Date.now() < deadline;)
      answered = await reach(jail.address, 8421);
    expect(answered).toBe(true);
    expect(await reach("127.0.0.1", 8421)).toBe(false);
    expect(await reach(other.address, 8421)).toBe(false);
    expect(host.run("sockstat", ["-4l", "-j", jail.name]).stdout).toMatch(/python3\S*\s+\d+\s+\d+\s+tcp4\s+\*:8421/);
  });

  test("jails reach each other's addresses", () => {
    const done = host.run("jexec", [
      other.name,
      "/bin/sh",
      "-c",
      `PATH=/bin timeout 5 bash -c '</dev/tcp/${jail.address}/8421'`,
    ]);
    expect(done).toMatchObject({ status: 0 });
  });

  test("a jail can't take another address, and the host's own services are not on its loopback", async () => {
    const server = createServer((_, response) => response.end("host"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    expect(sh(`timeout 2 bash -c '</dev/tcp/127.0.0.1/${port}'`).status).not.toBe(0);
    await new Promise((resolve) => server.close(resolve));
    expect(
      sh(`ip addr add ${other.address}/32 dev dev0 2>&1 || /sbin/ip addr add ${other.address}/32 dev dev0`).status,
    ).not.toBe(0);
  });

  test("the cable is gone when the jail is", () => {
    const { bridge } = JSON.parse(readFileSync(join(host.state, "run/host.json"), "utf8")) as { bridge: string };
    const cables = () => readdirSync("/sys/class/net").filter((name) => name.startsWith(`${bridge}_`));
    expect(cables()).toHaveLength(2);
    expect(host.run("jail", ["-f", other.config, "-r", other.name]).status).toBe(0);
    expect(cables()).toHaveLength(1);
  });
});

describe("the machine", () => {
  test("sees none of the mounts, and stop() leaves nothing", async () => {
    expect(readFileSync("/proc/self/mountinfo", "utf8")).not.toContain(host.state);
    const keeper = Number(readFileSync(join(host.state, "run/keeper"), "utf8").split(" ")[0]);
    expect(readlinkSync(`/proc/${keeper}/ns/mnt`)).not.toBe(readlinkSync("/proc/self/ns/mnt"));
    const second = await startDevHost();
    expect(second.pool).not.toBe(host.pool);
    await second.stop();
    expect(existsSync(second.state)).toBe(false);
  });

  test("down spares a host that got the number of this one's namespace", async () => {
    const dead = await startDevHost();
    const noted = readFileSync(join(dead.state, "run/keeper"), "utf8");
    const others = readFileSync(join(host.state, "run/keeper"), "utf8").trim().split(" ")[2]!;
    writeFileSync(join(dead.state, "run/keeper"), noted.trim().split(" ").with(2, others).join(" "));
    const down = () =>
      execFileSync(process.execPath, [
        fileURLToPath(new URL("../../dist/devjail.js", import.meta.url)),
        "down",
        "--state",
        dead.state,
      ]);
    down();
    expect(host.run("jls", []).status).toBe(0);
    expect(existsSync(join(dead.state, "run/keeper"))).toBe(false);
    writeFileSync(join(dead.state, "run/keeper"), noted);
    await dead.stop();
  });

  test("down works after everything was killed", async () => {
    const third = await startDevHost();
    installBase(third);
    const made = makeJail(third, "left_org", 20);
    expect(third.run("jail", ["-f", made.config, "-c", made.name]).status).toBe(0);
    const keeper = Number(readFileSync(join(third.state, "run/keeper"), "utf8").split(" ")[0]);
    const bridge = (JSON.parse(readFileSync(join(third.state, "run/host.json"), "utf8")) as { bridge: string }).bridge;
    process.kill(keeper, "SIGKILL");
    await third.stop();
    expect(readdirSync("/sys/class/net").filter((name) => name.startsWith(bridge))).toEqual([]);
    expect(
      execFileSync("ps", ["axww", "-o", "stat,args"], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.includes(third.state) && !line.startsWith("Z")),
    ).toEqual([]);
  });
});
