import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Mount } from "../contract/mounts.ts";
import { TestHost } from "./testing/dev-host.ts";
import { poll } from "./testing/poll.ts";

const NAME = "mounting";
let host: TestHost;
let data: string;
let approved: string;

beforeAll(async () => {
  host = await TestHost.start();
  data = join(host.host.state, "data");
  for (const one of ["music", "anna/deep", "berta"]) mkdirSync(join(data, one), { recursive: true, mode: 0o755 });
  writeFileSync(join(data, "music/song"), "la\n");
  mkdirSync(join(host.host.etc, "knast"), { mode: 0o755 });
  approved = join(host.host.etc, "knast/mounts");
});
afterAll(() => host?.stop());
beforeEach(() => approve(`ro ${data}/music\nrw ${data}/anna\nrw ${data}/berta # hers\n`));

function approve(text: string): void {
  writeFileSync(approved, text);
  chmodSync(approved, 0o644);
}
const music: Mount = {
  get source() {
    return `${data}/music`;
  },
  target: "/mnt/music",
  readOnly: true,
};
const anna: Mount = {
  get source() {
    return `${data}/anna`;
  },
  target: "/mnt/anna",
  readOnly: false,
};
const plain = (mounts: Mount[]) => mounts.map(({ source, target, readOnly }) => ({ source, target, readOnly }));
const create = (name: string, n: number, mounts: Mount[]) =>
  host.client.done("jail.create", host.spec(name, n, { mounts: plain(mounts) }));
const problemsOf = async (mounts: Mount[], name = "other") =>
  (await host.client.call("jail.plan", host.spec(name, 7, { mounts: plain(mounts) }))).problems.map((one) => [
    one.field,
    one.message,
  ]);
const set = async (mounts: Mount[], name = NAME) => ({
  name,
  mounts: plain(mounts),
  digest: (await host.client.call("jail.mounts", { name })).digest,
});
const inJail = (name: string, ...command: string[]) => host.run("jexec", [name, ...command]);
const fstab = (name = NAME) => readFileSync(join(host.host.etc, `fstab.${name}`), "utf8");

test("root's file is shown with what is wrong in it; no verb writes it", async () => {
  approve(`ro ${data}/music\nrw ${data}/nowhere\nrw ${host.host.jails}\nrw /etc\nsomething\n`);
  const { file, problem, sources } = await host.client.call("mounts.sources", {});
  expect([file, problem]).toEqual([approved, null]);
  expect(sources.map((one) => [one.line, one.access, one.problem === null])).toEqual([
    [1, "ro", true],
    [2, "rw", false],
    [3, "rw", false],
    [4, "rw", false],
    [5, "ro", false],
  ]);
  chmodSync(approved, 0o666);
  expect((await host.client.call("mounts.sources", {})).problem).toContain("must be root's");
  expect(await problemsOf([music])).toEqual([["mounts.0.source", expect.stringContaining("must be root's")]]);
  chownSync(approved, 12345, 0);
  chmodSync(approved, 0o644);
  expect((await host.client.call("mounts.sources", {})).sources).toEqual([]);
  rmSync(approved);
  symlinkSync("/etc/passwd", approved);
  expect((await host.client.call("mounts.sources", {})).problem).toContain("is no file");
  rmSync(approved);
  expect((await host.client.call("mounts.sources", {})).problem).toBe(null);
});

test("a jail sees its mounts at its first start, reads the one and writes to the other", async () => {
  await create(NAME, 0, [music, anna]);
  expect(fstab().split("\n").slice(1, 3)).toEqual([
    `${data}/music ${host.host.jails}/${NAME}/mnt/music nullfs ro 0 0`,
    `${data}/anna ${host.host.jails}/${NAME}/mnt/anna nullfs rw 0 0`,
  ]);
  await host.client.done("jail.start", { name: NAME });
  expect(inJail(NAME, "cat", "/mnt/music/song").stdout).toBe("la\n");
  expect(inJail(NAME, "touch", "/mnt/music/x").stderr).toContain("Read-only file system");
  expect(inJail(NAME, "touch", "/mnt/anna/hers").status).toBe(0);
  expect(existsSync(join(data, "anna/hers"))).toBe(true);
  const used = (await host.client.call("mounts.sources", {})).sources[1]!.users;
  expect(used).toEqual([{ jail: NAME, source: `${data}/anna`, target: "/mnt/anna", readOnly: false }]);
});

