import { execFileSync } from "node:child_process";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flavour } from "../contract/flavour.ts";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

const NAME = "tasty";
let host: TestHost;
let directory: string;
const inside = (path: string) => join(host.host.jails, NAME, path);
const flavour = (more: Partial<Flavour> = {}): Flavour => ({
  name: "own",
  title: "My own",
  description: "",
  settings: { switches: { sysvipc: true } },
  files: [
    { path: "/etc/rc.conf", mode: 0o644, text: 'cron_enable="NO"' },
    { path: "/usr/local/etc/thing/thing.conf", mode: 0o640, text: "a = 1\n" },
    { path: "/home/admin/.cshrc", mode: 0o644, text: "# mine\n" },
  ],
  firstBoot: "echo once >> /root/boots\necho said\n",
  ...more,
});

beforeAll(async () => {
  host = await TestHost.start();
  directory = join(host.host.jails, "flavours");
});
afterAll(() => host?.stop());

test("three are built in, and can neither be changed nor removed", async () => {
  const { flavours } = await host.client.call("flavour.list", {});
  expect(flavours.map((one) => [one.name, one.builtIn, one.problem])).toEqual([
    ["postgresql", true, null],
    ["ssh", true, null],
    ["web", true, null],
  ]);
  expect(flavours[0]!.settings.switches).toEqual({ sysvipc: true });
  expect(await host.client.refused("flavour.save", { flavour: flavour({ name: "ssh" }) })).toMatchObject({
    code: "exists",
  });
  expect(await host.client.refused("flavour.remove", { name: "ssh" })).toMatchObject({ code: "forbidden" });
});

test("one that is saved is shown as it was said, and replaced as a whole", async () => {
  await host.client.done("flavour.save", { flavour: flavour({ files: [], title: "First" }) });
  await host.client.done("flavour.save", { flavour: flavour() });
  const shown = await host.client.call("flavour.show", { name: "own" });
  expect(shown).toEqual({
    builtIn: false,
    flavour: flavour({ files: flavour().files.toSorted((a, b) => (a.path < b.path ? -1 : 1)) }),
  });
  expect(lstatSync(directory).mode & 0o777).toBe(0o700);
  expect(lstatSync(join(directory, "own/tree/usr/local/etc/thing/thing.conf")).mode & 0o777).toBe(0o640);
  expect(host.scratch()).toEqual([]);
});

test("what lies in the base, in each other's way or nowhere is refused at its file", async () => {
  const bad = [
    "/bin/ls",
    "/basejail/x",
    "/usr/bin/x",
    "/dev/x",
    "/etc/../x",
    "/etc/master.passwd",
    "etc/x",
    "/a//b",
    "/",
  ];
  for (const path of bad) {
    const file = { path, mode: 0o644, text: "" };
    const failure = await host.client.refused("flavour.save", { flavour: flavour({ files: [file] }) });
    expect(failure.problems, path).toContainEqual(expect.objectContaining({ field: "flavour.files.0.path" }));
  }
  const twice = ["/etc/a", "/etc/a/b"].map((path) => ({ path, mode: 0o644, text: "" }));
  expect((await host.client.refused("flavour.save", { flavour: flavour({ files: twice }) })).problems).toContainEqual(
    expect.objectContaining({ field: "flavour.files.0.path" }),
  );
  const setuid = [{ path: "/root/x", mode: 0o4755, text: "" }];
  expect((await host.client.refused("flavour.save", { flavour: flavour({ files: setuid }) })).code).toBe("invalid");
  const much = Array.from({ length: 4 }, (_, i) => ({ path: `/root/${i}`, mode: 0o644, text: "\n".repeat(60_000) }));
  await host.client.done("flavour.save", { flavour: flavour({ name: "much", files: much }) });
  await host.client.call("flavour.remove", { name: "much" });
  const large = Array.from({ length: 5 }, (_, i) => ({ path: `/root/${i}`, mode: 0o644, text: "x".repeat(60_000) }));
  const tooMuch = await host.client.refused("flavour.save", { flavour: flavour({ files: large }) });
  expect(tooMuch.problems).toEqual([expect.objectContaining({ field: "flavour.files", code: "too_large" })]);
});

