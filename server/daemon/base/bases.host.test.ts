import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";
import { type ArchiveServer, serveArchive } from "./testing/archive-server.ts";

let host: TestHost;
let archive: Buffer;
let sum: string;

beforeAll(async () => {
  host = await TestHost.start();
  const world = at("other");
  cpSync(host.host.world, world, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(world, "COPYRIGHT"), "the other one\n");
  expect(host.run("tar", ["-cJf", at("base.txz"), "-C", world, "."])).toMatchObject({ status: 0 });
  archive = readFileSync(at("base.txz"));
  sum = createHash("sha256").update(archive).digest("hex");
});
afterAll(() => host?.stop());

const at = (...path: string[]) => join(host.host.state, ...path);
const bases = async () => (await host.client.call("base.list", {})).bases;
const base = async (name: string) => (await bases()).find((one) => one.name === name);
const copyright = (jail: string) => host.run("jexec", ["-l", jail, "/bin/sh", "-c", "cat /basejail/COPYRIGHT"]).stdout;
const fstab = (jail: string) => join(host.host.etc, `fstab.${jail}`);
const trees = () => readdirSync(host.host.jails).filter((name) => /^(base|new)jail/.test(name));

async function upload(bytes: Buffer): Promise<string> {
  const { upload: id } = await host.client.call("upload.open", { bytes: bytes.length });
  await new Promise<void>((resolve, reject) => {
    const path = `/v1/uploads/${id}?offset=0`;
    const headers = { "content-length": bytes.length };
    const outgoing = request({ socketPath: host.socket, path, method: "PUT", agent: false, headers }, (response) => {
      response.resume().on("end", () => (response.statusCode === 200 ? resolve() : reject(new Error("upload"))));
    });
    outgoing.on("error", reject);
    outgoing.end(bytes);
  });
  return id;
}

describe("bases side by side", () => {
  test("one from an upload, which is gone afterwards; a jail on it sees it and not the other", async () => {
    const id = await upload(archive);
    expect(
      await host.client.failed("base.install", {
        name: "basejail-other",
        source: { kind: "upload", upload: id, sha256: "0".repeat(64) },
      }),
    ).toMatchObject({ code: "checksum_mismatch" });
    const half = (await host.client.call("upload.open", { bytes: 10 })).upload;
    expect(
      await host.client.failed("base.install", {
        name: "basejail-other",
        source: { kind: "upload", upload: half, sha256: sum },
      }),
    ).toMatchObject({ code: "invalid" });
    await host.client.call("upload.remove", { upload: half });
    await host.client.done("base.install", {
      name: "basejail-other",
      source: { kind: "upload", upload: id, sha256: sum },
    });
    expect(readdirSync(join(host.daemonState, "uploads"))).toEqual([]);
    expect(trees()).toEqual(["basejail", "basejail-other", "newjail", "newjail-other"]);
    expect(await base("basejail-other")).toMatchObject({ sha256: sum, source: "sent by browser", users: [] });
    expect((await base("basejail-other"))!.newjailBytes).toBeLessThan(8 * 1024 * 1024);
    expect(await host.client.failed("jail.create", host.spec("nobase", 0, { base: "basejail-none" }))).toMatchObject({
      code: "base_missing",
    });
    await host.client.done("jail.create", host.spec("first", 0, { base: "basejail-other" }));
    await host.client.done("jail.start", { name: "first" });
    expect(copyright("first")).toBe("the other one\n");
    expect(await host.client.call("jail.show", { name: "first" })).toMatchObject({ base: "basejail-other" });
    expect(await base("basejail-other")).toMatchObject({ users: [{ name: "first", running: true, problem: null }] });
    expect(await base("basejail")).toMatchObject({ users: [] });
    expect(await host.client.failed("base.remove", { name: "basejail-other" })).toMatchObject({
      code: "exists",
      message: expect.stringContaining("first"),
    });
  });
});

