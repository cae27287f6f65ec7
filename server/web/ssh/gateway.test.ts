import { connect } from "node:net";
import ssh2, { type ClientChannel } from "ssh2";
import { type WebSocket, WebSocketServer } from "ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SUBPROTOCOL, WINDOW } from "../../contract/terminal.ts";
import { poll } from "../../daemon/testing/poll.ts";
import { assignJail } from "../../services/accounts/assign-jail.ts";
import type { Ctx } from "../../services/context.ts";
import { writeSetting } from "../../services/panel-settings/panel-setting.ts";
import { addSshKey } from "../../services/ssh/add-ssh-key.ts";
import { jail } from "../../services/testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../../services/testing/panel.ts";
import { Splices } from "../splice.ts";
import { freePort } from "../testing/web.ts";
import { SshGateway } from "./gateway.ts";
import { makeKeyPair } from "../../services/ssh/make-key-pair.ts";

// The gateway before a daemon of the test's own: what it says to knastd, and to clients that no ssh(1) is.

let panel: TestPanel;
let gateway: SshGateway;
let splices: Splices;
let port: number;
let olaf: Ctx;
let privateKey: string;
/** what was attached, oldest first, and what came from it */
let lines: { ws: WebSocket; typed: Buffer[]; told: { t: string; offset?: number; cols?: number; rows?: number }[] }[];

beforeEach(async () => {
  panel = await testPanel();
  const admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  panel.daemon.jails.push(jail("web", { state: "running", jid: 1 }));
  await assignJail(admin, { name: "web", account: olaf.actor.id });
  lines = [];
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  panel.daemon.attach = (request, peer, head) =>
    server.handleUpgrade(request, peer, head, (ws) => {
      expect(ws.protocol).toBe(SUBPROTOCOL);
      const line = { ws, typed: [] as Buffer[], told: [] as (typeof lines)[number]["told"] };
      lines.push(line);
      ws.on("message", (data: Buffer, binary) =>
        binary ? line.typed.push(data) : line.told.push(JSON.parse(data.toString()) as (typeof line.told)[number]),
      );
      say(ws, { t: "hello", mode: "resume", offset: 0, replayBytes: 0, cols: 80, rows: 24 });
    });
  const { private: key, public: line } = makeKeyPair("ed25519");
  privateKey = key;
  await addSshKey(olaf, { name: "x", key: line });
  splices = new Splices();
  gateway = new SshGateway({ socketPath: panel.daemon.socket, splices });
  port = await freePort();
  await writeSetting("ssh-gateway", { on: true, address: "127.0.0.1", port });
  await gateway.apply();
  expect(gateway.state()).toEqual({ state: "listening", connections: 0 });
});
afterEach(async () => {
  await gateway.close();
  for (const { ws } of lines) ws.terminate();
  await panel.stop();
});

const say = (ws: WebSocket, message: object) => ws.send(JSON.stringify(message));
const exit = (ws: WebSocket, status: number | null, reason = "exited") =>
  say(ws, { t: "exit", status, signal: null, reason });

type Client = InstanceType<typeof ssh2.Client> & { _protocol: Record<string, (...args: unknown[]) => unknown> };
async function come(username = "web"): Promise<Client> {
  const client = new ssh2.Client() as Client;
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve).once("error", reject);
    client.connect({ host: "127.0.0.1", port, username, privateKey });
  });
  return client.on("error", () => {}) as Client;
}
async function shell(client: Client, window: object = { cols: 100, rows: 30 }) {
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.shell(window, (error, made) => (error ? reject(error) : resolve(made))),
  );
  let out = Buffer.alloc(0);
  let err = "";
  let status: number | null | undefined;
  channel.on("error", () => {});
  channel.on("data", (bytes: Buffer) => (out = Buffer.concat([out, bytes])));
  channel.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
  channel.on("exit", (code: number | null) => (status = code));
  const closed = new Promise<void>((resolve) => channel.once("close", () => resolve()));
  return { channel, closed, out: () => out, err: () => err, status: () => status };
}

