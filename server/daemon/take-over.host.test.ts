import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import type { TakeOverWish } from "../contract/take-over.ts";
import { TestHost } from "./testing/dev-host.ts";

// Jails of other tools, running, become ours without a restart; killed anywhere on the way the old files are back, and the same
// call succeeds then.

let host: TestHost;
let etc: string;
let foreign: string;
let number = 20;

beforeAll(async () => {
  host = await TestHost.start();
  ({ etc, foreign } = host.host);
  await host.client.done("jail.create", host.spec("model", 0));
});
afterAll(() => host?.stop());

const put = (path: string, text: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode: 0o644 });
};
const add = (path: string, text: string) => put(path, (existsSync(path) ? readFileSync(path, "utf8") : "") + text);
const tree = (name: string, path = join(host.host.jails, name)) => {
  mkdirSync(dirname(path), { recursive: true });
  expect(host.run("/bin/cp", ["-a", join(host.host.jails, "model"), path]).status).toBe(0);
  return path;
};
const baseLine = (path: string) => `${host.host.jails}/basejail ${path}/basejail nullfs ro 0 0\n`;

/** rc.d/jail of the host starts what its variables say: here its translation by hand. */
const startAs = (name: string, path: string, address: string, fstab: string) => {
  const file = join(host.host.state, `run-${name}.conf`);
  put(
    file,
    `${name} { path = "${path}"; host.hostname = "${name}.example.net"; interface = ${host.host.interface}; ip4.addr = ${address};
     mount.fstab = "${fstab}"; mount.devfs; exec.clean; exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail"; }\n`,
  );
  const { status, stderr } = host.run("jail", ["-f", file, "-c", name]);
  expect([status, stderr]).toEqual([0, ""]);
};

const rcBlock = (name: string, path: string, address: string, prefix = "") =>
  `${prefix}jail_${name}_rootdir="${path}"
${prefix}jail_${name}_hostname="${name}.example.net"
${prefix}jail_${name}_ip="${address}"
${prefix}jail_${name}_interface="${host.host.interface}"
${prefix}jail_${name}_devfs_enable="YES"
${prefix}jail_${name}_mount_enable="NO"
`;

/** Lays a running jail of a scheme down. @returns what names it */
const LAY: Record<string, (name: string) => { address: string }> = {
  "rc.conf": (name) => {
    const address = host.address(number++);
    const path = tree(name);
    put(`${etc}/fstab.${name}`, baseLine(path));
    add(`${etc}/rc.conf`, `# the jail ${name}\n${rcBlock(name, path, address)}`);
    startAs(name, path, address, `${etc}/fstab.${name}`);
    return { address };
  },
  "etc-jails": (name) => {
    const address = host.address(number++);
    const path = tree(name);
    put(`${etc}/fstab.${name}`, baseLine(path));
    put(`${etc}/jails/${name}`, rcBlock(name, path, address));
    startAs(name, path, address, `${etc}/fstab.${name}`);
    return { address };
  },
  ezjail: (name) => {
    const address = host.address(number++);
    const path = tree(name);
    put(`${etc}/fstab.${name}`, baseLine(path));
    put(
      `${foreign}/usr/local/etc/ezjail/${name}`,
      `# PROVIDE: standard_ezjail\n# REQUIRE:\n\n${rcBlock(name, path, address, "export ")}export jail_${name}_image=""\n`,
    );
    startAs(name, path, address, `${etc}/fstab.${name}`);
    return { address };
  },
  "jail.conf": (name) => {
    const address = host.address(number++);
    const path = tree(name, join(host.host.state, "elsewhere", name));
    const fstab = join(host.host.state, "elsewhere", `fstab.${name}`);
    put(fstab, baseLine(path));
    add(
      `${etc}/jail.conf`,
      `# before ${name}\n${name} {\n  # its directory\n  path = "${path}"; host.hostname = $name.example.net;\n  interface = ${host.host.interface}; ip4.addr = ${address};
  mount.fstab = "${fstab}"; mount.devfs; exec.clean;\n  exec.start = "/bin/sh /etc/rc"; exec.stop = "/bin/sh /etc/rc.shutdown jail";\n}\n# after ${name}\n`,
    );
    expect(host.run("jail", ["-f", `${etc}/jail.conf`, "-c", name]).status).toBe(0);
    return { address };
  },
  bastille: (name) => {
    const address = host.address(number++);
    const directory = `${foreign}/usr/local/bastille/jails/${name}`;
    const path = tree(name, `${directory}/root`);
    put(`${directory}/fstab`, baseLine(path));
    put(`${directory}/settings.conf`, 'boot="on"\npriority="99"\n');
    put(
      `${directory}/jail.conf`,
      `${name} {\n  path = ${path};\n  host.hostname = ${name};\n  interface = ${host.host.interface};\n  ip4.addr = ${address};\n  mount.fstab = ${directory}/fstab;
  mount.devfs;\n  devfs_ruleset = 4;\n  enforce_statfs = 2;\n  exec.clean;\n  exec.start = '/bin/sh /etc/rc';\n  exec.stop = '/bin/sh /etc/rc.shutdown jail';\n}\n`,
    );
    expect(host.run("jail", ["-f", `${directory}/jail.conf`, "-c", name]).status).toBe(0);
    return { address };
  },
};

