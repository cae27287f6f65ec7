import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import {
  type AddressInfo,
  connect,
  createServer as createNetServer,
  type Server as NetServer,
  type Socket,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import WebSocket, { WebSocketServer } from "ws";
import { SUBPROTOCOL } from "../contract/terminal.ts";
import { allowedOrigins } from "./gate.ts";
import type { Splices } from "./splice.ts";
import { attachUpgrades, type UpgradeOptions } from "./upgrade.ts";

const ID = "0123456789abcdef0123456789abcdef";
const PASS = { ok: true, accountId: "a1", jail: "mail", as: "root", sessionKey: "s1", actor: "anna" } as const;

let dir: string;
let daemon: Server;
let wss: WebSocketServer;
let asked: { url: string; headers: Record<string, unknown> }[];
let daemonSockets: Set<Socket>;
let web: Server;
let splices: Splices;
let port: number;
let publicOrigin: string | null;
let authorize: UpgradeOptions["authorize"];

async function listen(server: Server | NetServer, where: string | number): Promise<void> {
  await new Promise<void>((resolve) => server.listen(where as number, ...([] as []), resolve as () => void));
}

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "upgrade-"));
  asked = [];
  publicOrigin = null;
  daemonSockets = new Set();
  authorize = async () => PASS;
  daemon = createServer();
  daemon.on("connection", (socket) => {
    daemonSockets.add(socket);
    socket.on("close", () => daemonSockets.delete(socket));
  });
  wss = new WebSocketServer({ noServer: true, perMessageDeflate: true });
  daemon.on("upgrade", (req, socket, head) => {
    asked.push({ url: req.url!, headers: req.headers });
    wss.handleUpgrade(req, socket, head, (ws) => {
      ws.send("hello");
      ws.on("message", (data, isBinary) => ws.send(data, { binary: isBinary }));
    });
  });
  await listen(daemon, join(dir, "sock"));
  web = createServer((_req, res) => res.end("page"));
  splices = attachUpgrades(web, {
    authorize: (...args) => authorize(...args),
    socketPath: join(dir, "sock"),
    allowedOrigins: (req) => allowedOrigins(req.headers, { origin: publicOrigin }),
  });
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
  port = (web.address() as AddressInfo).port;
});

afterEach(async () => {
  splices.closeWhere(() => true);
  for (const socket of daemonSockets) socket.destroy();
  web.closeAllConnections();
  await Promise.all([new Promise((resolve) => web.close(resolve)), new Promise((resolve) => daemon.close(resolve))]);
  rmSync(dir, { recursive: true });
});

async function poll(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Sends a request as it stands; answers the first line of what comes back. */
function raw(lines: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.once("data", (data) => {
      resolve(data.toString().split("\r\n")[0]!);
      socket.destroy();
    });
    socket.once("close", () => resolve("closed"));
    socket.once("error", reject);
  });
}

const head = (path = `/ws/terminals/${ID}`) => [
  `GET ${path} HTTP/1.1`,
  `Host: 127.0.0.1:${port}`,
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
];
const own = () => `Origin: http://127.0.0.1:${port}`;

function viewer(path = `/ws/terminals/${ID}`): Promise<WebSocket & { got: string[] }> {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, SUBPROTOCOL, { origin: `http://127.0.0.1:${port}` });
    const got: string[] = [];
    ws.on("message", (data) => got.push(String(data)));
    ws.on("open", () => resolve(Object.assign(ws, { got })));
    ws.on("error", reject);
  });
}

