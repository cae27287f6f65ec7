import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TestHost } from "../testing/dev-host.ts";

let host: TestHost;
const dir = () => join(host.host.jails, ".archives");
const tree = (name: string) => join(host.host.jails, name);
const archives = async () => (await host.client.call("archive.list", {})).archives;

beforeAll(async () => {
  host = await TestHost.start();
  await host.client.done("jail.create", host.spec("mail", 1));
});
afterAll(() => host?.stop());

test("a stopped jail leaves as one file and arrives under another name with every file", async () => {
  const home = join(tree("mail"), "root");
  writeFileSync(join(home, "letter"), "before the move\n", { mode: 0o640 });
  writeFileSync(join(home, "new\nline"), "odd");
  writeFileSync(Buffer.concat([Buffer.from(`${home}/bytes-`), Buffer.from([0xff, 0xfe])]), "odd");
  // A terabyte of nothing, outside of what is checksummed.
  writeFileSync(join(tree("mail"), "var/holes"), "");
  truncateSync(join(tree("mail"), "var/holes"), 1024 ** 4);
  symlinkSync("/../../../../etc/master.passwd", join(home, "out"));
  mkdirSync(join(home, "deep"));
  host.run("/usr/bin/mkfifo", [join(home, "fifo")]);
  const before = host.checksum(home);

  await host.client.done("archive.create", { name: "mail", owners: ["olaf"] });
  const [one] = await archives();
  expect(one).toMatchObject({
    bytes: expect.any(Number),
    manifest: {
      name: "mail",
      running: false,
      owners: ["olaf"],
      warnings: 0,
      untranslated: [],
      settings: { hostname: "mail.example.org", ip4: [host.address(1)], network: "shared" },
    },
  });
  expect(one!.bytes).toBeLessThan(64 * 1024 ** 2);
  await host.client.done("archive.verify", { archive: one!.archive });

  const listed = host.run("tar", ["-tf", join(dir(), one!.archive)]).stdout.split("\n");
  expect(listed.slice(0, 4)).toEqual(["manifest.json", "jail.conf", "fstab", "tree.tar"]);

  const problems = await host.client.call("archive.show", { archive: one!.archive });
  expect(problems.problems.map((each) => each.code)).toContain("exists");
  expect(await host.client.failed("archive.restore", { archive: one!.archive })).toMatchObject({ code: "invalid" });

  const as = { name: "post", hostname: "post.example.org", ip4: [host.address(2)] };
  expect((await host.client.call("archive.show", { archive: one!.archive, as })).problems).toEqual([]);
  await host.client.done("archive.restore", { archive: one!.archive, as });
  expect(host.checksum(join(tree("post"), "root"))).toBe(before);
  expect(statSync(join(tree("post"), "var/holes"))).toMatchObject({ size: 1024 ** 4, blocks: expect.any(Number) });
  expect(statSync(join(tree("post"), "var/holes")).blocks).toBeLessThan(1000);
  await host.client.done("jail.start", { name: "post" });
  expect(host.run("jexec", ["post", "/bin/cat", "/root/letter"]).stdout).toBe("before the move\n");
  await host.client.done("jail.stop", { name: "post" });
  await host.client.done("jail.destroy", { name: "post" });
  expect(host.scratch()).toEqual([]);
});

test("a plain FreeBSD unpacks it without us", async () => {
  const { archive } = (await archives())[0]!;
  const to = join(host.host.state, "by-hand");
  mkdirSync(to);
  const script = `tar -xOf ${join(dir(), archive)} tree.tar | tar -xpf - -C ${to} --numeric-owner`;
  expect(host.run("sh", ["-c", script])).toMatchObject({ status: 0 });
  expect(readFileSync(join(to, "root/letter"), "utf8")).toBe("before the move\n");
});

test("a running jail is archived from its inside and marked; what is mounted in it stays out", async () => {
  await host.client.done("jail.start", { name: "mail" });
  await host.client.done("archive.create", { name: "mail" });
  const one = (await archives()).find((each) => each.manifest?.running)!;
  const names = host.run("sh", ["-c", `tar -xOf ${join(dir(), one.archive)} tree.tar | tar -tf -`]).stdout.split("\n");
  expect(names).toContain("./root/letter");
  expect(names).toContain("./basejail/");
  expect(names.filter((name) => /^\.\/(basejail|dev|proc)\/./.test(name))).toEqual([]);
  await host.client.done("archive.verify", { archive: one.archive });
});

test("a clone has its own name and no host keys", async () => {
  const script = "mkdir -p /etc/ssh && echo secret > /etc/ssh/ssh_host_ed25519_key && echo x > /etc/ssh/sshd_config";
  host.run("jexec", ["mail", "/bin/sh", "-c", script]);
  const as = { name: "copy", hostname: "copy.example.org", ip4: [host.address(3)] };
  await host.client.done("jail.clone", { name: "mail", as });
  await host.client.done("jail.stop", { name: "mail" });
  expect(readdirSync(join(tree("copy"), "etc/ssh"))).toEqual(["sshd_config"]);
  expect(readFileSync(join(tree("copy"), "root/letter"), "utf8")).toBe("before the move\n");
  const rows = (await host.client.call("jail.list", {})).jails;
  expect(rows.find((one) => one.name === "copy")).toMatchObject({ state: "stopped", hostname: "copy.example.org" });
  expect(rows.find((one) => one.name === "copy")!.id).not.toBe(rows.find((one) => one.name === "mail")!.id);
  await host.client.done("jail.destroy", { name: "copy" });
});

test("a damaged archive is refused and leaves nothing", async () => {
  const { archive, bytes } = (await archives())[0]!;
  const path = join(dir(), archive);
  const whole = readFileSync(path);
  const as = { name: "hurt", hostname: "hurt.example.org", ip4: [host.address(4)] };
  const restore = () => host.client.failed("archive.restore", { archive, as });
  const flipped = Buffer.from(whole);
  flipped[bytes - 20_000]! ^= 1;
  for (const text of [flipped, whole.subarray(0, bytes - 1024), Buffer.concat([whole, Buffer.from("more")])]) {
    writeFileSync(path, text);
    expect(await restore()).toMatchObject({ code: "archive_invalid" });
    expect(await host.client.failed("archive.verify", { archive })).toMatchObject({ code: "archive_invalid" });
    expect(host.scratch()).toEqual([]);
    expect(existsSync(tree("hurt"))).toBe(false);
  }
  writeFileSync(path, whole);
  await host.client.done("archive.verify", { archive });
  expect(createHash("sha256").update(readFileSync(path)).digest("hex")).toHaveLength(64);
});

test("an archive is removed; one that is gone is not found", async () => {
  for (const { archive } of await archives()) await host.client.call("archive.remove", { archive });
  expect(await archives()).toEqual([]);
  const archive = "mail-20200101T000000Z.knast.tar";
  expect(await host.client.refused("archive.remove", { archive })).toMatchObject({ code: "not_found" });
  expect(await host.client.refused("archive.restore", { archive })).toMatchObject({ code: "not_found" });
});