type Scheme = z.input<typeof TakeOverWish>["scheme"];
const planOf = (scheme: Scheme, name: string) => host.client.call("take-over.plan", { scheme, name });
const jidOf = (name: string) => host.jls().find((one) => one.name === name)?.jid;
const row = async (name: string) => (await host.client.call("jail.list", {})).jails.find((one) => one.name === name);

/** Every file of ETC and of the foreign root, but the backups. */
const files = () => {
  const found: Record<string, string> = {};
  const walk = (directory: string) => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.name === "knast-backup" || entry.name === "root") continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found[path] = readFileSync(path, "utf8");
    }
  };
  for (const one of [etc, foreign]) walk(one);
  return found;
};

test.each(Object.keys(LAY))("%s: taken over while it runs, then managed from here", async (scheme) => {
  const name = `over_${scheme.replace(/\W/g, "_")}`;
  const { address } = LAY[scheme]!(name);
  const jid = jidOf(name);
  expect(jid).toBeGreaterThan(0);
  const found = (await host.client.call("take-over.find", {})).candidates.find((one) => one.name === name);
  expect(found).toMatchObject({ scheme, target: name, jid, addresses: [address], refused: null });
  const plan = await planOf(scheme as Scheme, name);
  expect(plan).toMatchObject({ target: name, jid, problems: [], untranslated: [] });
  await host.client.done("take-over.run", { scheme: scheme as Scheme, name, digest: plan.digest });
  expect(jidOf(name)).toBe(jid);
  for (const one of plan.changes) {
    const now = existsSync(one.path) ? readFileSync(one.path, "utf8") : null;
    expect([one.path, now?.replace(/\$knast_id = '[0-9a-f]{32}'/, `$knast_id = '${"0".repeat(32)}'`) ?? null]).toEqual([
      one.path,
      one.after,
    ]);
  }
  expect((await host.client.call("take-over.find", {})).candidates.filter((one) => one.name === name)).toEqual([]);
  const now = await row(name);
  expect(now).toMatchObject({ state: "running", jid, addresses: [address] });
  expect(now!.id).toMatch(/^[0-9a-f]{32}$/);
  await host.client.done("jail.restart", { name, id: now!.id! });
  await host.client.done("jail.stop", { name });
  expect(host.addresses()).not.toContain(address);
  await host.client.done("jail.start", { name });
  await host.client.done("jail.stop", { name });
});

test("what was shown is what is done: a file that changed in between refuses", async () => {
  LAY["rc.conf"]!("changed");
  const { digest } = await planOf("rc.conf", "changed");
  add(`${etc}/rc.conf`, 'jail_changed_fib="1"\n');
  expect(await host.client.refused("take-over.run", { scheme: "rc.conf", name: "changed", digest })).toMatchObject({
    code: "changed",
  });
});

