import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "./testing/dev-host.ts";

// A jail's root may put anything anywhere in his tree. Whatever it is, no verb may follow it, hang at it, change or show a
// file of the host; start may refuse, and destroy must still delete the tree and nothing else.

const NAME = "hostile";
/**
 * What the host touches, reads or mounts upon in a jail that has run, and what a careless program would; each row stands in
 * one tree, as none of its paths lies below another one.
 */
const ROWS = [
  [
    "dev",
    "etc/resolv.conf",
    "etc/rc.conf",
    "etc/master.passwd",
    "etc/passwd",
    "etc/rc",
    "etc/rc.shutdown",
    "etc/group",
    "home/admin/.ssh/authorized_keys",
    "var/run",
    "var/log/messages",
    "usr/local",
    "tmp",
  ],
  ["basejail", "etc", "home/admin/.ssh", "var/log", "root"],
  ["proc", "usr", "home/admin", "var"],
  ["bin", "home", "a b", ".knast"],
];
const KINDS = [
  "link to a file",
  "link to a directory",
  "link upwards",
  "fifo",
  "device",
  "hard link",
  "socket",
] as const;

let host: TestHost;
let canary: string;
let before: string;
let tree: string;

beforeAll(async () => {
  host = await TestHost.start();
  tree = join(host.host.jails, NAME);
  canary = join(host.host.state, "canary");
  mkdirSync(join(canary, "directory/etc"), { recursive: true });
  for (const name of ["secret", "directory/file", "directory/etc/passwd"])
    writeFileSync(join(canary, name), `host's own ${name}\n`);
  chmodSync(join(canary, "secret"), 0o640);
  before = fingerprint();
});
afterAll(() => host?.stop());

/** The host's files with owner, mode, times of change: canary, config, base. */
function fingerprint(): string {
  const script =
    'find "$@" -printf "%p %y %m %U %G %l %T@\\n" | sort; find "$@" -type f -print0 | sort -z | xargs -0r sha256sum';
  const { etc, jails } = host.host;
  return execFileSync(
    "sh",
    ["-c", script, "sh", canary, join(jails, "basejail"), join(jails, "newjail"), join(etc, "resolv.conf")],
    { encoding: "utf8" },
  );
}

const timed = async <T>(work: Promise<T>): Promise<T> => {
  const began = Date.now();
  const answer = await work;
  expect(Date.now() - began).toBeLessThan(5000);
  return answer;
};

async function put(kind: (typeof KINDS)[number], path: string): Promise<void> {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  if (kind === "link to a file") symlinkSync(join(canary, "secret"), path);
  else if (kind === "link to a directory") symlinkSync(join(canary, "directory"), path);
  else if (kind === "link upwards") symlinkSync("../../../../../../../../../..", path);
  else if (kind === "fifo") execFileSync("mkfifo", [path]);
  else if (kind === "device") execFileSync("mknod", [path, "c", "1", "5"]);
  else if (kind === "hard link") linkSync(join(canary, "directory/file"), path);
  else await bindSocket(path);
}

/** A socket that nobody serves any more: it stays when its server ends. */
async function bindSocket(path: string): Promise<void> {
  const beside = join(host.host.state, "s");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(beside, resolve));
  renameSync(beside, path);
  await new Promise((resolve) => server.close(resolve));
}

const cases = KINDS.flatMap((kind) => ROWS.map((row) => ({ kind, row, first: row[0]! })));
const count = KINDS.length * ROWS.flat().length;

test(`there are at least 100 cases (${count})`, () => expect(count).toBeGreaterThanOrEqual(100));

