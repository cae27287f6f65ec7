import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Failure } from "../../contract/errors.ts";
import { OFFER_OSC, SHELL_PIECE, type Taken, type Transfer } from "../../contract/shell-file.ts";
import { ViewerClient } from "../terminals/testing/viewer-client.ts";
import { TestHost } from "../testing/dev-host.ts";
import { poll } from "../testing/poll.ts";

let host: TestHost;
let ref: { name: string; id: string };
let jid: number;
let terminal: string;
let viewer: ViewerClient;

beforeAll(async () => {
  host = await TestHost.start();
  const name = "files";
  await host.client.done("jail.create", host.spec(name, 0));
  const { jails } = await host.client.call("jail.list", {});
  ref = { name, id: jails.find((one) => one.name === name)!.id! };
  await host.client.done("jail.start", ref);
  jid = host.jls().find((one) => one.name === name)!.jid;
  await openShell();
});
afterAll(() => host?.stop());

async function openShell(): Promise<void> {
  ({ terminal } = await host.client.call("terminal.open", { ...ref, cols: 100, rows: 30 }));
  viewer = new ViewerClient(`ws+unix:${host.socket}:/v1/terminals/${terminal}`);
  await viewer.see(/# $/);
  await says("cd /root", "");
}

/** Types a line for csh and waits until it has been done. */
let lines = 0;
async function says(line: string, expected: string | RegExp): Promise<string> {
  viewer.forget();
  const end = `E${++lines}E`;
  viewer.type(`${line}; echo ${end.replace("E", "E''")}\r`);
  await viewer.until((one) => one.text.split("\r\n").includes(end), `${line} has ended`);
  if (typeof expected === "string") expect(viewer.text).toContain(expected);
  else expect(viewer.text).toMatch(expected);
  return viewer.text;
}
/** Ctrl-C, which throws away what is typed too soon after it. */
async function interrupt(): Promise<void> {
  viewer.forget();
  viewer.type("\x03");
  await viewer.see(/# $/);
}
/** What a program in the jail says, beside the shell. */
const inside = (script: string) => host.run("jexec", [String(jid), "/bin/sh", "-c", script]);
const sum = (data: Buffer) => createHash("sha256").update(data).digest("hex");
const sumInside = (path: string) =>
  inside(`sha256sum "${path}" 2>/dev/null || sha256 -r "${path}"`).stdout.split(/[ *]/)[0];
const names = (directory: string) => inside(`ls -A ${directory}`).stdout.split("\n").filter(Boolean);

function put(path: string, bytes: Buffer) {
  return new Promise<{ status: number; body: Transfer & Failure }>((resolve, reject) => {
    const outgoing = request(
      { socketPath: host.socket, path, method: "PUT", agent: false, headers: { "content-length": bytes.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode!, body: JSON.parse(Buffer.concat(chunks).toString() || "null") }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(bytes);
  });
}
const open = (file: string, bytes: number, taken: Taken = "ask", directory = "/root") =>
  host.client.call("shell.put", { terminal, directory, file, bytes, taken });
const piece = ({ transfer }: Transfer, offset: number, bytes: Buffer) =>
  put(`/v1/shells/${terminal}/files/${transfer}?offset=${offset}`, bytes);
async function send(file: string, bytes: Buffer, taken: Taken = "ask", directory = "/root"): Promise<Transfer> {
  let state = await open(file, bytes.length, taken, directory);
  while (state.received < bytes.length) {
    const answer = await piece(state, state.received, bytes.subarray(state.received, state.received + SHELL_PIECE));
    expect(answer.status, JSON.stringify(answer.body)).toBe(200);
    state = answer.body;
  }
  return state;
}
function get(path: string, { abortAfter = Infinity } = {}): Promise<{ status: number; bytes: Buffer; whole: boolean }> {
  return new Promise((resolve, reject) => {
    const url = `/v1/shells/${terminal}/file?path=${encodeURIComponent(path)}`;
    const outgoing = request({ socketPath: host.socket, path: url, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length < 64 * 1024 * 1024) chunks.push(chunk);
        if (length > abortAfter) response.destroy();
      });
      response.on("error", () => {});
      response.on("close", () =>
        resolve({ status: response.statusCode!, bytes: Buffer.concat(chunks), whole: response.complete }),
      );
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
const noPart = () => poll("no part is left", async () => !names("/root").some((name) => name.includes(".part")));

describe("a file into the shell's directory", () => {
  test("the place is that of what runs in the foreground, as the jail names it", async () => {
    expect(await host.client.call("shell.place", { terminal })).toMatchObject({ directory: "/root", account: "root" });
    await says("mkdir '/tmp/ä b'; cd '/tmp/ä b'", "");
    expect((await host.client.call("shell.place", { terminal })).directory).toBe("/tmp/ä b");
    viewer.type("/bin/sh -c 'cd /var; echo r''eady; cat'\r");
    await viewer.see(/\nready/);
    expect((await host.client.call("shell.place", { terminal })).directory).toBe("/var");
    await interrupt();
    await says("cd /", "");
    expect((await host.client.call("shell.place", { terminal })).directory).toBe("/");
    await says("mkdir /tmp/gone; cd /tmp/gone; rmdir /tmp/gone", "");
    expect(await host.client.refused("shell.place", { terminal })).toMatchObject({ code: "not_found" });
    await says("cd /root", "");
  });

  test("arrives whole, belongs to the shell's account, with the name that it has", async () => {
    const bytes = randomBytes(3 * SHELL_PIECE + 4321);
    for (const name of ["plain.bin", "with space", "-rf", "new\nline", "🦆 $(id)`id`'\".txt", "x".repeat(255)]) {
      expect(await send(name, bytes)).toMatchObject({ received: bytes.length, name });
      expect(names("/root").length).toBeGreaterThan(0);
    }
    expect(sumInside("/root/plain.bin")).toBe(sum(bytes));
    expect(inside("cd /root && cmp -- plain.bin './🦆 $(id)`id`'\\''\".txt' && cmp ./-rf plain.bin").status).toBe(0);
    expect(inside("stat -c '%u %a' /root/plain.bin").stdout).toBe("0 644\n");
    expect(await send("empty", Buffer.alloc(0))).toMatchObject({ bytes: 0, name: "empty" });
    expect(inside("stat -c %s /root/empty").stdout).toBe("0\n");
    await noPart();
  });

  test("asks before it replaces; keeps both; replaces", async () => {
    const [one, two] = [randomBytes(1000), randomBytes(2000)];
    await send("same.tar.gz", one);
    const failure = { terminal, directory: "/root", file: "same.tar.gz", bytes: 2000, taken: "ask" } as const;
    expect(await host.client.refused("shell.put", failure)).toMatchObject({ code: "exists" });
    expect(await send("same.tar.gz", two, "keep")).toMatchObject({ name: "same.tar (2).gz" });
    expect([sumInside("/root/same.tar.gz"), sumInside("/root/same.tar (2).gz")]).toEqual([sum(one), sum(two)]);
    inside("chown admin /root/same.tar.gz; chmod 750 /root/same.tar.gz");
    await send("same.tar.gz", two, "replace");
    expect(sumInside("/root/same.tar.gz")).toBe(sum(two));
    expect(inside("stat -c '%U %a' /root/same.tar.gz").stdout).toBe("admin 750\n");
    inside("mkdir /root/dir; ln -s /root/plain.bin /root/link; ln -s /root/dir /root/dirlink");
    for (const file of ["dir", "dirlink"])
      expect(await host.client.refused("shell.put", { ...failure, file, taken: "replace" })).toMatchObject({
        code: "exists",
      });
    await send("link", one, "replace");
    expect([sumInside("/root/link") === sum(one), sumInside("/root/plain.bin") === sum(one)]).toEqual([true, false]);
    expect(names("/root/dir")).toEqual([]);
  });

  test("two of one name at once: both arrive, none replaces the other", async () => {
    const [one, two] = [randomBytes(1000), randomBytes(1000)];
    const [a, b] = [await open("twin", 1000), await open("twin", 1000)];
    expect([(await piece(a, 0, one)).body.name, (await piece(b, 0, two)).body.name]).toEqual(["twin", "twin (2)"]);
    expect([sumInside("/root/twin"), sumInside("/root/twin (2)")]).toEqual([sum(one), sum(two)]);
  });

  test("goes on after an interruption, refuses gaps, ends with nothing when it is given up", async () => {
    const bytes = randomBytes(3000);
    const state = await open("later", 3000);
    expect((await piece(state, 0, bytes.subarray(0, 1000))).body.received).toBe(1000);
    expect((await piece(state, 0, bytes)).status).toBe(400);
    expect((await piece(state, 1000, Buffer.alloc(2001))).status).toBe(413);
    expect(await host.client.call("shell.put-state", { terminal, transfer: state.transfer })).toMatchObject({
      received: 1000,
    });
    expect((await put(`/v1/shells/${"0".repeat(32)}/files/${state.transfer}?offset=1000`, bytes)).status).toBe(404);
    expect((await piece(state, 1000, bytes.subarray(1000))).body.name).toBe("later");
    const given = await open("given-up", 3000);
    await piece(given, 0, bytes.subarray(0, 1000));
    await host.client.call("shell.put-cancel", { terminal, transfer: given.transfer });
    expect(await piece(given, 1000, bytes.subarray(1000))).toMatchObject({ status: 409, body: { code: "cancelled" } });
    await noPart();
    expect(names("/root")).not.toContain("given-up");
  });

  test("where nothing may be written, where nothing is, and strange names are refused", async () => {
    const refused = async (over: object) =>
      (
        await host.client.refused("shell.put", {
          terminal,
          directory: "/root",
          file: "x",
          bytes: 1,
          taken: "ask",
          ...over,
        } as never)
      ).code;
    expect(await refused({ directory: "/bin" })).toBe("forbidden");
    expect(await refused({ directory: "/nowhere" })).toBe("not_found");
    expect(await refused({ directory: "/etc/passwd" })).toBe("not_found");
    for (const file of ["", ".", "..", "a/b", "a\0b", "\ud800", "x".repeat(256), "ä".repeat(128)])
      expect(await refused({ file })).toBe("invalid");
    for (const directory of ["root", "", "/a\0b", `/${"x".repeat(1023)}`])
      expect(await refused({ directory })).toBe("invalid");
    expect(await refused({ terminal: "0".repeat(32) })).toBe("not_found");
    expect(await refused({ bytes: 2 ** 40 })).toBe("disk_full");
    await noPart();
  });

  test("as another account it has that one's power", async () => {
    viewer.forget();
    viewer.type("su -m admin\r");
    await viewer.see(/[#$%>] $/);
    await says("cd /tmp", "");
    const place = await host.client.call("shell.place", { terminal });
    expect(place).toMatchObject({ directory: "/tmp", account: "admin" });
    await send("admins", Buffer.from("x"), "ask", "/tmp");
    expect(inside("stat -c %u /tmp/admins").stdout).toBe(inside("id -u admin").stdout);
    const wanted = { terminal, directory: "/root", file: "admins", bytes: 1, taken: "ask" } as const;
    expect(["not_found", "forbidden"]).toContain((await host.client.refused("shell.put", wanted)).code);
    viewer.forget();
    viewer.type("exit\r");
    await viewer.see(/# $/);
    await says("cd /root", "");
  });
});

describe("a jail that means harm", () => {
  test("stops what takes the file: it is given up, and the others go on", async () => {
    const state = await open("sleeper", 4 * SHELL_PIECE);
    await poll("cat runs", async () => inside("pgrep -x cat").stdout !== "");
    inside("pkill -STOP -x cat");
    let answer = await piece(state, 0, randomBytes(SHELL_PIECE));
    if (answer.status === 200) answer = await piece(state, answer.body.received, randomBytes(SHELL_PIECE));
    expect(answer.body.code).toBe("timed_out");
    expect(await send("beside", Buffer.from("y"))).toMatchObject({ name: "beside" });
    inside("pkill -CONT -x cat; rm -f /root/.knast-*.part");
  }, 60_000);

  test("kills it: the sender is told, nothing arrives under the name", async () => {
    const state = await open("killed", 100_000);
    await piece(state, 0, randomBytes(1000));
    await poll("cat runs", async () => inside("pgrep -x cat").stdout !== "");
    inside("pkill -KILL -x cat");
    await poll(
      "it is over",
      async () => (await host.client.raw("shell.put-state", { terminal, transfer: state.transfer })).status !== 200,
    );
    expect(names("/root")).not.toContain("killed");
    await noPart();
  });

  test("a full disk ends it with nothing left", async () => {
    const state = await open("too-much", 64 * SHELL_PIECE);
    await poll("cat runs", async () => inside("pgrep -x cat").stdout !== "");
    // The jail's disk is the machine's: what is full is the process that writes, which for cat(1) is the same.
    const pid = inside("pgrep -x cat").stdout.trim();
    expect(pid).toMatch(/^[0-9]+$/);
    if (inside(`prlimit --pid ${pid} --fsize=${SHELL_PIECE}`).status !== 0)
      return void (await host.client.call("shell.put-cancel", { terminal, transfer: state.transfer }));
    let answer = await piece(state, 0, randomBytes(SHELL_PIECE));
    for (let i = 0; i < 5 && answer.status === 200; i++)
      answer = await piece(state, answer.body.received, randomBytes(SHELL_PIECE));
    expect(["disk_full", "cancelled"]).toContain(answer.body.code);
    await noPart();
    expect(names("/root")).not.toContain("too-much");
  });

  test("three at once of one person, no more", async () => {
    const all = [await open("a1", 10), await open("a2", 10), await open("a3", 10)];
    const wanted = { terminal, directory: "/root", file: "a4", bytes: 10, taken: "ask" } as const;
    expect(await host.client.refused("shell.put", wanted)).toMatchObject({ code: "too_many" });
    for (const { transfer } of all) await host.client.call("shell.put-cancel", { terminal, transfer });
    await noPart();
    const { transfer } = await poll("there is room", async () => {
      const { status, body } = await host.client.raw("shell.put", wanted);
      return status === 200 ? (body as Transfer) : null;
    });
    await host.client.call("shell.put-cancel", { terminal, transfer });
    await noPart();
  });
});

describe("a file out of a jail", () => {
  test("knast-get offers it, and its bytes come", async () => {
    // a new jail has it; an old one, or one whose root has removed it, gets it
    await says("knast-get", "usage: knast-get");
    inside("rm /usr/local/bin/knast-get");
    await host.client.call("shell.give-get", { terminal });
    inside("head -c 5000000 /dev/urandom > '/root/out ä.bin'");
    const text = await says("rehash; knast-get 'out ä.bin' /nowhere", "this is no file");
    const path = Buffer.from(
      new RegExp(`\x1b\\]${OFFER_OSC};get;([0-9a-f]+)\x1b\\\\`).exec(text)![1]!,
      "hex",
    ).toString();
    expect(path).toBe("/root/out ä.bin");
    // a program between that has its own idea of a terminal
    const within = (name: string, prefix: string) =>
      says(`sh -c '${name}=x knast-get "/root/out ä.bin"; echo wi""thin-${name}'`, `within-${name}`).then((all) =>
        expect(all.slice(all.lastIndexOf("\x1bP"))).toMatch(
          new RegExp(`^${prefix}\x1b\\]${OFFER_OSC};get;[0-9a-f]+\x07`),
        ),
      );
    await within("TMUX", "\x1bPtmux;\x1b");
    await within("STY", "\x1bP");
    expect(await host.client.call("shell.file", { terminal, path })).toEqual({
      path,
      name: "out ä.bin",
      bytes: 5_000_000,
    });
    const { status, bytes, whole } = await get(path);
    expect([status, whole, sum(bytes)]).toEqual([200, true, sumInside(path)]);
    const { records } = await host.client.call("audit.list", { what: "shell.get", limit: 1 });
    const own = { origin: "knastd", who: "root", jail: ref.name, jailId: ref.id };
    expect(records).toMatchObject([{ ...own, terminal, object: path, result: "ok" }]);
    // who comes back is not asked again
    const again = new ViewerClient(`ws+unix:${host.socket}:/v1/terminals/${terminal}`);
    await again.see(/Offered to your browser/);
    expect(again.text).not.toContain(String(OFFER_OSC));
    again.ws.close();
  });

  test("devices, pipes, directories and what is not there are none; an empty one is empty", async () => {
    const trail = async () =>
      (await host.client.call("audit.list", { what: "shell.get", limit: 200 })).records.map(({ object }) => object);
    const before = await trail();
    inside("mkfifo /root/fifo; : > /root/nothing; ln -s /etc/passwd /root/to-passwd");
    for (const path of ["/dev/zero", "/root/fifo", "/root", "/nowhere", "/root/../root"]) {
      expect(await host.client.refused("shell.file", { terminal, path })).toMatchObject({ code: "not_found" });
      expect((await get(path)).status).toBe(404);
    }
    expect(await get("/root/nothing")).toMatchObject({ status: 200, whole: true, bytes: Buffer.alloc(0) });
    // a link is followed in the jail
    expect((await get("/root/to-passwd")).bytes.toString()).toBe(inside("cat /etc/passwd").stdout);
    expect((await get("relative")).status).toBe(404);
    expect(await trail()).toEqual(["/root/to-passwd", "/root/nothing", ...before]);
  });

  test("a gigabyte that is given up ends what reads it", async () => {
    inside("truncate -s 1G /root/sparse");
    const { status, whole } = await get("/root/sparse", { abortAfter: 1_000_000 });
    expect([status, whole]).toEqual([200, false]);
    await poll("cat has ended", async () => inside("pgrep -x cat").stdout === "");
  });

  test("one that grows and shrinks while it is read comes as far as it goes; the shell's end cuts it off", async () => {
    inside("truncate -s 3G /root/sparse");
    const going = get("/root/sparse");
    await poll("it is being read", async () => inside("pgrep -x cat").stdout !== "");
    await host.client.call("terminal.close", { terminal });
    expect((await going).whole).toBe(false);
    await openShell();
  }, 60_000);
});

test("a knastd that is killed leaves nothing of a file behind", async () => {
  const state = await open("orphan", 100_000);
  await piece(state, 0, randomBytes(50_000));
  expect(names("/root").some((name) => name.includes(".part"))).toBe(true);
  host.knastd.process.kill("SIGKILL");
  await host.knastd.ended;
  await noPart();
  expect(names("/root")).not.toContain("orphan");
  await host.startKnastd();
});
