import { spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { createServer as createHttp, type Server as HttpServer } from "node:http";
import { connect, createServer, type Server, type Socket } from "node:net";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { HandedSocket } from "./handed-socket.ts";
import { fdOf, MAX_REQUEST, nativeHandover } from "./native.ts";
import { createTaker } from "./take.ts";

// A connection that is handed over by who means it well, and by a knast-web that was taken over and goes on sharing it.

const native = nativeHandover()!;
let dir: string;
let path: string;
let taker: Server;
let parser: HttpServer;
/** makes the two ends of a TCP connection: a browser and knast-web's side of it */
let front: Server;
let taken: HandedSocket[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "handover-"));
  path = join(dir, "sock.fd");
  parser = createHttp((_, response) => response.writeHead(404, { connection: "close" }).end());
  parser.on("upgrade", (_request, socket: HandedSocket, head: Buffer) => {
    taken.push(socket);
    socket.on("error", () => {});
    socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
  });
  taker = createTaker(native, parser);
  await new Promise<void>((resolve) => taker.listen(path, resolve));
  front = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve) => front.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  taker.close();
  front.close();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => (taken = []));

const port = () => (front.address() as { port: number }).port;
const REQUEST = "GET /v1/terminals/x HTTP/1.1\r\nHost: knastd\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

