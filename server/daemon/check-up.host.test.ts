import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { CheckUp, type Finding } from "../contract/check-up.ts";
import { startDevHost } from "../devjail/fixture.ts";
import { TestHost } from "./testing/dev-host.ts";

// A real host is made wrong in one point after the other; the check-up finds it, and the line that it shows mends it.

let host: TestHost;
let overlay: string;
let server: Server;

beforeAll(async () => {
  host = new TestHost(await startDevHost());
  overlay = join(host.host.state, "overlay");
  mkdirSync(overlay);
  await host.startKnastd(["--programs", `${overlay}:${host.host.bin}`]);
  await host.client.done("base.install", { source: { kind: "host" } });
  await host.client.call("host.configure", { pools: [{ interface: host.host.interface, block: host.host.pool }] });
  await host.client.done("jail.create", host.spec("one", 0, { autostart: true }));
  await host.client.done("jail.start", { name: "one" });
});
afterAll(async () => {
  server?.close();
  await host?.stop();
});
afterEach(() => {
  rmSync(overlay, { recursive: true });
  mkdirSync(overlay);
});

const checkUp = () => host.client.call("host.check-up", {});
const find = async (id: string): Promise<Finding | undefined> =>
  (await checkUp()).findings.find((one) => one.id === id && one.level !== "ok");
/** As an admin would paste them; what it shows is for root's shell. */
const paste = (commands: string[]) => {
  for (const command of commands) {
    const done = host.run("/bin/sh", ["-c", `PATH=${host.host.bin}:/usr/bin:/bin; ${command}`]);
    expect([command, done.status, done.stderr]).toEqual([command, 0, ""]);
  }
};
/** The view may tell what it saw up to a second ago. */
async function settled(id: string, there: boolean): Promise<Finding | undefined> {
  for (const end = Date.now() + 10_000; ;) {
    const found = await find(id);
    if ((found !== undefined) === there || Date.now() > end) {
      expect([id, found !== undefined]).toEqual([id, there]);
      return found;
    }
  }
}

test("a sound host: nothing but what its machine has, within its time", async () => {
  const { findings, milliseconds } = CheckUp.parse(await checkUp());
  const wrong = findings.filter((one) => one.level !== "ok" && !/^(listener\.|racct|space)/.test(one.id));
  expect(wrong).toEqual([]);
  expect(milliseconds).toBeLessThan(60_000);
  expect(findings.filter((one) => one.level === "ok").map((one) => one.id)).toEqual(
    expect.arrayContaining(["boot", "devfs", "root", "mounts", "aliases", "fstab", "parameters", "shared", "bridge"]),
  );
});

test.each([
  [
    "alias",
    () => host.run("ifconfig", [host.host.interface, "inet", `${host.address(77)}/32`, "alias"]),
    () => `alias.${host.host.interface}.${host.address(77)}`,
  ],
  ["jail root open", () => chmodSync(host.host.jails, 0o755), () => "root.mode"],
  ["include gone", () => writeFileSync(join(host.host.etc, "jail.conf"), "# edited\n"), () => "boot.include"],
  ["jail_enable off", () => host.run("sysrc", ["jail_enable=NO"]), () => "boot.jail_enable"],
  ["jail_list names nobody", () => host.run("sysrc", ["jail_list=one gone"]), () => "boot.jail_list"],
  [
    "config writable",
    () => chmodSync(join(host.host.etc, "jail.conf.d/one.conf"), 0o666),
    () => `root.config.${host.host.etc}/jail.conf.d/one.conf`,
  ],
  [
    "cable",
    () => (host.run("ifconfig", ["epair1500", "create"]), host.run("ifconfig", ["epair1500a", "name", "kn1500a"])),
    () => "epair.kn1500a",
  ],
])("%s: found, and mended by the lines that it shows", async (_, spoil, id) => {
  spoil();
  const found = await settled(id(), true);
  paste(found!.commands.map((command) => command.replace(/^chown root:wheel /, "chown 0:0 ")));
  await settled(id(), false);
});

test("a mount that was left below a jail's directory", async () => {
  await host.client.done("jail.create", host.spec("two", 1));
  const target = join(host.host.jails, "two/basejail");
  expect(host.run("mount", ["-t", "nullfs", "-o", "ro", join(host.host.jails, "basejail"), target]).status).toBe(0);
  const found = await settled(`mounts.${host.host.jails}/two`, true);
  expect(found!.commands).toEqual([`umount ${target}`]);
  paste(found!.commands);
  await settled(`mounts.${host.host.jails}/two`, false);
  writeFileSync(join(host.host.etc, "fstab.ghost"), "");
  expect((await settled(`fstab.${host.host.etc}/fstab.ghost`, true))!.level).toBe("note");
  rmSync(join(host.host.etc, "fstab.ghost"));
});

test("a program of the host on *, but not one of a jail", async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  const { port } = server.address() as { port: number };
  const script = `my $l = IO::Socket::INET->new(LocalPort => 4712, Listen => 1) or die; print "up\\n"; sleep 60`;
  const [file, ...args] = host.host.execArgv("jexec", [
    "one",
    "/usr/bin/perl",
    "-MIO::Socket::INET",
    "-e",
    `$|=1; ${script}`,
  ]);
  const child = spawn(file!, args, { stdio: ["ignore", "pipe", "ignore"], env: {} as NodeJS.ProcessEnv });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const { findings } = await checkUp();
  child.kill("SIGKILL");
  const ids = findings.map((one) => one.id).filter((id) => id.startsWith("listener."));
  expect(ids.filter((id) => id.endsWith(`.any.${port}`))).toHaveLength(1);
  expect(ids.filter((id) => id.endsWith(".4712"))).toEqual([]);
});

const TOOLS = ["sockstat", "ps", "ifconfig", "jls", "jail", "mount", "sysctl", "devfs", "freebsd-version"];
const FAULTS = {
  "is missing": "exit 127",
  hangs: "exec sleep 30",
  "prints garbage": "printf '\\000\\377{not json\\033[31m'; exit 0",
};
for (const [fault, script] of Object.entries(FAULTS))
  test(`each tool in turn ${fault}: the rest is there, within its deadline`, async () => {
    for (const tool of TOOLS) {
      writeFileSync(join(overlay, tool), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
      chmodSync(join(overlay, tool), 0o755);
      const began = Date.now();
      const { findings } = CheckUp.parse(await checkUp());
      // Two seconds are the aim; a loaded machine must not fail what is right.
      expect([tool, Date.now() - began < 15_000]).toEqual([tool, true]);
      expect(findings.length).toBeGreaterThan(8);
      expect(JSON.stringify(findings)).not.toMatch(/not json|\\u001b/);
      rmSync(join(overlay, tool));
    }
  });

test("all of them hang at once: every part says so", async () => {
  for (const tool of TOOLS) {
    writeFileSync(join(overlay, tool), `#!/bin/sh\nPATH=/usr/bin:/bin\nexec sleep 30\n`);
    chmodSync(join(overlay, tool), 0o755);
  }
  writeFileSync(join(host.host.etc, "jail.conf.d/touched.conf"), "# \n");
  const { findings } = await checkUp();
  rmSync(join(host.host.etc, "jail.conf.d/touched.conf"));
  expect(findings.filter((one) => one.id.startsWith("unchecked.")).map((one) => one.id)).toEqual(
    expect.arrayContaining(["unchecked.listeners", "unchecked.devfs", "unchecked.releases", "unchecked.racct"]),
  );
});