describe("origin", () => {
  const table: [name: string, configured: string | null, origin: string | null, allowed: boolean][] = [
    ["own, by Host", null, "http://HOST", true],
    ["own over https, by Host", null, "https://HOST", true],
    ["missing", null, null, false],
    ["empty", null, "", false],
    ["null", null, "null", false],
    ["another port", null, "http://127.0.0.1:1", false],
    ["no port", null, "http://127.0.0.1", false],
    ["localhost is another name", null, "http://localhost:PORT", false],
    ["with a slash", null, "http://HOST/", false],
    ["with a path", null, "http://HOST/x", false],
    ["ws scheme", null, "ws://HOST", false],
    ["upper case scheme", null, "HTTP://HOST", false],
    ["suffix look-alike", null, "http://HOST.evil.example", false],
    ["prefix look-alike", null, "http://evil.example?HOST", false],
    ["user part", null, "http://HOST@evil.example", false],
    ["two of them", null, "http://HOST, http://HOST", false],
    ["file", null, "file://", false],
    ["extension", null, "chrome-extension://abcdefghijklmnop", false],
    ["configured", "https://panel.example.org", "https://panel.example.org", true],
    ["configured: Host's own is none", "https://panel.example.org", "http://HOST", false],
    ["configured: http for https", "https://panel.example.org", "http://panel.example.org", false],
    ["configured: another port", "https://panel.example.org", "https://panel.example.org:8443", false],
    ["configured: default port spelled out", "https://panel.example.org", "https://panel.example.org:443", false],
    ["configured: subdomain", "https://panel.example.org", "https://a.panel.example.org", false],
    ["configured: parent", "https://panel.example.org", "https://example.org", false],
    ["configured: suffix", "https://panel.example.org", "https://panel.example.org.evil.example", false],
    ["configured: prefix", "https://panel.example.org", "https://evilpanel.example.org", false],
    ["configured: trailing dot", "https://panel.example.org", "https://panel.example.org.", false],
    ["configured: upper case", "https://panel.example.org", "https://PANEL.example.org", false],
    ["configured: missing", "https://panel.example.org", null, false],
    ["configured: null", "https://panel.example.org", "null", false],
    ["configured with a port", "http://[::1]:3000", "http://[::1]:3000", true],
    ["configured with a port: IPv4", "http://[::1]:3000", "http://127.0.0.1:3000", false],
  ];
  test.each(table)("%s (%s, %s)", async (_name, configured, origin, allowed) => {
    publicOrigin = configured;
    let authorized = 0;
    authorize = async () => (authorized++, PASS);
    const line = origin?.replace("HOST", `127.0.0.1:${port}`).replace("PORT", String(port));
    const status = await raw([...head(), ...(line === undefined ? [] : [`Origin: ${line}`])]);
    expect([status.slice(9, 12), authorized]).toEqual(allowed ? ["101", 1] : ["403", 0]);
    // A program with a token names no page; one that names another one is refused like a page.
    const bearer = [...head(), "Authorization: Bearer knast_x", ...(line === undefined ? [] : [`Origin: ${line}`])];
    const second = (await raw(bearer)).slice(9, 12);
    expect(second).toBe(allowed || origin === null ? "101" : "403");
  });

  test.each(["Basic a25hc3Q6eA==", "knast_x", "", "Bearer", "Digest Bearer x"])(
    "no token (%s) is no program's",
    async (sent) => {
      expect(await raw([...head(), `Authorization: ${sent}`])).toBe("HTTP/1.1 403 Forbidden");
      expect(asked).toEqual([]);
    },
  );
});