test("what a jail's root or a user could have laid down as iocage's is none, as its hooks would run as the host's root", async () => {
  const evil = (root: string) => {
    put(
      join(root, "jails/evil/config.json"),
      JSON.stringify({ host_hostname: "evil", exec_prestart: "/bin/sh -c id" }),
    );
    mkdirSync(join(root, "jails/evil/root"), { recursive: true });
  };
  const found = async () =>
    (await host.client.call("take-over.find", {})).candidates.filter((one) => one.scheme === "iocage").length;
  const pool = join(foreign, "tank");
  evil(join(pool, "iocage"));
  expect(await found()).toBe(1);
  put(`${etc}/knast/mounts`, `rw ${pool}\n`);
  expect(await found()).toBe(0);
  put(`${etc}/knast/mounts`, `ro ${pool}\n`);
  expect(await found()).toBe(1);
  put(`${etc}/jail.conf.d/tank.conf`, `tank { path = ${pool}; persist; }\n`);
  expect(await found()).toBe(0);
  rmSync(`${etc}/jail.conf.d/tank.conf`);
  chmodSync(pool, 0o777);
  expect(await found()).toBe(0);
  chmodSync(pool, 0o755);
  renameSync(join(pool, "iocage"), join(foreign, "elsewhere"));
  symlinkSync(join(foreign, "elsewhere"), join(pool, "iocage"));
  expect(await found()).toBe(0);
  for (const one of [pool, join(foreign, "elsewhere"), `${etc}/knast`]) rmSync(one, { recursive: true });
});

test("names and addresses of jails elsewhere count as taken", async () => {
  const { problems } = await host.client.refused("jail.create", host.spec("changed", number - 1));
  expect(problems.map((one) => one.code).sort()).toEqual(["address_taken", "exists"]);
});

const STEPS = ["backup", "config", "old", "check", "autostart", "verify"];
const LATE = ["autostart", "verify"];

test("the steps listed here are all that there are", async () => {
  const { digest } = await planOf("rc.conf", "changed");
  const { job } = await host.client.call("take-over.run", { scheme: "rc.conf", name: "changed", digest });
  await host.client.follow(job);
  expect((await host.client.call("job.get", { job })).steps).toHaveLength(STEPS.length);
});

/** In every run a step is killed in two of the schemes, at one moment in each, in turn; KNAST_KILL=all: in all, at both. */
const momentsOf = (scheme: number, step: number) => {
  if (process.env.KNAST_KILL === "all") return ["before", "after"];
  return (scheme + step) % 3 === 2 ? [] : [(scheme + step) % 2 === 0 ? "after" : "before"];
};

test.each(
  ["rc.conf", "jail.conf", "ezjail"].flatMap((scheme, i) =>
    STEPS.flatMap((step, n) => momentsOf(i, n).map((when) => [scheme, step, when] as const)),
  ),
)("%s killed in take-over, %s:%s", async (scheme, step, when) => {
  const name = `kill_${scheme.replace(/\W/g, "_")}`;
  if (!(await host.client.call("take-over.find", {})).candidates.some((one) => one.name === name)) {
    if (await row(name)) await forget(name);
    LAY[scheme]!(name);
  }
  const before = files();
  const jid = jidOf(name);
  const plan = await planOf(scheme as Scheme, name);
  await host.killedAt(`take-over.run:${step}:${when}`, () =>
    host.client.raw("take-over.run", { scheme: scheme as Scheme, name, digest: plan.digest }),
  );
  expect(jidOf(name)).toBe(jid);
  expect(readdirSync(join(host.daemonState, "journal"))).toEqual([]);
  if (LATE.includes(step)) {
    expect((await row(name))?.id).toMatch(/^[0-9a-f]{32}$/);
    return;
  }
  expect(files()).toEqual(before);
  if (when === "before") return;
  const again = await planOf(scheme as Scheme, name);
  await host.client.done("take-over.run", { scheme: scheme as Scheme, name, digest: again.digest });
  expect(jidOf(name)).toBe(jid);
});

/** Away with it by hand, so that it can be laid down anew. */
async function forget(name: string): Promise<void> {
  await host.client.done("jail.stop", { name });
  const { path } = (await row(name))!;
  for (const one of [`${etc}/jail.conf.d/${name}.conf`, `${etc}/fstab.${name}`]) host.run("/bin/rm", ["-f", one]);
  host.run("/bin/rm", ["-rf", path]);
}