describe("base.update", () => {
  const fault = (word: string) => writeFileSync(at("run/freebsd-update"), word);
  const update = { name: "basejail-other", to: "basejail-p3" };

  test("that fails leaves the old base in use and nothing of itself", async () => {
    const before = host.checksum(join(host.host.jails, "basejail-other"));
    for (const [word, message] of [
      ["mirrors", /No update server/],
      ["half", /could not be updated/],
    ] as const) {
      fault(word);
      expect(await host.client.failed("base.update", update)).toMatchObject({
        code: "update_failed",
        message: expect.stringMatching(message),
      });
    }
    fault("hang");
    const { job } = await host.client.call("base.update", update);
    await poll("it hangs", async () => (await host.client.call("job.get", { job })).finished >= 1);
    await host.client.call("job.cancel", { job });
    expect((await host.client.follow(job)).at(-1)).toMatchObject({ kind: "failed", failure: { code: "cancelled" } });
    fault("");
    expect(host.checksum(join(host.host.jails, "basejail-other"))).toBe(before);
    expect(trees()).toEqual(["basejail", "basejail-other", "newjail", "newjail-other"]);
    expect(host.scratch()).toEqual([]);
    expect(copyright("first")).toBe("the other one\n");
  });

  test("is not done where freebsd-update(8) would write through a link to a directory of the host", async () => {
    const link = join(host.host.jails, "basejail-other/usr/share/out");
    symlinkSync("/etc", link);
    expect(await host.client.failed("base.update", update)).toMatchObject({
      code: "base_invalid",
      message: expect.stringContaining('"/usr/share/out"'),
    });
    rmSync(link);
    expect(host.scratch()).toEqual([]);
  });

  test("makes a new base beside the old one; a jail is moved to it, its fstab keeps all else", async () => {
    // As /rescue and much of /usr/share/man: one file, many names.
    const man = join(host.host.jails, "basejail-other/usr/share");
    writeFileSync(join(man, "one"), "page\n");
    linkSync(join(man, "one"), join(man, "two"));
    await host.client.done("base.update", update);
    expect(statSync(join(host.host.jails, "basejail-p3/usr/share/two")).nlink).toBe(2);
    expect(await base("basejail-p3")).toMatchObject({ release: "14.2-BETA1-p3", users: [] });
    expect(await host.client.failed("base.update", update)).toMatchObject({ code: "exists" });
    expect(await host.client.failed("base.update", { name: "basejail-p3", to: "basejail-p4" })).toMatchObject({
      code: "update_failed",
      message: expect.stringContaining("nothing to update"),
    });
    expect(copyright("first")).toBe("the other one\n");
    writeFileSync(
      fstab("first"),
      `# by hand\n${readFileSync(fstab("first"), "utf8").replace(" nullfs", "\tnullfs")}# end\n`,
    );
    const { job } = (await host.client.call("base.move", {
      from: "basejail-other",
      to: "basejail-p3",
      jails: ["first"],
      restart: true,
    })) as { job: string };
    expect((await host.client.follow(job)).at(-1)).toMatchObject({ kind: "done" });
    const { jails } = host.host;
    expect(readFileSync(fstab("first"), "utf8")).toBe(
      `# by hand\n${jails}/basejail-p3 ${jails}/first/basejail\tnullfs ro 0 0\n# end\n`,
    );
    expect(copyright("first")).toBe("the other one\npatched to 14.2-BETA1-p3\n");
    await host.client.done("base.remove", { name: "basejail-other" });
    expect(trees()).toEqual(["basejail", "basejail-p3", "newjail", "newjail-p3"]);
  });

  test("a jail that does not start on the new base is started on the old one; the others move", async () => {
    await host.client.done("jail.create", host.spec("second", 1, { base: "basejail-p3" }));
    await host.client.done("base.install", { name: "basejail-bad", source: { kind: "directory", path: at("other") } });
    rmSync(join(host.host.jails, "basejail-bad/libexec/.devjail-binds"));
    const moved = await host.client.failed("base.move", {
      from: "basejail-p3",
      to: "basejail-bad",
      jails: ["first", "second"],
      restart: true,
    });
    expect(moved).toMatchObject({ code: "broken", message: expect.stringContaining("first") });
    expect(copyright("first")).toContain("p3");
    expect((await base("basejail-p3"))!.users.map((one) => one.name)).toEqual(["first"]);
    expect((await base("basejail-bad"))!.users).toMatchObject([{ name: "second", running: false }]);
    await host.client.done("base.move", { from: "basejail-bad", to: "basejail", jails: ["second"] });
    await host.client.done("base.remove", { name: "basejail-bad" });
  });

  test("a running jail that is moved without a restart keeps its base, which stays until then", async () => {
    const move = { from: "basejail-p3", to: "basejail", jails: ["first"] };
    expect(await host.client.failed("base.update", { name: "basejail-p3", to: "basejail-p3" })).toMatchObject({
      code: "exists",
    });
    await host.client.done("base.move", move);
    expect(copyright("first")).toContain("p3");
    expect(await base("basejail-p3")).toMatchObject({ users: [{ name: "first", problem: expect.any(String) }] });
    expect(await host.client.failed("base.move", move)).toMatchObject({ code: "invalid" });
    expect(await host.client.failed("base.remove", { name: "basejail-p3" })).toMatchObject({ code: "exists" });
    await host.client.done("jail.restart", { name: "first" });
    await host.client.done("base.remove", { name: "basejail-p3" });
    await host.client.done("jail.stop", { name: "first" });
    await host.client.done("base.update", { name: "basejail", to: "basejail" });
    expect(await base("basejail")).toMatchObject({ release: "14.2-BETA1-p3" });
    await host.client.done("jail.start", { name: "first" });
    expect(copyright("first")).toContain("patched");
  });
});