describe("what is no shell", () => {
  test.each([
    "/",
    "/ws",
    "/ws/terminals/",
    `/ws/terminals/${ID}/`,
    `/ws/terminals/${ID.toUpperCase()}`,
    `/ws/terminals/${ID}0`,
    `/ws/terminals/${ID}?from=`,
    `/ws/terminals/${ID}?from=-1`,
    `/ws/terminals/${ID}?from=01`,
    `/ws/terminals/${ID}?from=1&x=1`,
    `/ws/terminals/${ID}%0d%0aX:y`,
    `//ws/terminals/${ID}`,
    `/ws/../ws/terminals/${ID}`,
    `http://127.0.0.1/ws/terminals/${ID}`,
    `http://knastd/v1/terminals/${ID}`,
    `/v1/terminals/${ID}`,
    "/_next/hmr",
  ])("%s", async (path) => {
    expect(await raw([...head(path), own()])).toBe("HTTP/1.1 404 Not Found");
    expect(asked).toEqual([]);
  });

  test.each([
    ["another protocol", { "Sec-WebSocket-Protocol": "knast.terminal.v2" }],
    ["no protocol", { "Sec-WebSocket-Protocol": null }],
    ["h2c", { Upgrade: "h2c" }],
    ["an old version", { "Sec-WebSocket-Version": "8" }],
    ["a key that is none", { "Sec-WebSocket-Key": "x" }],
    ["no key", { "Sec-WebSocket-Key": null }],
  ])("%s is a bad request", async (_name, change: Record<string, string | null>) => {
    const lines = head().flatMap((line) => {
      const name = line.split(":")[0]!;
      if (!(name in change)) return [line];
      return change[name] === null ? [] : [`${name}: ${change[name]}`];
    });
    expect(await raw([...lines, own()])).toBe("HTTP/1.1 400 Bad Request");
    expect(asked).toEqual([]);
  });

  test.each(["HTTP/1.0", "HTTP/0.9"])("%s is too old to be upgraded", async (version) => {
    const [first, ...rest] = head();
    expect(await raw([first!.replace("HTTP/1.1", version), ...rest, own()])).toBe("HTTP/1.1 400 Bad Request");
    expect(asked).toEqual([]);
  });

  test.each([401, 403, 404, 503])("a refusal with %d reaches nobody else", async (status) => {
    authorize = async () => ({ ok: false, status });
    expect((await raw([...head(), own()])).slice(9, 12)).toBe(String(status));
    expect([asked.length, daemonSockets.size, splices.size]).toEqual([0, 0, 0]);
  });

  test("a check that throws is a 500 and the next one works", async () => {
    authorize = async () => Promise.reject(new Error("database"));
    expect(await raw([...head(), own()])).toBe("HTTP/1.1 500 Internal Server Error");
    authorize = async () => PASS;
    expect((await raw([...head(), own()])).slice(9, 12)).toBe("101");
  });

  test("no daemon is a 503", async () => {
    await new Promise((resolve) => daemon.close(resolve));
    expect(await raw([...head(), own()])).toBe("HTTP/1.1 503 Service Unavailable");
  });
});

