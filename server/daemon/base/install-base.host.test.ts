import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { BaseSource } from "../../contract/base.ts";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start({ base: false });
});
afterAll(() => host?.stop());

const at = (...path: string[]) => join(host.host.state, ...path);
const install = (source: BaseSource) => host.client.done("base.install", { source });
/** The failure of an install that must fail. */
async function failure(source: BaseSource) {
  const { job } = await host.client.call("base.install", { source });
  const last = (await host.client.follow(job)).at(-1);
  return last?.kind === "failed" ? last.failure : last;
}
const base = async () => (await host.client.call("host.info", {})).base;
/** A copy of the host's world, changed. */
function worldWith(change: (world: string) => void): string {
  const world = at("other");
  rmSync(world, { recursive: true, force: true });
  cpSync(host.host.world, world, { recursive: true, verbatimSymlinks: true });
  change(world);
  return world;
}
const sum = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");

describe("base.install over the socket, with the host's own programs", () => {
  test("refuses what is no world, and leaves nothing of it", async () => {
    const none = worldWith((world) => rmSync(join(world, "etc/rc")));
    expect(await failure({ kind: "directory", path: none })).toMatchObject({ code: "base_invalid" });
    expect(await failure({ kind: "directory", path: "/" })).toMatchObject({ code: "base_invalid" });
    expect(await base()).toBeNull();
    expect(host.scratch()).toEqual([]);
  });

  test("refuses a world of which each jail would carry more than 8 MB", async () => {
    const large = worldWith((world) => {
      mkdirSync(join(world, "usr/local/share"));
      writeFileSync(join(world, "usr/local/share/big"), Buffer.alloc(9_000_000));
    });
    expect(await failure({ kind: "directory", path: large })).toMatchObject({
      code: "base_invalid",
      message: expect.stringMatching(/\d\.\d MB .*\/usr\/local/),
    });
    expect(await base()).toBeNull();
  });

  test("takes a directory", async () => {
    const path = worldWith((world) => writeFileSync(join(world, "COPYRIGHT"), "from a directory\n"));
    await install({ kind: "directory", path });
    expect(await base()).toMatchObject({ source: path, sha256: null });
    expect(readFileSync(join(host.host.jails, "basejail/COPYRIGHT"), "utf8")).toBe("from a directory\n");
  });

  test("takes an archive whose checksum is right, and no other; the old base stays until then", async () => {
    const path = at("base.txz");
    const world = worldWith((it) => writeFileSync(join(it, "COPYRIGHT"), "from an archive\n"));
    expect(host.run("tar", ["-cJf", path, "-C", world, "."])).toMatchObject({ status: 0 });
    expect(await failure({ kind: "txz", path, sha256: "0".repeat(64) })).toMatchObject({
      code: "checksum_mismatch",
    });
    expect(await failure({ kind: "txz", path })).toMatchObject({ code: "checksum_mismatch" });
    expect(readFileSync(join(host.host.jails, "basejail/COPYRIGHT"), "utf8")).toBe("from a directory\n");
    writeFileSync(at("MANIFEST"), `base.txz\t${sum(path)}\t29000\tbase\t"Base system (MANDATORY)"\ton\n`);
    await install({ kind: "txz", path });
    expect(await base()).toMatchObject({ source: path, sha256: sum(path) });
    expect(readFileSync(join(host.host.jails, "basejail/COPYRIGHT"), "utf8")).toBe("from an archive\n");
    expect(host.scratch()).toEqual([]);
  });

  test("jails run on it; then it can't be replaced any more", async () => {
    await host.client.call("host.configure", { pools: [{ interface: host.host.interface, block: host.host.pool }] });
    await host.client.done("jail.create", host.spec("first", 0));
    await host.client.done("jail.start", { name: "first" });
    expect(
      host.run("jexec", ["-l", "first", "/bin/sh", "-c", "cat /basejail/COPYRIGHT; touch /basejail/x"]),
    ).toMatchObject({
      stdout: "from an archive\n",
      stderr: expect.stringMatching(/Read-only file system/),
    });
    expect(await failure({ kind: "host" })).toMatchObject({
      code: "exists",
      message: expect.stringMatching(/first/),
    });
    await host.client.done("jail.stop", { name: "first" });
    await host.client.done("jail.destroy", { name: "first" });
    await install({ kind: "host" });
    expect(await base()).toMatchObject({ source: "the host's own world" });
  });

  test("a knastd killed at any of its steps leaves the old base or none, and the next install succeeds", async () => {
    const steps = ["check", "fetch", "flags", "clean", "split", "place", "record", "tidy"];
    for (const [i, step] of steps.entries()) {
      await host.knastd.stop();
      await host.startKnastd(["--kill-at", `base.install:${step}:${i % 2 ? "after" : "before"}`]);
      await install({ kind: "host" }).catch(() => {});
      expect(await host.knastd.ended).toMatchObject({ signal: "SIGKILL" });
      await host.startKnastd();
      await poll("scratch is removed", () => host.scratch().length === 0);
      const trees = readdirSync(host.host.jails).filter((name) => !name.startsWith("."));
      expect(trees).toEqual((await base()) ? ["basejail", "newjail"] : []);
    }
    await install({ kind: "host" });
    expect(await base()).toMatchObject({ source: "the host's own world", name: "basejail" });
  });
});
