import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VERBS } from "../server/contract/daemon.ts";
import { TestHost } from "../server/daemon/testing/dev-host.ts";

const PROGRAM = fileURLToPath(new URL("acceptance.mjs", import.meta.url));
let host: TestHost;
beforeAll(async () => {
  host = await TestHost.start({ base: false });
});
afterAll(() => host?.stop());

/** Runs the program as a person on the host does. @param seen gets each line of TAP as it comes */
function acceptance(seen: (line: string) => void = () => {}, ...more: string[]) {
  return new Promise<{ status: number | null; lines: string[] }>((resolve) => {
    const pool = `${host.host.interface}=${host.host.pool}`;
    const child = spawn(process.execPath, [PROGRAM, "--socket", host.socket, "--pool", pool, ...more]);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      for (const line of chunk.split("\n")) seen(line);
    });
    child.once("close", (status) => resolve({ status, lines: text.split("\n").filter((line) => line !== "") }));
  });
}
const failed = (lines: string[]) =>
  lines.filter((line, i) => /^not ok|^Bail/.test(line) || /^ {2}message/.test(lines[i]!));

describe("npm run acceptance", () => {
  test("fails, and says so, when knastd dies half-way", async () => {
    const { status, lines } = await acceptance((line) => {
      if (/runs, as jls says/.test(line)) host.knastd.process.kill("SIGKILL");
    });
    expect(status).toBe(1);
    expect(failed(lines).length).toBeGreaterThan(0);
    expect(lines.some((line) => /^1\.\.\d+$/.test(line))).toBe(true);
    expect(lines).toContainEqual(expect.stringMatching(/^ok \d+ - base\.install from host/));
    await host.knastd.ended;
    expect(host.jls()).toHaveLength(2);
  });

  test("then removes what that run has left, leads two jails through their lives, and leaves nothing", async () => {
    await host.startKnastd();
    const { status, lines } = await acceptance();
    expect(failed(lines)).toEqual([]);
    expect(status).toBe(0);
    expect(lines[0]).toBe("TAP version 14");
    const points = lines.filter((line) => /^ok \d+ - /.test(line));
    expect(points.length).toBeGreaterThan(80);
    expect(lines).toContain(`1..${points.length}`);
    expect(readdirSync(join(host.host.etc, "jail.conf.d"))).toEqual([]);
    const own = [".archives", ".new", ".trash", "basejail", "flavours", "newjail"];
    expect(readdirSync(host.host.jails).filter((name) => !own.includes(name))).toEqual([]);
    expect(readdirSync(join(host.host.jails, ".archives"))).toEqual([]);
    expect(host.scratch()).toEqual([]);
    expect(host.jls()).toEqual([]);
  });

  test("has a step for every verb of the contract", () => {
    const folder = fileURLToPath(new URL("acceptance", import.meta.url));
    const texts = [PROGRAM, ...readdirSync(folder).map((name) => join(folder, name))].map((path) =>
      readFileSync(path, "utf8"),
    );
    const named = new Set(texts.flatMap((text) => text.match(/\b[a-z-]+\.[a-z-]+\b/g) ?? []));
    expect(Object.keys(VERBS).filter((verb) => !named.has(verb))).toEqual([]);
  });

  test("is a program without packages and without FreeBSD's or Linux' own", () => {
    const folder = fileURLToPath(new URL("acceptance", import.meta.url));
    const texts = [PROGRAM, ...readdirSync(folder).map((name) => join(folder, name))].map((path) =>
      readFileSync(path, "utf8"),
    );
    const imports = texts.flatMap((text) => [...text.matchAll(/from "([^"]+)"/g)].map((found) => found[1]!));
    expect(imports.length).toBeGreaterThan(10);
    expect(imports.filter((name) => !/^node:|^\.\/(acceptance\/)?[a-z]+\.mjs$/.test(name))).toEqual([]);
    for (const text of texts) expect(text).not.toMatch(/\/proc|process\.platform|child_process/);
  });
});