test("a jail gets its files as root's, its rc.conf lines, and runs its script at the first start only", async () => {
  const spec = host.spec(NAME, 0, { flavour: "own", switches: { sysvipc: true } });
  const plan = await host.client.call("jail.plan", spec);
  expect(plan.files.map((file) => file.path.slice(host.host.jails.length))).toEqual([
    `/${NAME}/etc/resolv.conf`,
    `/${NAME}/etc/rc.conf`,
    `/${NAME}/home/admin/.cshrc`,
    `/${NAME}/usr/local/etc/thing/thing.conf`,
    `/${NAME}/root/first-boot.sh`,
    `/${NAME}/usr/local/etc/rc.d/first_boot`,
    `/${NAME}/firstboot`,
  ]);
  await host.client.done("jail.create", spec);
  for (const file of plan.files) expect(readFileSync(file.path, "utf8"), file.path).toBe(file.text);
  expect(readFileSync(inside("etc/rc.conf"), "utf8")).toMatch(/# flavour own\ncron_enable="NO"\n$/);
  expect(lstatSync(inside("usr/local/etc/thing/thing.conf"))).toMatchObject({ uid: 0, gid: 0 });
  expect(lstatSync(inside("usr/local/etc/thing/thing.conf")).mode & 0o777).toBe(0o640);

  await host.client.done("jail.start", { name: NAME });
  await poll("the script has run", () => existsSync(inside("root/boots")));
  await poll("what it said is kept", () => readFileSync(inside("var/log/first-boot.log"), "utf8") === "said\n");
  expect(existsSync(inside("firstboot"))).toBe(false);
  await host.client.done("jail.restart", { name: NAME });
  expect(readFileSync(inside("var/log/first-boot.log"), "utf8")).toBe("said\n");
  expect(readFileSync(inside("root/boots"), "utf8")).toBe("once\n");
  await host.client.done("jail.stop", { name: NAME });
  await host.client.done("jail.destroy", { name: NAME });
});

test("the built-in ones fit into a jail; one that is not there is a problem at its field", async () => {
  for (const name of ["ssh", "web", "postgresql"]) {
    await host.client.done("jail.create", host.spec(NAME, 0, { flavour: name }));
    expect(readFileSync(inside("etc/rc.conf"), "utf8")).toContain(`# flavour ${name}\n`);
    expect(existsSync(inside("firstboot"))).toBe(name !== "ssh");
    if (name === "ssh")
      expect(readFileSync(inside("etc/ssh/sshd_config"), "utf8")).toContain("PasswordAuthentication no");
    await host.client.done("jail.destroy", { name: NAME });
  }
  const failure = await host.client.refused("jail.create", host.spec(NAME, 0, { flavour: "nothing" }));
  expect(failure.problems).toEqual([{ field: "flavour", code: "not_found", message: "There is no flavour nothing." }]);
});

test("links, devices and rubbish that somebody put there are shown as a problem and never followed", async () => {
  const secret = join(host.host.state, "secret");
  writeFileSync(secret, "host's own\n");
  const tree = join(directory, "own/tree");
  for (const put of [
    () => symlinkSync(secret, join(tree, "etc/link")),
    () => execFileSync("mkfifo", [join(tree, "etc/link")]),
    () => execFileSync("mknod", [join(tree, "etc/link"), "c", "1", "3"]),
    () => writeFileSync(join(tree, "etc/link"), Buffer.from([0xff, 0xfe, 0])),
    () => writeFileSync(join(tree, "etc/link"), "x".repeat(70_000)),
    () => writeFileSync(join(directory, "own/flavour.json"), "{"),
  ]) {
    put();
    const row = (await host.client.call("flavour.list", {})).flavours.find((one) => one.name === "own");
    expect(row?.problem).toMatch(/^The flavour own: /);
    const failure = await host.client.refused("jail.create", host.spec(NAME, 0, { flavour: "own" }));
    expect(failure.problems).toContainEqual(expect.objectContaining({ field: "flavour", code: "invalid" }));
    rmSync(join(tree, "etc/link"), { force: true });
  }
  symlinkSync(host.host.state, join(directory, "leading-out"));
  expect(JSON.stringify(await host.client.call("flavour.list", {}))).not.toContain("host's own");
  expect(await host.client.refused("flavour.show", { name: "leading-out" })).toMatchObject({ code: "invalid" });
  // A save takes the link's place and leaves what it led to.
  await host.client.done("flavour.save", { flavour: flavour({ name: "leading-out" }) });
  expect(lstatSync(join(directory, "leading-out")).isDirectory()).toBe(true);
  expect(readFileSync(secret, "utf8")).toBe("host's own\n");
  await host.client.done("flavour.save", { flavour: flavour() });
});

test("a skeleton that leads elsewhere is not written through", async () => {
  const local = join(host.host.jails, "newjail/usr/local");
  const elsewhere = join(host.host.state, "elsewhere");
  mkdirSync(elsewhere);
  execFileSync("mv", [local, `${local}.real`]);
  symlinkSync(elsewhere, local);
  const failure = await host.client.failed("jail.create", host.spec(NAME, 0, { flavour: "own" }));
  expect(failure.code).toBe("base_invalid");
  expect(readdirSync(elsewhere)).toEqual([]);
  expect(host.traces(NAME, host.address(0))).toEqual([]);
  rmSync(local);
  execFileSync("mv", [`${local}.real`, local]);
});

test.each(["write:before", "write:after", "place:before", "place:after", "tidy:before", "tidy:after"])(
  "killed in flavour.save, %s: the old one or the new one, whole",
  async (point) => {
    await host.client.done("flavour.save", { flavour: flavour({ title: "Old" }) });
    await host.knastd.stop();
    await host.startKnastd(["--kill-at", `flavour.save:${point}`]);
    await host.client.raw("flavour.save", { flavour: flavour({ title: "New" }) }).catch(() => null);
    expect(await host.knastd.ended).toEqual({ status: null, signal: "SIGKILL" });
    await host.startKnastd();
    await poll("knastd has tidied up", () => host.scratch().length === 0);
    const shown = (await host.client.call("flavour.show", { name: "own" })).flavour;
    expect([shown.title, shown.files.length]).toEqual([point.startsWith("write") ? "Old" : "New", 3]);
    await host.client.done("flavour.save", { flavour: flavour() });
  },
);

test.each(["flavour:before", "flavour:after", "mounts:before", "mounts:after"])(
  "killed in create, %s: nothing of the jail is left",
  async (point) => {
    const source = join(host.host.state, "music");
    mkdirSync(source, { recursive: true, mode: 0o755 });
    mkdirSync(join(host.host.etc, "knast"), { recursive: true });
    writeFileSync(join(host.host.etc, "knast/mounts"), `ro ${source}\n`);
    const spec = host.spec(NAME, 0, { flavour: "own", mounts: [{ source, target: "/mnt/music" }] });
    await host.knastd.stop();
    await host.startKnastd(["--kill-at", `jail.create:${point}`]);
    const reply = await host.client.raw("jail.create", spec).catch(() => null);
    if (reply) expect([reply.status, reply.body]).toEqual([202, expect.anything()]);
    expect(await host.knastd.ended).toEqual({ status: null, signal: "SIGKILL" });
    await host.startKnastd();
    await poll("knastd has tidied up", () => host.scratch().length === 0);
    expect(host.traces(NAME, host.address(0))).toEqual([]);
  },
);

test("one that is removed is gone, and jails that were made with it stay", async () => {
  await host.client.done("jail.create", host.spec(NAME, 0, { flavour: "own" }));
  await host.client.call("flavour.remove", { name: "own" });
  expect(await host.client.refused("flavour.show", { name: "own" })).toMatchObject({ code: "not_found" });
  expect(existsSync(inside("usr/local/etc/thing/thing.conf"))).toBe(true);
  expect(host.scratch()).toEqual([]);
});