describe("a base by URL", () => {
  let server: ArchiveServer;
  const source = (kind: string, more = {}) => ({
    name: "basejail-url",
    source: { kind: "url" as const, url: server.url(kind), ...more },
  });
  beforeAll(async () => {
    server = await serveArchive(host, at("other"));
  });
  afterAll(() => server?.stop());

  test.each([
    ["whose MANIFEST names another checksum", "wrong", {}, "checksum_mismatch", /./],
    ["whose MANIFEST does not name it", "unnamed", {}, "checksum_mismatch", /MANIFEST/],
    ["that is not the one whose checksum is given", "good", { sha256: "0".repeat(64) }, "checksum_mismatch", /./],
    ["that is not there", "missing", {}, "fetch_failed", /no such file/],
    ["that breaks off", "short", {}, "fetch_failed", /broke off/],
    ["that leads to a file of the host", "redirect", {}, "fetch_failed", /elsewhere/],
    ["whose MANIFEST never ends", "huge", {}, "too_large", /MANIFEST/],
  ])("%s is refused, and nothing of it is left", async (_, path, more, code, message) => {
    const before = trees();
    expect(await host.client.failed("base.install", source(path, more))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(trees()).toEqual(before);
    expect(host.scratch()).toEqual([]);
  });

  test("a server that says nothing is given up when one cancels", async () => {
    const { job } = await host.client.call("base.install", source("hang", { sha256: server.sha256 }));
    await poll("it waits", () => existsSync(join(server.directory, "hangs")));
    await host.client.call("job.cancel", { job });
    expect((await host.client.follow(job)).at(-1)).toMatchObject({ failure: { code: "cancelled" } });
    expect(host.scratch()).toEqual([]);
  });

  test("the right one is installed, with its size as it grows", async () => {
    const events = await host.client.done("base.install", source("good"));
    expect(events.filter((one) => one.kind === "progress")).toContainEqual(
      expect.objectContaining({ done: statSync(join(server.directory, "base.txz")).size, unit: "bytes" }),
    );
    expect(await base("basejail-url")).toMatchObject({ sha256: server.sha256, source: source("good").source.url });
  });

  test.each([
    "file:///etc/passwd",
    "http://u:p@h/base.txz",
    "http://h/../base.txz",
    "http://h/base.txz?x",
    "-o/x",
    "http://h",
  ])("%s is no address", async (url) => {
    const wish = { name: "basejail-url", source: { kind: "url" as const, url } };
    expect(await host.client.refused("base.install", wish)).toMatchObject({ code: "invalid" });
  });
});
