import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "../testing/dev-host.ts";
import { PortsRepository } from "./testing/ports-repository.ts";

let host: TestHost;
let repository: PortsRepository;
const tree = () => join(host.host.jails, "basejail/usr/ports");
const configure = (more: object = {}) =>
  host.client.call("ports.configure", { url: repository.url, branch: "main", schedule: null, ...more });
const outputs = (events: { kind: string }[]) =>
  events.flatMap((one) => (one.kind === "output" ? [(one as unknown as { text: string }).text] : [])).join("\n");

beforeAll(async () => {
  host = await TestHost.start();
  repository = new PortsRepository(join(host.host.state, "ports.git"));
  await host.client.done("jail.create", host.spec("builder", 1));
});
afterAll(() => host?.stop());

test("only root on the host makes the list of sources longer", async () => {
  const info = await host.client.call("ports.info", {});
  expect(info).toMatchObject({
    settings: { url: "https://git.FreeBSD.org/ports.git", branch: "main", schedule: null },
    trees: [{ base: "basejail", path: tree(), revision: null, updatedAt: null }],
    log: [],
  });
  const refused = await host.client.refused("ports.configure", { url: repository.url, branch: "main", schedule: null });
  expect(refused).toMatchObject({ code: "invalid", problems: [{ field: "url" }] });
  expect(refused.message).toContain(info.sourcesFile);
  writeFileSync(info.sourcesFile, `# ours\n${repository.url}\n`);
  expect((await configure()).settings.url).toBe(repository.url);
  // Taken off the list again, it is not fetched from either.
  rmSync(info.sourcesFile);
  expect((await host.client.refused("ports.update", {})).code).toBe("invalid");
  writeFileSync(info.sourcesFile, `${repository.url}\n`);
});

test("an update fetches the tree into the base, the next one the next commit; jails see it read-only, no hook runs", async () => {
  const first = repository.commit("www/nginx/Makefile", "PORTNAME=nginx\n");
  await host.client.done("ports.update", {});
  expect(readFileSync(join(tree(), "www/nginx/Makefile"), "utf8")).toBe("PORTNAME=nginx\n");
  await host.client.done("jail.start", { name: "builder" });
  const inJail = (...command: string[]) => host.run("jexec", ["-l", "builder", ...command]);
  expect(inJail("/bin/cat", "/usr/ports/www/nginx/Makefile").stdout).toBe("PORTNAME=nginx\n");
  expect(inJail("/usr/bin/touch", "/usr/ports/x").status).not.toBe(0);
  // What somebody leaves in the tree's own directory must not run as root.
  const hook = join(tree(), ".git/hooks/post-checkout");
  mkdirSync(join(tree(), ".git/hooks"), { recursive: true });
  writeFileSync(hook, `#!/bin/sh\ntouch ${host.host.state}/hooked\n`, { mode: 0o755 });
  writeFileSync(join(tree(), ".git/index.lock"), "");
  const second = repository.commit("www/nginx/Makefile", "PORTNAME=nginx2\n");
  await host.client.done("ports.update", {});
  expect(readFileSync(join(tree(), "www/nginx/Makefile"), "utf8")).toBe("PORTNAME=nginx2\n");
  expect(existsSync(join(host.host.state, "hooked"))).toBe(false);
  const info = await host.client.call("ports.info", {});
  expect(second.startsWith(info.trees[0]!.revision!)).toBe(true);
  expect(info.trees[0]!.updatedAt).not.toBe(null);
  expect(info.log).toHaveLength(2);
  expect(info.log[1]).toMatch(new RegExp(`basejail ${first.slice(0, 12)} to ${second.slice(0, 12)} by root$`));
});

test("what can't be fetched leaves the tree as it was and a line in the log", async () => {
  await configure({ branch: "nosuch" });
  expect((await host.client.failed("ports.update", {})).code).toBe("internal");
  expect(readFileSync(join(tree(), "www/nginx/Makefile"), "utf8")).toBe("PORTNAME=nginx2\n");
  expect((await host.client.call("ports.info", {})).log.at(-1)).toContain("failed at fetch by root");
  await configure();
});

test("a schedule is kept over a start of knastd, and can be taken back", async () => {
  const schedule = { at: "03:30", day: "every" } as const;
  await configure({ schedule });
  await host.knastd.stop();
  await host.startKnastd();
  expect((await host.client.call("ports.info", {})).settings.schedule).toEqual(schedule);
  expect((await configure()).settings.schedule).toBe(null);
  for (const at of ["24:00", "3:30", "03:60", ""])
    expect(
      (await host.client.refused("ports.configure", { ...(await source()), schedule: { at, day: "every" } })).code,
    ).toBe("invalid");
});
const source = async () => ({ url: repository.url, branch: "main" });

/** Fills /var/ports of a jail with a megabyte, a dot file and a link to a file that must stay. */
function fill(root: string, outside: string): void {
  mkdirSync(join(root, "var/ports/work/deep"), { recursive: true });
  writeFileSync(join(root, "var/ports/work/deep/object"), Buffer.alloc(1024 * 1024));
  writeFileSync(join(root, "var/ports/.hidden"), "x");
  symlinkSync(outside, join(root, "var/ports/way-out"));
}

test("clean-up of a running jail is done inside it, of a stopped one on the host; what a link names stays", async () => {
  const root = join(host.host.jails, "builder");
  const precious = join(host.host.state, "precious");
  mkdirSync(precious);
  writeFileSync(join(precious, "file"), "x");
  for (const running of [true, false]) {
    if (!running) await host.client.done("jail.stop", { name: "builder" });
    fill(root, precious);
    chownSync(join(root, "var/ports"), 1001, 1002);
    chmodSync(join(root, "var/ports"), 0o2750);
    const events = await host.client.done("ports.clean", { jail: { name: "builder" } });
    expect(readdirSync(join(root, "var/ports"))).toEqual([]);
    const { mode, uid, gid } = statSync(join(root, "var/ports"));
    expect([mode & 0o7777, uid, gid]).toEqual([0o2750, 1001, 1002]);
    expect(Number(/(\d+) bytes freed/.exec(outputs(events))?.[1])).toBeGreaterThan(1_000_000);
    expect(readFileSync(join(precious, "file"), "utf8")).toBe("x");
  }
  expect(outputs(await host.client.done("ports.clean", { jail: { name: "builder" } }))).toContain("Nothing was left");
});

test("a link that the jail's root left on the way is not followed", async () => {
  const root = join(host.host.jails, "builder");
  const precious = join(host.host.state, "precious");
  rmSync(join(root, "var/ports"), { recursive: true });
  symlinkSync(precious, join(root, "var/ports"));
  expect((await host.client.failed("ports.clean", { jail: { name: "builder" } })).code).toBe("broken");
  await host.client.done("jail.start", { name: "builder" });
  await host.client.job("ports.clean", { jail: { name: "builder" } });
  expect(readFileSync(join(precious, "file"), "utf8")).toBe("x");
  await host.client.done("jail.stop", { name: "builder" });
  rmSync(join(root, "var/ports"));
});

test("clean-up of the host empties its own /var/ports and nothing else", async () => {
  const { world } = host.host;
  fill(world, join(host.host.state, "precious"));
  await host.client.done("ports.clean", { jail: null });
  expect(readdirSync(join(world, "var/ports"))).toEqual([]);
  expect(existsSync(join(host.host.state, "precious/file"))).toBe(true);
});