function framed(request: string | Buffer): Buffer {
  const body = Buffer.from(request as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

async function pair() {
  const coming = once(front, "connection");
  const browser = connect(port(), "127.0.0.1");
  browser.on("error", () => {});
  await once(browser, "connect");
  const [server] = (await coming) as [Socket];
  return { browser, server };
}

async function leash() {
  const socket = connect(path);
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

async function handed(request = REQUEST) {
  const { browser, server } = await pair();
  const line = await leash();
  expect(native.give(fdOf(line), fdOf(server), framed(request))).toBe(framed(request).length);
  server.destroy();
  return { browser, line };
}

const until = async (what: string, condition: () => boolean, within = 5000) => {
  for (const deadline = Date.now() + within; !condition(); await new Promise((resolve) => setTimeout(resolve, 5)))
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
};

/** @returns all that comes until the end */
async function rest(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (bytes) => (text += bytes.toString()));
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  return text;
}

const descriptors = () => readdirSync("/proc/self/fd").length;

describe("a connection that is handed over", () => {
  test("is answered directly, and what was typed early is not lost", async () => {
    const { browser, line } = await handed(`${REQUEST}early`);
    const [answer] = (await once(browser, "data")) as [Buffer];
    expect(answer.toString()).toBe("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    browser.write(" late");
    let got = "";
    taken[0]!.on("data", (bytes: Buffer) => (got += bytes.toString()));
    await until("both", () => got === "early late");
    line.destroy();
    browser.destroy();
  });

  test("is whole when its reader is slow: 32 MiB", async () => {
    const { browser, line } = await handed();
    await until("taken", () => taken.length === 1);
    taken[0]!.resume();
    const piece = Buffer.from(Array.from({ length: 65_536 }, (_, i) => (i * 7) & 255));
    const sent = createHash("sha256");
    for (let i = 0; i < 512; i++) {
      piece.writeUInt32BE(i, 0);
      sent.update(piece);
      taken[0]!.write(Buffer.from(piece));
    }
    // nobody has read yet: what does not fit the kernel waits here
    expect(taken[0]!.writableLength).toBeGreaterThan(1024 * 1024);
    taken[0]!.end();
    const got = createHash("sha256");
    let skipped = false;
    browser.on("data", (bytes: Buffer) => {
      got.update(skipped ? bytes : bytes.subarray("HTTP/1.1 101 Switching Protocols\r\n\r\n".length));
      skipped = true;
    });
    await once(browser, "end");
    expect(got.digest("hex")).toBe(sent.digest("hex"));
    browser.destroy();
    await once(line, "close");
  });

  test("what comes waits while nobody reads, and is whole then", async () => {
    const { browser, line } = await handed();
    await until("taken", () => taken.length === 1);
    const all = Buffer.alloc(8 * 1024 * 1024, "0123456789abcdef!");
    browser.end(all);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(taken[0]!.readableLength).toBeLessThan(256 * 1024);
    const got: Buffer[] = [];
    taken[0]!.on("data", (bytes: Buffer) => got.push(bytes));
    await once(taken[0]!, "end");
    expect(Buffer.concat(got).equals(all)).toBe(true);
    line.destroy();
  });

  describe("and keys", () => {
    const MASK = [1, 2, 3, 4];
    const key = (letter: string) => Buffer.from([0x82, 0x81, ...MASK, letter.charCodeAt(0) ^ 1]);
    async function listening(request = REQUEST) {
      const { browser, line } = await handed(request);
      await until("taken", () => taken.length === 1);
      browser.setNoDelay(true);
      const seen = { short: "", long: Buffer.alloc(0), takes: true };
      taken[0]!.on("data", (bytes: Buffer) => (seen.long = Buffer.concat([seen.long, bytes])));
      taken[0]!.hearKeys((bytes) => seen.takes && (seen.short += bytes.toString()).length > 0);
      return { browser, line, seen, socket: taken[0]! };
    }

    test("go the short way, unmasked; all else, and what nobody takes, the long one", async () => {
      const { browser, line, seen } = await listening();
      for (const letter of "knast") {
        browser.write(key(letter));
        await until(letter, () => seen.short.endsWith(letter));
      }
      expect([seen.short, seen.long.length]).toEqual(["knast", 0]);
      const text = Buffer.from([0x81, 0x81, ...MASK, 0x60]);
      browser.write(text);
      await until("a text", () => seen.long.equals(text));
      seen.takes = false;
      browser.write(key("x"));
      await until("the long way", () => seen.long.equals(Buffer.concat([text, key("x")])));
      expect(seen.short).toBe("knast");
      line.destroy();
    });

    test("wait behind what waits, and whoever reads nothing hears none", async () => {
      const { browser, line, seen, socket } = await listening();
      socket.pause();
      browser.write(key("a"));
      await until("it waits", () => socket.readableLength > 0);
      socket.resume();
      // not read yet: what comes now is the later one
      browser.write(key("b"));
      await until("both", () => seen.long.length + seen.short.length >= key("a").length + 1);
      expect(seen.long.subarray(0, key("a").length)).toEqual(key("a"));
      expect(seen.short.length === 1 || seen.long.equals(Buffer.concat([key("a"), key("b")]))).toBe(true);
      browser.write(key("c"));
      await until("the short way again", () => seen.short.endsWith("c"));
      line.destroy();
    });

    test("of a connection that has brought something already go the long way, as its frames are not known", async () => {
      const { browser, line } = await handed();
      await until("taken", () => taken.length === 1);
      const got: Buffer[] = [];
      taken[0]!.on("data", (bytes: Buffer) => got.push(bytes));
      browser.write(key("a").subarray(0, 3));
      await until("half of it", () => Buffer.concat(got).length === 3);
      let heard = 0;
      taken[0]!.hearKeys(() => ++heard > 0);
      browser.write(Buffer.concat([key("a").subarray(3), key("b")]));
      browser.write(key("c"));
      await until("all", () => Buffer.concat(got).length === 3 * key("a").length);
      expect(heard).toBe(0);
      line.destroy();
    });

    test("what the kernel refuses is not sent once more, and nothing after it", async () => {
      const { browser, socket } = await listening();
      const [answer] = (await once(browser, "data")) as [Buffer];
      expect(answer.toString()).toContain("101");
      let got = "";
      browser.on("data", (bytes: Buffer) => (got += bytes.toString()));
      const { write } = native;
      // as a firewall on FreeBSD does: the bytes are in the kernel and the call fails (tcp_output)
      const refused = vi.spyOn(native, "write").mockImplementationOnce((line, bytes, from) => {
        write(line, bytes, from);
        return -constants.errno.EACCES;
      });
      let done = 0;
      for (const text of ["one", "two", "three"]) socket.send(Buffer.from(text), () => done++);
      refused.mockRestore();
      await until("ended", () => socket.destroyed && browser.closed);
      expect([got, done]).toEqual(["one", 3]);
    });

    test("what is sent at once stays in order with what waits, and says when it is done", async () => {
      const { browser, line, socket } = await listening();
      const [answer] = (await once(browser, "data")) as [Buffer];
      browser.pause();
      const pieces = Array.from({ length: 300 }, (_, i) => Buffer.alloc(60_000, i & 255));
      let done = 0;
      for (const [i, piece] of pieces.entries())
        if (i % 3) socket.send(piece, () => done++);
        else socket.write(piece, () => done++);
      expect(done).toBeGreaterThan(0);
      expect(socket.writableLength).toBeGreaterThan(1024 * 1024);
      const all = Buffer.concat(pieces);
      const got: Buffer[] = [];
      let length = 0;
      browser.on("data", (bytes: Buffer) => (got.push(bytes), (length += bytes.length)));
      browser.resume();
      await until(
        "all",
        () => length + answer.length >= all.length + "HTTP/1.1 101 Switching Protocols\r\n\r\n".length,
      );
      expect(Buffer.concat(got).subarray(-all.length).equals(all)).toBe(true);
      await until("all are done", () => done === pieces.length);
      line.destroy();
      await until("ended", () => socket.destroyed);
      await new Promise<void>((resolve) => socket.send(Buffer.from("late"), resolve));
    });
  });

  test("ends with its leash, and the leash with it", async () => {
    const one = await handed();
    await until("taken", () => taken.length === 1);
    one.line.destroy();
    await rest(one.browser);
    expect(taken[0]!.destroyed).toBe(true);
    const other = await handed();
    await until("taken", () => taken.length === 2);
    other.browser.resetAndDestroy();
    await rest(other.line);
    await until("gone", () => taken[1]!.destroyed);
  });

  test("what has come and is not read when the leash ends is never read", async () => {
    const { browser, line } = await handed();
    await until("taken", () => taken.length === 1);
    browser.write("typed by an ex-friend");
    await until("it has come", () => taken[0]!.readableLength > 0);
    line.destroy();
    await until("ended", () => taken[0]!.destroyed);
    expect([taken[0]!.readableLength, taken[0]!.read()]).toEqual([0, null]);
    await rest(browser);
  });

  test("the leash tells that somebody types, once in a second, and of nothing else", async () => {
    const { browser, line } = await handed();
    await until("taken", () => taken.length === 1);
    let told = 0;
    line.on("data", (bytes: Buffer) => (told += bytes.length));
    const got: Buffer[] = [];
    taken[0]!.on("data", (bytes: Buffer) => got.push(bytes));
    browser.setNoDelay(true);
    for (const first of [0x81, 0x8a, 0x89]) {
      browser.write(Buffer.from([first, 0x80]));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until("what is no key", () => Buffer.concat(got).length === 6);
    expect(told).toBe(0);
    for (let i = 0; i < 5; i++) {
      browser.write(Buffer.from([0x82, 0x80]));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await until("all", () => Buffer.concat(got).length === 16);
    await until("told", () => told > 0);
    expect(told).toBe(1);
    line.destroy();
  });

  test("500 come and go, and no descriptor stays", async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = descriptors();
    for (let i = 0; i < 500; i++) {
      const { browser, line } = await handed();
      if (i % 2) await until("taken", () => taken.length > 0);
      if (i % 3) line.destroy();
      else browser.resetAndDestroy();
      await Promise.all([rest(browser), rest(line)]);
      taken = [];
    }
    await until("all closed", () => descriptors() <= before);
  });
});

describe("what is no connection, or no upgrade", () => {
  const nothing = async (fd: number, bytes = framed(REQUEST)) => {
    const line = await leash();
    native.give(fdOf(line), fd, bytes);
    await rest(line);
    expect(taken.length).toBe(0);
  };

  test("files, devices, Unix sockets, listeners are closed again", async () => {
    const before = descriptors();
    for (const file of ["/dev/null", "/etc/passwd", "/proc/self/mem", "/"]) {
      const fd = openSync(file, "r");
      await nothing(fd);
      closeSync(fd);
    }
    const unix = await leash();
    await nothing(fdOf(unix));
    unix.destroy();
    await nothing((front as unknown as { _handle: { fd: number } })._handle.fd);
    await until("all closed", () => descriptors() <= before);
  });

  test("bytes without a connection, a request that is too long, and one that is none", async () => {
    const line = await leash();
    line.write(framed(REQUEST));
    await rest(line);
    const { server, browser } = await pair();
    await nothing(fdOf(server), framed(Buffer.alloc(MAX_REQUEST + 1, "a")));
    await nothing(fdOf(server), Buffer.from([255, 255, 255, 255]));
    await nothing(fdOf(server), framed(Buffer.alloc(MAX_REQUEST, "a")));
    server.destroy();
    browser.destroy();
    expect(taken.length).toBe(0);
  });

  test("a request of the daemon's own verbs gets 404, and so does what follows it", async () => {
    const post =
      "POST /v1/host.info HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}";
    const { browser } = await handed(post + post);
    expect((await rest(browser)).match(/HTTP\/1.1 \d+/g)).toEqual(["HTTP/1.1 404"]);
  });

  test("a request that never ends is put off", async () => {
    const { browser, line } = await handed("GET /v1/terminals/x HTTP/1.1\r\nHost: knastd\r\n");
    await rest(browser);
    await rest(line);
    expect(taken.length).toBe(0);
  }, 20_000);

  test("a second connection over a leash ends both", async () => {
    const { browser, line } = await handed();
    await until("taken", () => taken.length === 1);
    const more = await pair();
    native.give(fdOf(line), fdOf(more.server), framed(REQUEST));
    more.server.destroy();
    await Promise.all([rest(browser), rest(more.browser), rest(line)]);
    expect(taken.length).toBe(1);
  });

  test("who sends nothing is put off; beyond 64 of them nobody is heard, and then again", async () => {
    const late = await Promise.all(Array.from({ length: 64 }, leash));
    const refused = await leash();
    await rest(refused);
    expect(late.some((one) => one.closed)).toBe(false);
    await Promise.all(late.map(rest));
    const { browser, line } = await handed();
    await once(browser, "data");
    line.destroy();
  }, 20_000);
});

/** A knast-web that was taken over: gives a connection, keeps it, and does to the shared open file what should make knastd wait. */
const HOSTILE = `
import array, fcntl, os, signal, socket, struct, sys, time
path, mode = sys.argv[1:]
request = ${JSON.stringify(REQUEST)}.encode()
listener = socket.create_server(("127.0.0.1", 0))
browser = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
leash = socket.socket(socket.AF_UNIX)
if os.fork() == 0:
    # the browser, which reads nothing and outlives the giver
    server.close(), leash.close()
    os.close(1)
    time.sleep(8)
    os._exit(0)
browser.close()
def give(*fds):
    leash.sendmsg([struct.pack(">I", len(request)) + request], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", fds))])
def ended():
    leash.settimeout(5)
    try: return leash.recv(1) == b""
    except ConnectionResetError: return True
if mode in ("two", "many"):
    leash.connect(path)
    give(*[server.fileno()] * (2 if mode == "two" else 200))
    sys.exit(0 if ended() else 1)
server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 20))
server.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 0, 0))
server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", 0, 0))
if mode in ("unread", "among"):
    # whoever closes this as the last one waits for the browser to read
    server.setblocking(False)
    try:
        while True: server.send(b"z" * 65536)
    except BlockingIOError: pass
    null = os.open("/dev/null", os.O_RDONLY)
    # for who takes it all that follows is one step
    os.kill(os.getppid(), signal.SIGSTOP)
    try:
        leash.connect(path)
        give(*([null] * 20 if mode == "among" else []), server.fileno())
        server.close()
    finally: os.kill(os.getppid(), signal.SIGCONT)
    sys.exit(0 if ended() else 1)
leash.connect(path)
give(server.fileno())
if mode == "errors":
    # an error queue that nobody empties: always ready, never anything to read or write
    server.setsockopt(socket.SOL_SOCKET, 37, 2 | 16 | 256)
    try: server.send(b"z", socket.MSG_DONTWAIT)
    except BlockingIOError: pass
print("given", flush=True)
end = time.time() + 8
while time.time() < end:
    fcntl.fcntl(server, fcntl.F_SETFL, 0)
    if mode == "errors": time.sleep(0.1)
`;

/** @returns the longest that this process's loop stood still meanwhile, in ms */
async function longestPause(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const look = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  };
  const clock = setInterval(look, 10);
  await work();
  await new Promise((resolve) => setTimeout(resolve, 300));
  look();
  clearInterval(clock);
  return longest;
}

describe("a knast-web that was taken over", () => {
  const hostile = (mode: string): ChildProcess =>
    spawn("python3", ["-c", HOSTILE, path, mode], { stdio: ["ignore", "pipe", "inherit"] });
  const exitOf = async (child: ChildProcess) => ((await once(child, "exit")) as [number])[0];

  test.each(["two", "many"])("who sends %s connections at once sends none, and leaves no descriptor", async (mode) => {
    const before = descriptors();
    expect(await exitOf(hostile(mode))).toBe(0);
    expect(taken.length).toBe(0);
    await until("all closed", () => descriptors() <= before);
  });

  test("who makes the shared connection wait holds nobody up, in a write or in a close", async () => {
    const child = hostile("block");
    const pause = await longestPause(async () => {
      await once(child.stdout!, "data");
      await until("taken", () => taken.length === 1);
      taken[0]!.on("data", () => {});
      // more than the kernel takes for a browser that reads nothing
      for (let i = 0; i < 400; i++) taken[0]!.write(Buffer.alloc(65_536, "y"));
      await new Promise((resolve) => setTimeout(resolve, 1500));
      expect(taken[0]!.writableLength).toBeGreaterThan(0);
      // the close would linger for 20 seconds: nobody else has the connection any more, and what was written is not read
      child.kill("SIGKILL");
      await once(child, "exit");
      await until("closed with its leash", () => taken[0]!.destroyed);
    });
    expect(pause).toBeLessThan(3000);
  });

  test("a connection that would linger holds nobody up where it is refused among others, or unread", async () => {
    expect(await longestPause(async () => expect(await exitOf(hostile("among"))).toBe(0))).toBeLessThan(3000);
    const idle = await Promise.all(Array.from({ length: 64 }, leash));
    expect(await longestPause(async () => expect(await exitOf(hostile("unread"))).toBe(0))).toBeLessThan(3000);
    for (const one of idle) one.destroy();
    await Promise.all(idle.map(rest));
  });

  test("a connection that is always ready and never anything costs no processor, and is read and written still", async () => {
    const child = hostile("errors");
    await once(child.stdout!, "data");
    await until("taken", () => taken.length === 1);
    let got = 0;
    taken[0]!.on("data", (bytes: Buffer) => (got += bytes.length));
    for (let i = 0; i < 400; i++) taken[0]!.write(Buffer.alloc(65_536, "y"));
    const looks = vi.spyOn(native, "watch");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(taken[0]!.writableLength).toBeGreaterThan(0);
    expect(looks.mock.calls.length).toBeGreaterThan(10);
    expect(looks.mock.calls.length).toBeLessThan(500);
    looks.mockRestore();
    expect(got).toBe(0);
    child.kill("SIGKILL");
    await until("ended", () => taken[0]!.destroyed);
  });

  test("who takes the bytes away before they are read holds nobody up", async () => {
    const script = `require("net").connect(${port()}, "127.0.0.1"); setTimeout(() => process.exit(), 4000)`;
    const browser = spawn(process.execPath, ["-e", script]);
    const [server] = (await once(front, "connection")) as [Socket];
    const line = native.open(native.duplicate(fdOf(server)), () => {});
    (server as unknown as { _handle: { setBlocking(on: boolean): void } })._handle.setBlocking(true);
    expect(native.read(line, Buffer.alloc(1))).toBe(-constants.errno.EAGAIN);
    native.close(line);
    server.destroy();
    browser.kill("SIGKILL");
  });
});
