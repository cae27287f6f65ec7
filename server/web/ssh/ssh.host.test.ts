import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "../../services/db.ts";
import { poll } from "../../daemon/testing/poll.ts";
import { listenersOf, webOf } from "./testing/listeners.ts";
import type { OpenSsh } from "./testing/open-ssh.ts";
import { type GatewayPanel, startGatewayPanel } from "./testing/gateway-panel.ts";
import { residentBytes } from "../testing/web.ts";

// The gateway as npm start starts it, real jails, and the real ssh(1).

let panel: GatewayPanel;
let ssh: OpenSsh;
let web: number;
let listenersBefore: number[];
type Friend = Awaited<ReturnType<GatewayPanel["friend"]>> & { file: string; keyId: string };
let olaf: Friend;

beforeAll(async () => {
  panel = await startGatewayPanel();
  web = webOf(panel);
  listenersBefore = listenersOf(web);
  ssh = await panel.switchOn();
  olaf = await friendWithKey("olaf");
}, 400_000);
afterAll(async () => {
  ssh?.stop();
  await panel?.stop();
});

/** The second jail in the list is erdgeist_org. */
async function friendWithKey(name: string, which = 1): Promise<Friend> {
  const friend = await panel.friend(name, which);
  const { file, line } = ssh.makeKey(name);
  const { fingerprint, id } = await panel.addKey(friend, line);
  expect(fingerprint).toMatch(/^SHA256:/);
  return { ...friend, file, keyId: id };
}

const shellOf = (friend: Friend, more: { cols?: number; rows?: number; as?: string } = {}) =>
  ssh.terminal(`${friend.jail.name}${more.as ?? ""}`, friend.file, more);