test.each(cases)("$kind at each of $row", async ({ kind, row, first }) => {
  const { client } = host;
  await client.done("jail.create", host.spec(NAME, 0));
  for (const path of row) await put(kind, join(tree, path));
  const planted = row.map((path) => lstatSync(join(tree, path)).ino);
  const listed = (await timed(client.call("jail.list", {}))).jails.find((one) => one.name === NAME);
  expect(listed).toMatchObject({ state: "stopped", problem: null });
  expect(JSON.stringify(await timed(client.call("jail.show", { name: NAME })))).not.toContain("host's own");
  expect(await client.refused("jail.processes", { name: NAME })).toMatchObject({ code: "not_running" });
  if (first === "dev" || first === "basejail") {
    expect(await timed(client.failed("jail.start", { name: NAME }))).toMatchObject({ code: "broken" });
    expect(host.jls()).toEqual([]);
    expect(host.mounts(NAME)).toEqual([]);
    expect(host.addresses()).not.toContain(host.address(0));
  }
  expect(row.map((path) => lstatSync(join(tree, path)).ino)).toEqual(planted);
  await timed(client.done("jail.destroy", { name: NAME }));
  expect(host.traces(NAME, host.address(0))).toEqual([]);
  expect(fingerprint()).toBe(before);
});

test("a jail with links at everything that its start does not mount upon starts, is listed, stopped and destroyed", async () => {
  const { client } = host;
  await client.done("jail.create", host.spec(NAME, 0));
  for (const path of ["etc/resolv.conf", "home", "root", "var/run/x", "tmp"])
    await put("link to a directory", join(tree, path));
  await put("fifo", join(tree, "var/log/other"));
  await client.done("jail.start", { name: NAME });
  const { processes } = await timed(client.call("jail.processes", { name: NAME }));
  expect(processes.length).toBeGreaterThan(0);
  await timed(client.call("jail.list", {}));
  await client.done("jail.restart", { name: NAME });
  await client.done("jail.stop", { name: NAME });
  await client.done("jail.destroy", { name: NAME });
  expect(host.traces(NAME, host.address(0))).toEqual([]);
  expect(fingerprint()).toBe(before);
});

test("something mounted below a stopped jail: destroy refuses, the mounted tree is untouched", async () => {
  const { client } = host;
  await client.done("jail.create", host.spec(NAME, 0));
  for (const target of ["mnt", "var/db", "basejail"]) {
    mkdirSync(join(tree, target), { recursive: true });
    expect(host.run("mount", ["-t", "nullfs", "-o", "rw", canary, join(tree, target)]).status).toBe(0);
    expect(await client.refused("jail.destroy", { name: NAME })).toMatchObject({ code: "still_mounted" });
    expect(existsSync(tree)).toBe(true);
    expect(host.run("umount", [join(tree, target)]).status).toBe(0);
  }
  expect(fingerprint()).toBe(before);
  // The name of another tree that merely begins alike is no reason.
  mkdirSync(`${tree}2`);
  expect(host.run("mount", ["-t", "nullfs", "-o", "rw", canary, `${tree}2`]).status).toBe(0);
  await client.done("jail.destroy", { name: NAME });
  expect(host.run("umount", [`${tree}2`]).status).toBe(0);
  rmSync(`${tree}2`, { recursive: true });
  expect(fingerprint()).toBe(before);
});

test("deep, wide and oddly named trees are deleted whole", { timeout: 120_000 }, async () => {
  const { client } = host;
  await client.done("jail.create", host.spec(NAME, 0));
  const script =
    'cd "$1" && i=0; while [ $i -lt 500 ]; do mkdir d && cd d; i=$((i+1)); done; cd "$1" && mkdir w && cd w && seq 20000 | xargs touch; touch "a b" "$(printf "n\\nl")" "$(printf "\\377\\376")" ./-rf "./*"';
  execFileSync("sh", ["-c", script, "sh", tree]);
  await client.done("jail.destroy", { name: NAME });
  expect(host.traces(NAME, host.address(0))).toEqual([]);
});

test("an existing tree, fstab or config without a jail is never written over", async () => {
  const { client } = host;
  for (const path of [tree, join(host.host.etc, `fstab.${NAME}`), join(host.host.etc, `jail.conf.d/${NAME}.conf`)]) {
    symlinkSync(canary, path);
    const failure = await client.refused("jail.create", host.spec(NAME, 0));
    expect(failure.problems).toContainEqual(expect.objectContaining({ field: "name", code: "exists" }));
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    rmSync(path);
  }
  expect(fingerprint()).toBe(before);
});