describe("a splice", () => {
  test("hands frames through and nothing of the request but a fixed list", async () => {
    const ws = await viewer(`/ws/terminals/${ID}?from=17`);
    await poll(() => ws.got.length === 1, "hello");
    ws.send("ping");
    await poll(() => ws.got.length === 2, "echo");
    expect(ws.got).toEqual(["hello", "ping"]);
    expect(ws.extensions).toBe("");
    expect(asked[0]!.url).toBe(`/v1/terminals/${ID}?from=17`);
    expect(Object.keys(asked[0]!.headers).sort()).toEqual([
      "connection",
      "host",
      "knast-actor",
      "sec-websocket-key",
      "sec-websocket-protocol",
      "sec-websocket-version",
      "upgrade",
    ]);
    ws.close();
  });

  test("says beside whom from where he comes, as the panel has found out", async () => {
    authorize = async () => ({ ...PASS, from: { "knast-source": "192.0.2.7", "knast-request": "r1" } });
    const ws = await viewer();
    expect(asked[0]!.headers).toMatchObject({
      "knast-actor": "anna",
      "knast-source": "192.0.2.7",
      "knast-request": "r1",
    });
    expect(asked[0]!.headers).not.toHaveProperty("knast-token");
    ws.close();
  });

  test("8 MiB each way arrive as they were", async () => {
    const ws = await viewer();
    const sent = Buffer.alloc(8 << 20, "knast ünï ");
    let back: Buffer | null = null;
    ws.on("message", (data, isBinary) => isBinary && (back = data as Buffer));
    ws.send(sent);
    await poll(() => back !== null, "echo");
    expect(sent.equals(back!)).toBe(true);
    ws.close();
  });

  test("both ends close together and nothing is kept, whoever begins", async () => {
    const a = await viewer();
    const b = await viewer();
    const c = await viewer();
    expect([splices.size, daemonSockets.size]).toEqual([3, 3]);
    a.terminate();
    b.close();
    for (const client of wss.clients) if (splices.size > 0) client.terminate();
    await poll(() => splices.size === 0 && daemonSockets.size === 0, "all closed");
    await poll(() => [a, b, c].every((ws) => ws.readyState === WebSocket.CLOSED), "all told");
  });

  test("a browser that only half closes is gone as well", async () => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () =>
      socket.write(`${[...head(), own()].join("\r\n")}\r\n\r\n`),
    );
    await new Promise((resolve) => socket.once("data", resolve));
    expect(splices.size).toBe(1);
    socket.end();
    await poll(() => splices.size === 0 && daemonSockets.size === 0, "all closed");
    socket.destroy();
  });

  test("can be closed by account, session or jail, and tells whether it was used", async () => {
    const passes = [
      { ...PASS, accountId: "a1", jail: "mail" },
      { ...PASS, accountId: "a2", jail: "mail" },
      { ...PASS, accountId: "a2", jail: "www" },
    ];
    const open: Awaited<ReturnType<typeof viewer>>[] = [];
    for (const pass of passes) {
      authorize = async () => pass;
      open.push(await viewer());
    }
    const used = () => {
      const list: boolean[] = [];
      splices.forEach((one) => list.push(one.takeUsed()));
      return list;
    };
    expect(used()).toEqual([true, true, true]);
    open[1]!.send(Buffer.from("ls\r"));
    open[2]!.send(JSON.stringify({ t: "ack", offset: 0 }));
    await poll(() => open[2]!.got.length === 2 && open[1]!.got.length === 2, "echoes");
    expect(used()).toEqual([false, true, false]);
    expect(splices.closeWhere(({ accountId, jail }) => accountId === "a2" && jail === "www")).toBe(1);
    await poll(() => open[2]!.readyState === WebSocket.CLOSED, "closed");
    expect(open[0]!.readyState).toBe(WebSocket.OPEN);
    expect(splices.closeWhere(({ jail }) => jail === "mail")).toBe(2);
    await poll(() => daemonSockets.size === 0, "knastd's side closed");
  });

  test("a browser that leaves while it is checked leaves nothing behind", async () => {
    let decide: () => void = () => {};
    authorize = () => new Promise((resolve) => (decide = () => resolve(PASS)));
    const socket = connect(port, "127.0.0.1", () => socket.write(`${[...head(), own()].join("\r\n")}\r\n\r\n`));
    await poll(() => String(decide).includes("resolve"), "the check");
    socket.destroy();
    await new Promise((resolve) => socket.once("close", resolve));
    await new Promise((resolve) => setImmediate(resolve));
    decide();
    await poll(() => daemonSockets.size === 0 && splices.size === 0, "nothing");
  });
});

test("a stalled browser holds knastd's side back", async () => {
  const flood = createNetServer((socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(65_536)));
        socket.once("drain", more);
      };
      more();
    });
    socket.on("error", () => {});
    sockets.push(socket);
  });
  const sockets: Socket[] = [];
  await new Promise((resolve) => daemon.close(resolve));
  await listen(flood, join(dir, "sock"));
  const socket = connect(port, "127.0.0.1", () => socket.write(`${[...head(), own()].join("\r\n")}\r\n\r\n`));
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  let last = -1;
  await poll(() => {
    const now = sockets[0]!.bytesWritten;
    const still = now === last;
    last = now;
    return still;
  }, "the flood to stand still");
  expect(last).toBeLessThan(32 << 20);
  socket.destroy();
  await poll(() => splices.size === 0 && sockets[0]!.destroyed, "closed");
  await new Promise((resolve) => flood.close(resolve));
  await new Promise<void>((resolve) => daemon.listen(join(dir, "sock"), resolve));
});