describe("a shell by ssh", () => {
  it("is opened in the size of the terminal, carries bytes both ways and ends with its status", async () => {
    const client = await come();
    const one = await shell(client);
    await poll("the line", () => lines[0]?.told.some(({ t }) => t === "resize"));
    expect(panel.daemon.heard.find(({ verb }) => verb === "terminal.open")).toMatchObject({
      actor: "olaf",
      input: { name: "web", cols: 100, rows: 30 },
    });
    expect(panel.daemon.paths.at(-1)).toMatch(/^\/v1\/terminals\/[0-9a-f]{32}\?from=0$/);
    one.channel.write("héllo\x03");
    await poll("what was typed", () => Buffer.concat(lines[0]!.typed).toString() === "héllo\x03");
    one.channel.setWindow(5, 1, 0, 0);
    await poll("the new size, not below the least", () =>
      lines[0]!.told.some((each) => each.cols === 2 && each.rows === 5),
    );
    lines[0]!.ws.send(Buffer.from("bye\r\n"));
    exit(lines[0]!.ws, 7);
    await one.closed;
    expect([one.status(), one.out().toString()]).toEqual([7, "bye\r\n"]);
    expect(one.err()).toMatch(
      /^If the line breaks this shell goes on\. Log in as web\+[0-9a-f]{6} to come back to it\.\r\n$/,
    );
    await poll("the last line of the audit", () => panel.audit.some((line) => /ssh\.leave/.test(line)));
    expect(panel.audit.filter((line) => /terminal\.open|ssh\.leave/.test(line))).toMatchObject([
      expect.stringMatching(/"what":"terminal.open","who":"olaf","source":"127.0.0.1".*"token":"ssh:/),
      expect.stringMatching(/"what":"ssh.leave","who":"olaf","source":"127.0.0.1".*"jail":"web"/),
    ]);
    expect(splices.size).toBe(0);
    client.end();
  });

  it("is told what the client's terminal is, if that is a name of one", async () => {
    const client = await come();
    const asked = () => panel.daemon.heard.filter(({ verb }) => verb === "terminal.open").map(({ input }) => input);
    const odd = ["xterm-kitty", "screen.linux+x", "../x", "-x", "a\0b", "x y", "$(id)", "x\n", "x".repeat(33)];
    for (const [i, term] of odd.entries()) {
      const one = await shell(client, { cols: 100, rows: 30, term });
      await poll("the line", () => lines.length === i + 1);
      exit(lines[i]!.ws, 0);
      await one.closed;
    }
    expect(asked()).toMatchObject([
      { term: "xterm-kitty" },
      { term: "screen.linux+x" },
      ...odd.slice(2).map(() => ({})),
    ]);
    for (const input of asked().slice(2)) expect(input).not.toHaveProperty("term");
    client.end();
  });

  it("says how it ended when that was not its person's doing", async () => {
    const client = await come();
    const one = await shell(client);
    await poll("the line", () => lines[0]);
    exit(lines[0]!.ws, null, "jail-stopped");
    await one.closed;
    expect([one.status(), one.err()]).toEqual([1, expect.stringMatching(/The jail was stopped\.\r\n$/)]);
    const two = await shell(client);
    await poll("the second line", () => lines[1]);
    lines[1]!.ws.terminate();
    await two.closed;
    expect([two.status(), two.err()]).toEqual([
      1,
      expect.stringMatching(/The line to the shell was lost\..*\+last.*\r\n$/),
    ]);
    client.end();
  });

  it("answers no question of a screen that is replayed", async () => {
    const client = await come();
    const one = await shell(client);
    await poll("the line", () => lines[0]);
    const { ws, typed } = lines[0]!;
    say(ws, { t: "hello", mode: "replay", offset: 500, replayBytes: 4, cols: 100, rows: 30 });
    ws.send(Buffer.from("old\n"));
    await poll("the old screen, on a clean one", () => one.out().toString() === "\x1b[!p\x1b[2J\x1b[Hold\n");
    one.channel.write("\x1b[?62;4c");
    one.channel.write("x");
    await poll("a key", () => typed.length > 0);
    expect(Buffer.concat(typed).toString()).toBe("x");
    ws.send(Buffer.alloc(WINDOW.ack, "y"));
    await poll("an acknowledgement that counts from there", () =>
      lines[0]!.told.some((each) => each.t === "ack" && each.offset === 500 + WINDOW.ack),
    );
    client.end();
  });

  it("acknowledges nothing of what a client does not take, and all of it then", async () => {
    const client = await come();
    const one = await shell(client);
    await poll("the line", () => lines[0]);
    const socket = (client as unknown as { _sock: import("node:net").Socket })._sock;
    socket.pause();
    const acked = () => lines[0]!.told.findLast(({ t }) => t === "ack")?.offset ?? 0;
    let sent = 0;
    // As knastd does: never more than its window ahead.
    const pump = setInterval(() => {
      while (sent - acked() < WINDOW.high && sent < 64 * 1024 * 1024) {
        lines[0]!.ws.send(Buffer.alloc(32 * 1024, "z"));
        sent += 32 * 1024;
      }
    }, 5);
    await poll("it stands still", async () => {
      const before = sent;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return sent > 0 && sent === before;
    });
    // ssh's own window and the kernel's buffers, which are bounded.
    expect(sent).toBeLessThan(16 * 1024 * 1024);
    socket.resume();
    const stood = sent;
    await poll("it goes on", () => sent > stood + 1024 * 1024);
    clearInterval(pump);
    await poll("all of it is there", () => one.out().length === sent);
    client.end();
  });
});

/** Runs a command, by a channel without a terminal unless `pty` says otherwise. */
async function exec(client: Client, command: string, pty: object | false = false) {
  const seen = { out: "", err: "", status: undefined as number | null | undefined };
  const channel = await new Promise<ClientChannel>((resolve, reject) =>
    client.exec(command, { pty } as object, (error, made) => {
      if (error) return reject(error);
      // It may have come in the same packet.
      made.on("exit", (code: number | null) => (seen.status = code));
      resolve(made);
    }),
  );
  channel.on("error", () => {});
  channel.on("data", (bytes: Buffer) => (seen.out += bytes.toString("latin1")));
  channel.stderr.on("data", (bytes: Buffer) => (seen.err += bytes.toString()));
  const closed = new Promise<void>((resolve) => channel.once("close", () => resolve()));
  return { channel, seen, closed };
}
const opened = () => panel.daemon.heard.filter(({ verb }) => verb === "terminal.open").map(({ input }) => input);
const closings = () => panel.daemon.heard.filter(({ verb }) => verb === "terminal.close").map(({ input }) => input);
const typedInto = (at: number) => Buffer.concat(lines[at]!.typed).toString();

describe("a command by ssh", () => {
  it("begins when its line is there, gets what is typed, and gives its bytes and its status back", async () => {
    const client = await come();
    const one = await exec(client, "cat; exit 9");
    one.channel.end("half a line");
    await poll("the line", () => lines[0]?.told.length);
    expect(opened()).toMatchObject([{ name: "web", term: "dumb", command: { text: "cat; exit 9", plain: true } }]);
    // Nothing is typed into a terminal that echoes still.
    lines[0]!.ws.send(Buffer.from("\x06"));
    await poll("its input and its end", () => typedInto(0) === "\nhalf a line\x04\x04");
    lines[0]!.ws.send(Buffer.from("a\nb\x06\xff", "latin1"));
    exit(lines[0]!.ws, 9);
    await one.closed;
    expect(one.seen).toEqual({ out: "a\nb\x06\xff", err: "", status: 9 });
    await poll("its leaving", () => panel.audit.some((line) => /ssh\.leave/.test(line)));
    expect(closings()).toEqual([]);
    expect(panel.audit.join("")).not.toContain("exit 9");
    client.end();
  });

  it("has a terminal where one is asked for", async () => {
    const client = await come();
    const one = await exec(client, "top", { cols: 90, rows: 20, term: "screen" });
    await poll("the line", () => lines[0]?.told.length);
    expect(opened()).toMatchObject([{ cols: 90, rows: 20, term: "screen", command: { text: "top", plain: false } }]);
    one.channel.write("q");
    lines[0]!.ws.send(Buffer.from("\x06"));
    await poll("a key", () => typedInto(0) === "\nq");
    exit(lines[0]!.ws, 0);
    await one.closed;
    client.end();
  });

  it("is ended by a signal that ends, is given the keys of those that a terminal has, and no shell is ended by one", async () => {
    const client = await come();
    const one = await exec(client, "sleep 100", {});
    await poll("the line", () => lines[0]?.told.length);
    lines[0]!.ws.send(Buffer.from("\x06"));
    await poll("it runs", () => typedInto(0) === "\n");
    one.channel.signal("INT");
    await poll("Ctrl-C", () => typedInto(0) === "\n\x03");
    const [running] = panel.daemon.terminals;
    one.channel.signal("USR1");
    one.channel.signal("TERM");
    await poll("its end", () => closings().length === 1);
    expect(closings()).toEqual([{ terminal: running!.terminal }]);
    const two = await shell(client);
    await poll("the line", () => lines[1]?.told.length);
    two.channel.signal("KILL");
    two.channel.write("x");
    await poll("a key behind it", () => typedInto(1).endsWith("x"));
    expect(closings().length).toBe(1);
    exit(lines[1]!.ws, 0);
    await two.closed;
    client.end();
  });

  it("ends with its line, and a part of its output is not passed off as all", async () => {
    const client = await come();
    const one = await exec(client, "sleep 100");
    await poll("the line", () => lines[0]?.told.length);
    one.channel.close();
    const [first] = panel.daemon.terminals;
    await poll("its end", () => closings().length === 1);
    expect(closings()).toEqual([{ terminal: first!.terminal }]);
    const two = await exec(client, "yes");
    await poll("the line", () => lines[1]?.told.length);
    say(lines[1]!.ws, { t: "hello", mode: "replay", offset: 500, replayBytes: 4, cols: 80, rows: 24 });
    await two.closed;
    expect(two.seen).toMatchObject({ status: 1, err: expect.stringMatching(/The line to the shell was lost/) });
    client.end();
    await poll("its end too", () => closings().length === 2);
  });

  it("is refused with a word where it can't be one", async () => {
    const client = await come();
    for (const bad of ["x".repeat(8193), "a\0b"]) {
      const { closed, seen } = await exec(client, bad);
      await closed;
      expect(seen).toMatchObject({ status: 1, err: "A command has 1 to 8192 characters.\r\n" });
    }
    client.end();
    const back = await come("web+last");
    const { closed, seen } = await exec(back, "id");
    await closed;
    expect(seen).toMatchObject({ status: 1, err: expect.stringMatching(/^A command begins a shell of its own/) });
    expect(opened()).toEqual([]);
    back.end();
  });
});

describe("whoever may not be there any more", () => {
  it("is cut off with a word, from all that he has open over this connection", async () => {
    const client = await come();
    const one = await shell(client);
    const two = await shell(client);
    await poll("the lines", () => lines.length === 2);
    expect(splices.size).toBe(2);
    const gone = new Promise<void>((resolve) => client.once("close", () => resolve()));
    splices.forEach((each) => each.pass.jail === "web" && each.close());
    await gone;
    expect(one.err() + two.err()).toMatch(/Your access has ended\./);
    expect(splices.size).toBe(0);
    expect(panel.daemon.terminals).toHaveLength(2);
  });

  it("opens nothing more when his key went while he stayed", async () => {
    const client = await come();
    const { db } = await import("../../services/db.ts");
    await db().sshKey.deleteMany();
    const gone = new Promise<void>((resolve) => client.once("close", () => resolve()));
    client.shell((_, channel) => channel?.on("error", () => {}));
    await gone;
    expect(panel.daemon.terminals).toHaveLength(0);
  });
});

describe("a client that means ill", () => {
  it("has no shell when it closes the channel with the same breath", async () => {
    const client = await come();
    const ask = client._protocol.shell!.bind(client._protocol);
    let left = 0;
    client._protocol.shell = (channel, reply) => {
      ask(channel, reply);
      client._protocol.channelClose!(channel);
      left++;
    };
    for (let i = 0; i < 3; i++) client.shell((_, channel) => channel?.on("error", () => {}));
    await poll("those that leave", () => left === 3);
    client._protocol.shell = ask;
    const good = await shell(client);
    await poll("the line of one that stays", () => lines.length > 0);
    expect([splices.size, panel.daemon.terminals.length]).toEqual([1, 1]);
    good.channel.close();
    await poll("its end", () => splices.size === 0);
    client.end();
  });

  it("is cut off when it takes packets of no bytes", async () => {
    const client = await come();
    const gone = new Promise<void>((resolve) => client.once("close", () => resolve()));
    const session = client._protocol.session!.bind(client._protocol);
    client._protocol.session = (channel, window) => session(channel, window, 0);
    client.shell((_, channel) => channel?.on("error", () => {}));
    await gone;
    expect(panel.daemon.terminals).toHaveLength(0);
  });

  it("is cut off when it sends beyond its window to a shell that does not read", async () => {
    const client = await come();
    const one = await shell(client);
    await poll("the line", () => lines[0]);
    lines[0]!.ws.pause();
    let gone = false;
    client.once("close", () => (gone = true));
    const { id } = (one.channel as unknown as { outgoing: { id: number } }).outgoing;
    for (let i = 0; i < 2000 && !gone; i++) {
      client._protocol.channelData!(id, Buffer.alloc(32_000));
      if (i % 32 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await poll("its end", () => gone);
  });

  it("has no more shells over one connection than a few, and none without a terminal", async () => {
    const client = await come();
    for (let i = 0; i < 6; i++) await shell(client);
    await expect(shell(client)).rejects.toThrow(/Channel open failure/);
    client.end();
    const other = await come();
    const blind = await new Promise<ClientChannel>((resolve, reject) =>
      other.shell(false, (error, made) => (error ? reject(error) : resolve(made))),
    );
    let err = "";
    blind.stderr.on("data", (bytes: Buffer) => (err += bytes.toString()));
    blind.resume();
    await new Promise((resolve) => blind.once("close", resolve));
    expect(err).toBe("A shell here needs a terminal: ssh -t.\r\n");
    other.end();
  });

  it("has no more by sessions that ask for their shells only when all are open, nor two in one", async () => {
    const client = await come();
    const ask = client._protocol.shell!.bind(client._protocol);
    const held: unknown[][] = [];
    client._protocol.shell = (...args) => held.push(args);
    const answers = Promise.allSettled(Array.from({ length: 9 }, () => shell(client)));
    await poll("the sessions", () => held.length === 9);
    for (const args of held) ask(...args);
    // A second time, which would wait for an answer as well.
    ask(held[0]![0], false);
    expect((await answers).map(({ status }) => status)).toEqual([
      ...Array<string>(6).fill("fulfilled"),
      ...Array<string>(3).fill("rejected"),
    ]);
    await poll("the lines", () => lines.length === 6);
    expect(opened()).toHaveLength(6);
    client.end();
  });

  it("gets no second word for a wrong signature", async () => {
    const stranger = makeKeyPair("ed25519").private;
    const client = new ssh2.Client();
    const error = await new Promise<Error>((resolve) => {
      client.on("error", resolve);
      client.connect({ host: "127.0.0.1", port, username: "web", privateKey: stranger });
    });
    expect(error.message).toMatch(/All configured authentication methods failed/);
    const byPassword = new ssh2.Client();
    const methods = await new Promise<Error>((resolve) => {
      byPassword.on("error", resolve);
      byPassword.connect({ host: "127.0.0.1", port, username: "web", password: "x" });
    });
    expect(methods.message).toMatch(/All configured authentication methods failed/);
  });
});

describe("the listener", () => {
  it("is not there while the setting says off, and moves with it", async () => {
    const client = await come();
    client.on("error", () => {});
    const gone = new Promise<void>((resolve) => client.once("close", () => resolve()));
    const other = await freePort();
    await writeSetting("ssh-gateway", { on: true, address: "127.0.0.1", port: other });
    await gateway.apply();
    await gone;
    const reach = (at: number) =>
      new Promise<string>((resolve) => {
        const socket = connect(at, "127.0.0.1");
        socket.once("data", (bytes: Buffer) => {
          socket.destroy();
          resolve(bytes.toString());
        });
        socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
      });
    expect(await reach(port)).toBe("ECONNREFUSED");
    expect(await reach(other)).toBe("SSH-2.0-KnastHorst\r\n");
    await writeSetting("ssh-gateway", { on: false, address: "127.0.0.1", port: other });
    await gateway.apply();
    expect(await reach(other)).toBe("ECONNREFUSED");
    expect(gateway.state()).toEqual({ state: "off" });
  });

  it("says why it is not there", async () => {
    await writeSetting("ssh-gateway", { on: true, address: "192.0.2.1", port });
    await gateway.apply();
    expect(gateway.state()).toEqual({ state: "failed", why: "The host does not have this address." });
  });
});
