import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import ssh2 from "ssh2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { poll } from "../../daemon/testing/poll.ts";
import { disableAccount } from "../../services/accounts/disable-account.ts";
import { makeLink } from "../../services/accounts/one-time-links.ts";
import { setPassword } from "../../services/accounts/set-password.ts";
import { db } from "../../services/db.ts";
import { takeGrant } from "../../services/grants/take-grant.ts";
import { writeSetting } from "../../services/panel-settings/panel-setting.ts";
import { removeSshKey } from "../../services/ssh/remove-ssh-key.ts";
import { listenersOf, webOf } from "./testing/listeners.ts";
import type { OpenSsh } from "./testing/open-ssh.ts";
import { type GatewayPanel, startGatewayPanel } from "./testing/gateway-panel.ts";
import { processesWith } from "../testing/real-panel.ts";
import { residentBytes } from "../testing/web.ts";
import { SEATS } from "./seats.ts";

// Who may not be there any more, and who does what no ssh(1) does.

let panel: GatewayPanel;
let ssh: OpenSsh;
let web: number;
beforeAll(async () => {
  panel = await startGatewayPanel();
  web = webOf(panel);
  ssh = await panel.switchOn();
}, 400_000);
afterAll(async () => {
  ssh?.stop();
  await panel?.stop();
});

/** The second jail in the list is erdgeist_org. */
async function friendWithKey(name: string, which = 1) {
  const friend = await panel.friend(name, which);
  const { file, line } = ssh.makeKey(name);
  const { id } = await panel.addKey(friend, line);
  return { ...friend, file, keyId: id };
}
type Friend = Awaited<ReturnType<typeof friendWithKey>>;

describe("an ex-friend", () => {
  const kinds: [what: string, revoke: (friend: Friend) => Promise<unknown>, keepsShell: boolean][] = [
    ["jail taken away", ({ account, jail }) => takeGrant(panel.admin, { name: jail.name, account: account.id }), false],
    ["account disabled", ({ account }) => disableAccount(panel.admin, { account: account.id }), false],
    ["key removed", ({ keyId }) => removeSshKey(panel.admin, { key: keyId }), true],
    [
      "new password",
      async ({ account }) => {
        const { url } = await makeLink({ kind: "password", account: account.id }, panel.url);
        return setPassword(panel.admin, { token: url.split("/").at(-1)!, password: "quite another password" });
      },
      false,
    ],
    [
      "grant at its end",
      ({ key }) => db().grant.update({ where: { accountId_jailId: key }, data: { endsAt: new Date() } }),
      false,
    ],
    ["a second factor that he must have", () => writeSetting("second-factor", "all"), true],
  ];
  test.each(kinds)("is cut off within 5 s: %s", async (what, revoke, keepsShell) => {
    const friend = await friendWithKey(`ex${kinds.findIndex(([name]) => name === what)}`);
    const shell = ssh.terminal(friend.jail.name, friend.file);
    await shell.plain();
    shell.pty.write("echo here-$((40+2))\n");
    await shell.until(/here-42\r\n/);
    const began = performance.now();
    await revoke(friend);
    await poll("the end of his line", () => shell.status() !== null, 30_000);
    expect(performance.now() - began).toBeLessThan(5000);
    const again = await ssh.start(friend.jail.name, friend.file, { args: ["-tt"] }).ended;
    await writeSetting("second-factor", "off");
    await db().signInFailure.deleteMany();
    if (what.startsWith("a second factor"))
      expect([again.status, again.err]).toEqual([1, expect.stringContaining("Set up a second factor first")]);
    else expect([again.status, again.err]).toEqual([255, expect.stringContaining("Permission denied (publickey)")]);
    const { terminals } = await panel.daemon.call("terminal.list", {});
    const left = terminals.filter((one) => one.actor === friend.account.name);
    expect(left.length > 0, "his shell goes on").toBe(keepsShell);
    for (const { terminal } of left) await panel.daemon.call("terminal.close", { terminal });
  });

  test("of a jail that stops is told, and his line ends", async () => {
    const friend = await friendWithKey("stopped", 0);
    const shell = ssh.terminal(friend.jail.name, friend.file);
    await shell.plain();
    await panel.daemon.done("jail.stop", { name: friend.jail.name });
    await shell.until(/The jail was stopped\./);
    expect(await shell.end()).toBe(1);
    const again = await ssh.start(friend.jail.name, friend.file, { args: ["-tt"] }).ended;
    expect([again.status, again.err]).toEqual([1, expect.stringContaining("This jail is not running.")]);
    await panel.daemon.done("jail.start", { name: friend.jail.name });
  });

  test("is held to the number of shells that one person may have", async () => {
    const friend = await friendWithKey("many");
    for (let i = 0; i < 10; i++) await panel.openShell(friend);
    const one = await ssh.start(friend.jail.name, friend.file, { args: ["-tt"] }).ended;
    expect([one.status, one.err]).toEqual([
      1,
      expect.stringMatching(/Your shells in this jail:\r\n {2}erdgeist_org\+1 or/),
    ]);
    await disableAccount(panel.admin, { account: friend.account.id });
  });
});