test("what is not approved, shared, a link, or somebody's who could exchange it is refused at its field", async () => {
  const at = (source: string, readOnly = true): Mount => ({ source, target: "/mnt/x", readOnly });
  symlinkSync(join(data, "music"), join(data, "berta/link"));
  mkdirSync(join(data, "berta/open/inner"), { recursive: true });
  chmodSync(join(data, "berta/open"), 0o777);
  const table: [Mount, string, RegExp][] = [
    [at(data), "source", /not approved/],
    [at(`${data}/musical`), "source", /not approved/],
    [at(`${data}/music`, false), "readOnly", /reading only/],
    [at(`${data}/berta/nothing`), "source", /has no/],
    [at(`${data}/berta/link`), "source", /symbolic link/],
    [at(`${data}/berta/open/inner`), "source", /others than root/],
    [at(`${data}/music/song`), "source", /no directory/],
    [at(`${data}/anna`), "source", /mounting writes to/],
    [at(`${data}/anna`, false), "readOnly", /mounting writes to/],
    [at(`${data}/anna/deep`), "source", /mounting writes to/],
  ];
  for (const [mount, field, words] of table)
    expect(await problemsOf([mount], "other"), mount.source).toEqual([
      [`mounts.0.${field}`, expect.stringMatching(words)],
    ]);
  expect(await problemsOf([at(`${data}/music`)], "other")).toEqual([]);
  for (const target of ["/basejail/x", "/usr/bin", "/dev", "/../x", "mnt", "/"]) {
    const refused = await host.client.refused(
      "jail.plan",
      host.spec("other", 7, { mounts: [{ ...music, source: music.source, target }] }),
    );
    expect(refused.problems, target).toContainEqual(expect.objectContaining({ field: "mounts.0.target" }));
  }
});

test("nothing is mounted from inside of what the same jail writes to, not even in its place", async () => {
  const deep = { source: `${data}/anna/deep`, target: "/mnt/deep", readOnly: true };
  for (const mounts of [[deep], [anna, deep]])
    expect((await host.client.refused("jail.set-mounts", await set(mounts))).problems).toEqual([
      expect.objectContaining({
        field: `mounts.${mounts.length - 1}.source`,
        message: expect.stringContaining("where the jail writes"),
      }),
    ]);
});

test("the mounts of hand-made jails and of the mount table count", async () => {
  const root = join(host.host.state, "byhand");
  mkdirSync(join(root, "mnt"), { recursive: true });
  writeFileSync(join(host.host.etc, "fstab.byhand"), `${data}/berta ${root}/mnt nullfs rw 0 0\n`);
  const config = join(host.host.etc, "jail.conf.d/byhand.conf");
  writeFileSync(config, `byhand { path = ${root}; persist; mount.fstab = ${host.host.etc}/fstab.byhand; }\n`);
  const berta = { source: `${data}/berta`, target: "/mnt/b", readOnly: true };
  expect(await problemsOf([berta])).toEqual([["mounts.0.source", expect.stringContaining("byhand writes to")]]);
  rmSync(config);
  expect(await problemsOf([berta])).toEqual([]);
  await host.client.done("jail.stop", { name: NAME });
  const target = `${host.host.jails}/${NAME}/root`;
  expect(host.run("mount", ["-t", "nullfs", "-o", "rw", `${data}/berta`, target]).status).toBe(0);
  expect(await problemsOf([berta], "other")).toEqual([
    ["mounts.0.source", expect.stringContaining(`${NAME} writes to`)],
  ]);
  expect(host.run("umount", [target]).status).toBe(0);
  await host.client.done("jail.start", { name: NAME });
});

