import * as fs from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Options } from "../env/options.ts";
import { spaceOf } from "./disk.ts";
import { listenAt } from "./listen.ts";
import { prepareHost } from "./prepare.ts";

let at: string;
beforeEach(() => (at = fs.mkdtempSync(join(tmpdir(), "knast-prepare-"))));
afterEach(() => fs.rmSync(at, { recursive: true }));

const uid = process.getuid!();
const modeOf = (path: string) => fs.statSync(join(at, path)).mode & 0o7777;

test("makes what is missing on a fresh host; its own is closed, what stands above it can be passed", async () => {
  fs.mkdirSync(join(at, "etc"));
  const before = process.umask(0o077);
  try {
    const paths = { jails: join(at, "usr/jails"), state: join(at, "db/knast/daemon"), etc: join(at, "etc") };
    await prepareHost(paths as Options, uid);
    await prepareHost(paths as Options, uid);
  } finally {
    process.umask(before);
  }
  for (const path of ["usr/jails", "usr/jails/.new", "db/knast/daemon", "db/knast/daemon/journal"])
    expect([path, modeOf(path)]).toEqual([path, 0o700]);
  for (const path of ["usr", "db", "db/knast"]) expect([path, modeOf(path)]).toEqual([path, 0o755]);
});

test("closes no directory that is not its own to put the socket there", async () => {
  const server = createServer();
  for (const [name, make] of [
    ["sticky", (path: string) => fs.chmodSync(path, 0o1777)],
    ["run", (path: string) => fs.writeFileSync(join(path, "dmesg.boot"), "")],
    ["more", (path: string) => fs.mkdirSync(join(path, "ppp"))],
  ] as const) {
    fs.mkdirSync(join(at, name), { mode: 0o755 });
    make(join(at, name));
    const mode = modeOf(name);
    await expect(listenAt(server, join(at, name, "knastd.sock"), process.getgid!())).rejects.toThrow("its own");
    expect(modeOf(name)).toBe(mode);
  }
  fs.mkdirSync(join(at, "own"));
  fs.writeFileSync(join(at, "own/start.pid"), "1");
  await listenAt(server, join(at, "own/knastd.sock"), process.getgid!());
  expect([modeOf("own"), modeOf("own/knastd.sock")]).toEqual([0o750, 0o660]);
  await new Promise((resolve) => server.close(resolve));
});

test("a file system whose reserve is in use has nothing free", () => {
  expect(spaceOf({ blocks: 100, bavail: 7, bsize: 4096 })).toEqual({ totalBytes: 409_600, freeBytes: 28_672 });
  for (const bavail of [-5, 2 ** 64 - 5])
    expect(spaceOf({ blocks: 100, bavail, bsize: 4096 })).toEqual({ totalBytes: 409_600, freeBytes: 0 });
});