describe("the gateway", () => {
  test("is off until it is switched on, and listens once then", async () => {
    expect(panel.before).toMatchObject({ settings: { on: false }, now: { state: "off" }, hostKey: null });
    expect(listenersBefore).toEqual([Number(new URL(panel.url).port)]);
    expect(listenersOf(web).toSorted()).toEqual([...listenersBefore, panel.port].toSorted());
  });

  test("lands in the jail, in a terminal of the right size, and passes the exit status on", async () => {
    const shell = shellOf(olaf, { cols: 132, rows: 43 });
    await shell.plain();
    shell.pty.write("stty size; hostname; echo T=$TERM A=$SSH_AUTH_SOCK.\n");
    await shell.until(/43 132\r\n/);
    await shell.until(/erdgeist\.org\r\n/);
    await shell.until(/T=xterm-256color A=\.\r\n/);
    shell.pty.resize(100, 30);
    await poll("the new size", () => {
      shell.pty.write("stty size\n");
      return /30 100\r\n/.test(shell.text());
    });
    const { terminals } = await panel.daemon.call("terminal.list", {});
    expect(terminals).toMatchObject([{ actor: "olaf", jail: "erdgeist_org" }]);
    shell.pty.write("exit 7\n");
    expect(await shell.end()).toBe(7);
    const trail = async (what: string) =>
      (await panel.daemon.call("audit.list", { who: "olaf", what, limit: 10 })).records[0];
    const byKey = { source: "127.0.0.1", token: expect.stringMatching(/^ssh:/), jail: "erdgeist_org", result: "ok" };
    expect(await poll("the record of his leaving", () => trail("ssh.leave"))).toMatchObject(byKey);
    expect(await trail("terminal.open")).toMatchObject(byKey);
  });

  test("says to everybody who may not the same", async () => {
    const stranger = ssh.makeKey("stranger");
    const rsa = ssh.makeKey("weak", "-t", "rsa", "-b", "2048");
    const noShell = await friendWithKey("nils");
    await db().grant.update({ where: { accountId_jailId: noShell.key }, data: { shell: false } });
    const cases = [
      ["a stranger", "erdgeist_org", stranger.file],
      ["a jail of another", "anna_example", olaf.file],
      ["a jail that he only sees", "erdgeist_org", noShell.file],
      ["no jail", "nothing_here", olaf.file],
      ["no name of a jail", "root", olaf.file],
      ["a stranger at no jail", "nothing_here", stranger.file],
      ["a weak key", "erdgeist_org", rsa.file],
    ] as const;
    for (const [what, user, key] of cases) {
      const { status, out, err } = await ssh.start(user, key, { args: ["-T"] }).ended;
      await db().signInFailure.deleteMany();
      expect([status, out.toString(), err], what).toEqual([
        255,
        "",
        `${user}@127.0.0.1: Permission denied (publickey).\r\n`,
      ]);
    }
    await db().signInFailure.deleteMany();
    const asked = await ssh.start("erdgeist_org", olaf.file, {
      args: ["-o", "PreferredAuthentications=password,keyboard-interactive"],
    }).ended;
    expect(asked.status).toBe(255);
  });

  test("runs a command: its bytes as they are, its status, its input, and no word of it in the trail", async () => {
    const run = (command: string, input = "") => {
      const { child, ended } = ssh.start("erdgeist_org", olaf.file, { command: [command] });
      child.stdin.end(input);
      return ended;
    };
    const first = await run("hostname; echo to-stderr >/dev/stderr; echo a-$TERM; sh -c 'exit 7'");
    expect([first.status, first.out.toString(), first.err]).toEqual([7, "erdgeist.org\nto-stderr\na-dumb\n", ""]);
    const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} größer`).join("\n");
    const back = await run("cat | wc -c; kill -9 $$", `${lines}\n`);
    expect([back.status, back.out.toString().trim()]).toEqual([137, String(Buffer.byteLength(lines) + 1)]);
    expect((await run("sh -c 'cat; test -t 1; echo $?'", "no newline")).out.toString()).toBe("no newline1\n");
    const { status, out } = await run(
      "/bin/sh -c 'head -c 8388608 /dev/urandom > /tmp/r; cat /tmp/r; sha256sum /tmp/r; rm /tmp/r'",
    );
    const body = out.subarray(0, 8 * 1024 * 1024);
    expect([status, out.subarray(body.length).toString().slice(0, 64)]).toEqual([
      0,
      createHash("sha256").update(body).digest("hex"),
    ]);
    const { records } = await panel.daemon.call("audit.list", { who: "olaf", what: "terminal.open", limit: 50 });
    expect(records[0]).toMatchObject({ jail: "erdgeist_org", object: "a command", result: "ok" });
    expect(JSON.stringify(records)).not.toMatch(/urandom|stderr/);
  }, 120_000);

  test("a command ends with its line, and has a terminal where one is wanted", async () => {
    const seen = async () =>
      (await panel.daemon.call("jail.processes", { name: "erdgeist_org" })).processes.some((one) =>
        one.command.startsWith("sleep 4242"),
      );
    const { child, ended } = ssh.start("erdgeist_org", olaf.file, { command: ["exec sleep 4242"] });
    await poll("it runs", seen);
    child.kill("SIGKILL");
    await ended;
    await poll("it has ended", async () => !(await seen()));
    const top = ssh.terminal("erdgeist_org", olaf.file, {
      cols: 77,
      rows: 33,
      args: ["-t"],
      command: "stty size; cat; exit 5",
    });
    await top.until(/33 77\r\n/);
    top.pty.write("here\n");
    await top.until(/here\r\nhere\r\n/);
    top.pty.write("\x04");
    expect(await top.end()).toBe(5);
  });

  test("does nothing but shells", async () => {
    const blind = await ssh.start("erdgeist_org", olaf.file, { args: ["-T"] }).ended;
    expect([blind.status, blind.err]).toEqual([1, "A shell here needs a terminal: ssh -t.\r\n"]);
    const sftp = await ssh.start("erdgeist_org", olaf.file, { args: ["-s"], command: ["sftp"] }).ended;
    expect(sftp.err).toMatch(/subsystem request failed/);
    const remote = await ssh.start("erdgeist_org", olaf.file, {
      args: ["-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9"],
    }).ended;
    expect(remote.err).toMatch(/remote port forwarding failed/);
    const local = await ssh.start("erdgeist_org", olaf.file, { args: ["-W", "127.0.0.1:22"] }).ended;
    expect(local.err).toMatch(/administratively prohibited/);
    for (const [option, value] of [
      ["Ciphers", "aes128-ctr"],
      ["KexAlgorithms", "diffie-hellman-group14-sha256"],
      ["HostKeyAlgorithms", "rsa-sha2-256"],
    ]) {
      const old = await ssh.start("erdgeist_org", olaf.file, { args: ["-o", `${option}=${value}`] }).ended;
      expect(old.err, option).toMatch(/no matching|Unable to negotiate/);
    }
  });

  test("brings back to a shell whose line broke", async () => {
    const shell = shellOf(olaf);
    await shell.plain();
    const { terminals } = await panel.daemon.call("terminal.list", {});
    const id = terminals.find((one) => one.actor === "olaf")!.terminal.slice(0, 6);
    shell.pty.write("here=$((40+2)); echo kept-$here\n");
    await shell.until(/kept-42\r\n/);
    shell.pty.kill("SIGKILL");
    for (const as of ["+last", `:${id}`, "+1"]) {
      const again = shellOf(olaf, { as });
      await again.until(/kept-42/);
      again.pty.write("echo again-$here\n");
      await again.until(/again-42\r\n/);
      again.pty.kill("SIGKILL");
    }
    const none = shellOf(olaf, { as: "+9" });
    await none.until(
      new RegExp(
        `There is no such shell of yours here\\.\\s+Your shells in this jail:\\s+erdgeist_org\\+1 or erdgeist_org\\+${id}`,
      ),
    );
    expect(await none.end()).toBe(1);
    const last = shellOf(olaf, { as: "+last" });
    await last.until(/kept-42/);
    last.pty.write("exit\n");
    expect(await last.end()).toBe(0);
  });

  test("brings 64 MiB through byte for byte", async () => {
    const { child, ended, out } = ssh.start("erdgeist_org", olaf.file, { args: ["-tt"] });
    await poll("csh", () => out().includes("# "));
    child.stdin.write("exec /bin/sh\n");
    // csh would take with it to its end what had come behind that line.
    await poll("sh", () => /exec \/bin\/sh[\r\n]+# $/.test(out().toString()));
    child.stdin.write(
      "stty raw -echo; head -c 67108864 /dev/urandom >/tmp/big; sha256sum /tmp/big; echo BE''GIN; cat /tmp/big; rm /tmp/big; exit 3\n",
    );
    const { status } = await ended;
    expect(status).toBe(3);
    const all = out();
    const at = all.indexOf("BEGIN\n");
    const sum = /([0-9a-f]{64}) +\/tmp\/big/.exec(all.subarray(0, at).toString())![1];
    const body = all.subarray(at + "BEGIN\n".length);
    expect(body.length).toBe(64 * 1024 * 1024);
    expect(createHash("sha256").update(body).digest("hex")).toBe(sum);
  }, 240_000);

  test("takes ^C in a flood", async () => {
    const shell = shellOf(olaf);
    await shell.plain();
    shell.pty.write("yes flood\n");
    await shell.until(/(flood\r\n){1000}/);
    shell.pty.write("\x03");
    // What is typed before ^C has done its work may be thrown away with the flood.
    await poll("the prompt", () => shell.text().endsWith("ready-"), 60_000);
    shell.pty.write("echo done-$((40+2)); exit\n");
    await shell.until(/done-42\r\n/);
    await shell.end();
  });

  test("holds little for a client that does not read, and the shell waits", async () => {
    const { child, out, ended } = ssh.start("erdgeist_org", olaf.file, { args: ["-tt"] });
    await poll("the prompt", () => out().includes("# "));
    child.stdin.write("yes 0123456789abcdef\n");
    await poll("the flood", () => out().length > 1024 * 1024, 60_000);
    child.stdout!.pause();
    process.kill(child.pid!, "SIGSTOP");
    let offset = -1;
    const printed = async () => {
      const { terminals } = await panel.daemon.call("terminal.list", {});
      return terminals.find((one) => one.actor === "olaf")?.lastOutputAt;
    };
    await poll(
      "the shell waits",
      async () => {
        const before = await printed();
        await new Promise((resolve) => setTimeout(resolve, 1500));
        return before === (await printed());
      },
      60_000,
    );
    offset = residentBytes(web);
    await new Promise((resolve) => setTimeout(resolve, 3000));
    expect(residentBytes(web) - offset).toBeLessThan(8 * 1024 * 1024);
    process.kill(child.pid!, "SIGCONT");
    const had = out().length;
    child.stdout!.resume();
    await poll("it goes on", () => out().length > had + 4 * 1024 * 1024, 60_000);
    child.stdin.write("\x03");
    child.stdin.write("exit\n");
    await ended;
  }, 240_000);
});