test("a jail that runs is restarted with its new mounts; what it has no directory for is made inside", async () => {
  const before = fstab();
  writeFileSync(join(host.host.etc, `fstab.${NAME}`), `# by hand\n${before}`);
  await host.client.done(
    "jail.set-mounts",
    await set([{ ...music, source: music.source, target: "/srv/new songs" }, anna]),
  );
  expect(fstab().startsWith("# by hand\n")).toBe(true);
  expect(host.jls().map((one) => one.name)).toContain(NAME);
  expect(inJail(NAME, "cat", "/srv/new songs/song").stdout).toBe("la\n");
  expect(inJail(NAME, "ls", "/mnt/music").stdout).toBe("");
  expect(host.mounts(NAME).map((one) => one.target.slice(host.host.jails.length))).toContain(`/${NAME}/srv/new songs`);
  expect(host.mounts(NAME).map((one) => one.target.slice(host.host.jails.length))).not.toContain(`/${NAME}/mnt/music`);
});

test("an fstab that was edited in the meantime is not written over", async () => {
  const wish = await set([]);
  writeFileSync(join(host.host.etc, `fstab.${NAME}`), `${fstab()}# edited\n`);
  const failure = await host.client.refused("jail.set-mounts", wish);
  expect([failure.code, failure.message]).toEqual(["busy", expect.stringContaining("was changed in the meantime")]);
  expect(fstab()).toContain("# edited\n");
});

test("in a stopped jail's tree the host makes nothing, and follows no link of it", async () => {
  await host.client.done("jail.stop", { name: NAME });
  const missing = { source: `${data}/music`, target: "/mnt/gone/far", readOnly: true };
  const failure = await host.client.refused("jail.set-mounts", await set([missing]));
  expect(failure.problems).toEqual([
    { field: "mounts.0.target", code: "invalid", message: expect.stringContaining("Start it and save again") },
  ]);
  expect(existsSync(join(host.host.jails, NAME, "mnt/gone"))).toBe(false);
  symlinkSync(data, join(host.host.jails, NAME, "mnt/leading"));
  const led = { ...missing, target: "/mnt/leading/music" };
  expect((await host.client.refused("jail.set-mounts", await set([led]))).problems[0]?.message).toContain(
    "no real directory",
  );
  await host.client.done("jail.set-mounts", await set([music]));
  expect(await host.client.call("jail.mounts", { name: NAME })).toMatchObject({ mounts: [plain([music])[0]] });
  await host.client.done("jail.start", { name: NAME });
  expect(inJail(NAME, "cat", "/mnt/music/song").stdout).toBe("la\n");
});

test("a running jail whose root made a link of its mount point stays as it was, stopped", async () => {
  expect(inJail(NAME, "ln", "-s", "/etc", "/srv/trap").status).toBe(0);
  const before = fstab();
  const trap = { source: `${data}/music`, target: "/srv/trap/ssh", readOnly: true };
  expect(await host.client.failed("jail.set-mounts", await set([trap]))).toMatchObject({ code: "broken" });
  expect(fstab()).toBe(before);
  expect(host.mounts(NAME)).toEqual([]);
  await host.client.done("jail.start", { name: NAME });
});

// The other points: mounts/testing/kill-rows.ts.
test.each(["stop-jail:before", "stop-jail:after", "start-jail:before", "start-jail:after"])(
  "killed in set-mounts, %s: the old mounts or the new ones, and it runs",
  async (point) => {
    const [old, wish] = [[music], [music, anna]];
    await host.client.done("jail.set-mounts", await set(old));
    const input = await set(wish);
    await host.killedAt(`jail.set-mounts:${point}`, () => host.client.raw("jail.set-mounts", input));
    await poll("knastd has tidied up", () => host.scratch().length === 0);
    const now = (await host.client.call("jail.mounts", { name: NAME })).mounts.length;
    expect(now).toBe(/^(targets|stop)/.test(point) ? 1 : 2);
    const row = (await host.client.call("jail.list", {})).jails.find((one) => one.name === NAME);
    expect(row).toMatchObject({ state: "running", problem: null });
    expect(host.mounts(NAME)).toHaveLength(3 + now);
  },
);

test("it is destroyed without a trace, and the host's directories stay", async () => {
  await host.client.done("jail.stop", { name: NAME });
  await host.client.done("jail.destroy", { name: NAME });
  expect(host.traces(NAME, host.address(0))).toEqual([]);
  expect(readFileSync(join(data, "music/song"), "utf8")).toBe("la\n");
  expect(existsSync(join(data, "anna/hers"))).toBe(true);
});
