import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fdOf, handoverPath, nativeHandover } from "../handover/native.ts";
import { Failure } from "../contract/errors.ts";
import { knastdBundle, type Knastd, startKnastd } from "./testing/knastd.ts";

// What knastd is apart from jails: its socket, its start, its end.
// The host here has no programs at all.

const GROUP = 4711;
let at: string;
let options: string[];
let socket: string;
let knastd: Knastd;

beforeAll(async () => {
  at = mkdtempSync(join(tmpdir(), "knast-knastd-"));
  chmodSync(at, 0o755);
  for (const name of ["etc", "log", "programs", "world"]) mkdirSync(join(at, name));
  mkdirSync(join(at, "jails"), { mode: 0o755 });
  socket = join(at, "run", "knastd.sock");
  options = ["--group", String(GROUP)];
  for (const name of ["state", "jails", "etc", "log", "world", "programs"]) options.push(`--${name}`, join(at, name));
  knastd = await startKnastd(socket, options);
});
afterAll(async () => {
  await knastd?.stop();
  rmSync(at, { recursive: true });
});

const mode = (path: string) => (statSync(path).mode & 0o7777).toString(8);

test("only root and one group reach the socket; the jail root and the state are root's alone", () => {
  expect(mode(socket)).toBe("660");
  expect(statSync(socket)).toMatchObject({ uid: 0, gid: GROUP });
  expect(mode(join(at, "run"))).toBe("750");
  expect(statSync(join(at, "run"))).toMatchObject({ uid: 0, gid: GROUP });
  expect(mode(join(at, "jails"))).toBe("700");
  expect(mode(join(at, "state"))).toBe("700");
});

test("the socket answers a member of the group and nobody else", () => {
  const script =
    'require("net").connect(process.argv[1]).once("connect",()=>{console.log("in");process.exit()}).once("error",e=>console.log(e.code))';
  const as = (uid: number, gid: number) =>
    spawnSync(process.execPath, ["-e", script, socket], {
      uid,
      gid,
      env: { PATH: "/usr/bin" } as never,
      encoding: "utf8",
    }).stdout.trim();
  expect(as(65534, 65534)).toBe("EACCES");
  expect(as(65534, GROUP)).toBe("in");
});

test("a connection that is handed over reaches shells and no verb; the same group may hand it over", async () => {
  expect(mode(handoverPath(socket))).toBe("660");
  expect(statSync(handoverPath(socket))).toMatchObject({ uid: 0, gid: GROUP });
  const answerTo = async (request: string): Promise<string> => {
    const front = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
    const coming = once(front, "connection");
    const browser = connect((front.address() as AddressInfo).port, "127.0.0.1");
    const leash = connect(handoverPath(socket));
    await once(leash, "connect");
    const [server] = (await coming) as [Socket];
    const length = Buffer.alloc(4);
    length.writeUInt32BE(request.length);
    nativeHandover()!.give(fdOf(leash), fdOf(server), Buffer.concat([length, Buffer.from(request)]));
    server.destroy();
    let text = "";
    for await (const piece of browser) text += String(piece);
    leash.destroy();
    front.close();
    return text;
  };
  const verb = (name: string) =>
    `POST /v1/${name} HTTP/1.1\r\nHost: knastd\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}`;
  expect(await answerTo(verb("jail.list"))).toMatch(/^HTTP\/1.1 404 /);
  expect((await answerTo(verb("jail.list") + verb("jail.list"))).match(/HTTP/g)).toHaveLength(1);
  const upgrade = (path: string) =>
    `GET ${path} HTTP/1.1\r\nHost: knastd\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
  expect(await answerTo(upgrade("/v1/jail.list"))).toMatch(/^HTTP\/1.1 404 /);
  expect(await answerTo(upgrade(`/v1/terminals/${"a".repeat(32)}`))).toMatch(/^HTTP\/1.1 404 /);
});

test("a second knastd at the same socket does not start", async () => {
  const child = spawnSync(process.execPath, [await knastdBundle(), "--socket", socket, ...options], {
    env: {} as never,
    encoding: "utf8",
  });
  expect(child.status).toBe(1);
  expect(child.stderr).toContain("another knastd");
  expect((await knastd.client.raw("job.list", {})).status).toBe(200);
});

test.each([
  [{ NODE_OPTIONS: "--inspect=127.0.0.1:0" }, []],
  [{}, ["--inspect=127.0.0.1:0"]],
])("does not start with a door for a debugger: %j %j", async (env, flags) => {
  const args = [...flags, await knastdBundle(), "--socket", join(at, "other", "knastd.sock"), ...options];
  const child = spawnSync(process.execPath, args, { env: env as never, encoding: "utf8", timeout: 10_000 });
  expect(child.status).toBe(1);
  expect(child.stderr).toContain("does not start with");
  expect(existsSync(join(at, "other", "knastd.sock"))).toBe(false);
});

test("SIGUSR1 opens no inspector", async () => {
  const before = listeners(knastd.process.pid!);
  knastd.process.kill("SIGUSR1");
  expect((await knastd.client.raw("job.list", {})).status).toBe(200);
  expect(listeners(knastd.process.pid!)).toEqual(before);
  expect(knastd.log()).not.toContain("Debugger");
});

/** TCP sockets that a process holds: knastd has none. */
function listeners(pid: number): string[] {
  const inodes = execFileSync("ls", ["-l", `/proc/${pid}/fd`], { encoding: "utf8" }).match(/socket:\[\d+\]/g) ?? [];
  const tcp = readFileSync(`/proc/${pid}/net/tcp`, "utf8") + readFileSync(`/proc/${pid}/net/tcp6`, "utf8");
  return inodes.filter((inode) => tcp.includes(` ${inode.slice(8, -1)} `));
}

test("runs in / with umask 077", () => {
  expect(execFileSync("readlink", [`/proc/${knastd.process.pid}/cwd`], { encoding: "utf8" }).trim()).toBe("/");
  expect(readFileSync(`/proc/${knastd.process.pid}/status`, "utf8")).toMatch(/^Umask:\s+0077$/m);
});

test("a missing tool is said as one, and nothing of the host's words leaves", async () => {
  const failure = await knastd.client.refused("jail.list", {});
  expect(Failure.parse(failure)).toMatchObject({ code: "tool_missing" });
  expect(JSON.stringify(failure)).not.toContain(at);
  expect(failure.requestId).toMatch(/^[0-9a-f]{16}$/);
  await expect.poll(() => knastd.log()).toContain(failure.requestId); // its pipe may be read after the answer
});

test("a socket that a killed knastd left is taken over; a file in its place is not", async () => {
  const other = join(at, "killed", "knastd.sock");
  const first = await startKnastd(other, options);
  first.process.kill("SIGKILL");
  await first.ended;
  expect(existsSync(other)).toBe(true);
  const second = await startKnastd(other, options);
  expect((await second.client.raw("job.list", {})).status).toBe(200);
  await second.stop();
  const file = join(at, "file", "knastd.sock");
  mkdirSync(join(at, "file"));
  writeFileSync(file, "mine");
  await expect(startKnastd(file, options)).rejects.toThrow("is no socket");
  expect(readFileSync(file, "utf8")).toBe("mine");
});