/** A client that we can make do what no other one does; ssh2's own protocol layer is reached into. */
type Bare = InstanceType<typeof ssh2.Client> & {
  _protocol: Record<string, (...args: unknown[]) => unknown>;
  _chanMgr: { add(wrapper: unknown): number };
};
async function bare(friend: Friend): Promise<Bare> {
  const client = new ssh2.Client() as Bare;
  await new Promise<void>((resolve, reject) => {
    client.once("ready", resolve).once("error", reject);
    client.connect({
      host: "127.0.0.1",
      port: panel.port,
      username: friend.jail.name,
      privateKey: readFileSync(friend.file),
    });
  });
  client.on("error", () => {});
  return client;
}

/** The panel's process is the one that it was, and answers. */
async function goesOn() {
  expect(processesWith("dist/knast-web.js"), panel.log().slice(-2000)).toContain(web);
  expect((await fetch(`${panel.url}/sign-in`)).status).toBe(200);
}

describe("a client that means ill", () => {
  test("who takes packets of no bytes is cut off, and the panel goes on", async () => {
    const friend = await friendWithKey("zero");
    const client = await bare(friend);
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    const session = client._protocol.session!.bind(client._protocol);
    client._protocol.session = (chan, window) => session(chan, window, 0);
    client.shell((_, stream) => stream?.on("error", () => {}));
    await closed;
    await goesOn();
  });

  test("who sends beyond his window is cut off before it costs memory", async () => {
    const friend = await friendWithKey("flood");
    const client = await bare(friend);
    let closed = false;
    client.once("close", () => (closed = true));
    const stream = await new Promise<import("ssh2").ClientChannel>((resolve, reject) =>
      client.shell((error, made) => (error ? reject(error) : resolve(made))),
    );
    stream.on("error", () => {});
    stream.resume();
    // Nothing reads the tty from now on.
    stream.write("exec sh -c 'stty raw -echo; exec sleep 1000'\n");
    const before = residentBytes(web);
    const { id } = (stream as unknown as { outgoing: { id: number } }).outgoing;
    const junk = Buffer.alloc(32_000, "x");
    for (let sent = 0; sent < 256 && !closed; sent++) {
      client._protocol.channelData!(id, junk);
      if (sent % 16 === 15) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await poll("its end", () => closed, 30_000);
    expect(residentBytes(web) - before).toBeLessThan(48 * 1024 * 1024);
    await goesOn();
  });

  test("who asks and asks and does not read the answers is cut off", async () => {
    const friend = await friendWithKey("asks");
    const client = await bare(friend);
    let closed = false;
    client.once("close", () => (closed = true));
    (client as unknown as { _sock: Socket })._sock.pause();
    const send = () => {
      for (let i = 0; i < 500; i++) client._protocol.tcpipForward!("0.0.0.0", 0, true);
    };
    await poll(
      "its end",
      () => {
        if (!closed && !(client as unknown as { _sock: Socket })._sock.writableNeedDrain) send();
        (client as unknown as { _sock: Socket })._sock.resume();
        (client as unknown as { _sock: Socket })._sock.pause();
        return closed || (client as unknown as { _sock: Socket })._sock.bytesWritten > 64 * 1024 * 1024;
      },
      60_000,
    );
    await goesOn();
    client.destroy();
  });

  test("strangers of one address get a few seats, whoever is known keeps his", async () => {
    const friend = await friendWithKey("seated");
    const shell = ssh.terminal(friend.jail.name, friend.file);
    await shell.plain();
    const sockets: Socket[] = [];
    let ended = 0;
    for (let i = 0; i < SEATS.strangersOfAddress + 4; i++) {
      const socket = connect(panel.port, "127.0.0.1");
      socket
        .on("error", () => {})
        .on("close", () => ended++)
        .resume();
      sockets.push(socket);
    }
    await poll("the surplus is closed", () => ended === 4, 10_000);
    shell.pty.write("echo on-$((40+2)); exit\n");
    await shell.until(/on-42\r\n/);
    expect(await shell.end()).toBe(0);
    for (const socket of sockets) socket.destroy();
    await poll("room again", async () => (await ssh.start(friend.jail.name, friend.file).ended).status === 1, 30_000);
  });

  test("garbage instead of a handshake ends the connection and nothing else", async () => {
    for (const bytes of [
      "GET / HTTP/1.1\r\n\r\n",
      "SSH-1.5-old\r\n",
      `SSH-2.0-x\r\n${"\0".repeat(4096)}`,
      "\xff".repeat(100_000),
    ]) {
      const socket = connect(panel.port, "127.0.0.1");
      const gone = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.on("error", () => {}).resume();
      socket.end(Buffer.from(bytes, "latin1"));
      await gone;
    }
    await goesOn();
  });
});

test("switched off, nothing listens and whoever was in is out; his shell goes on", async () => {
  const friend = await friendWithKey("out");
  const shell = ssh.terminal(friend.jail.name, friend.file);
  await shell.plain();
  await panel.api("PUT", "/panel/ssh", { on: false, address: "127.0.0.1", port: panel.port });
  expect(await shell.end()).toBe(255);
  expect(listenersOf(web)).not.toContain(panel.port);
  const { terminals } = await panel.daemon.call("terminal.list", {});
  expect(terminals.filter((one) => one.actor === "out")).toHaveLength(1);
});
