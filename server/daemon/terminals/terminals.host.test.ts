import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import WebSocket from "ws";
import { KnastError } from "../../contract/errors.ts";
import { ShellCommand, SUBPROTOCOL, WINDOW } from "../../contract/terminal.ts";
import { Courtesy } from "./courtesy.ts";
import { Hold } from "./hold.ts";
import { openShellHouse } from "./testing/shell-house.ts";
import type { ViewerClient } from "./testing/viewer-client.ts";

type House = Awaited<ReturnType<typeof openShellHouse>>;
let house: House;
beforeAll(async () => {
  house = await openShellHouse({ limits: { total: 300, perActor: 300, perJail: 300, graceFor: 3000, killAfter: 300 } });
});
afterAll(() => house.close());

const sha256 = (data: Buffer | Buffer[]) => {
  const hash = createHash("sha256");
  for (const part of Array.isArray(data) ? data : [data]) hash.update(part);
  return hash.digest("hex");
};
const alive = (pid: number) => {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};
async function poll(condition: () => boolean, what: string, within = 10_000): Promise<void> {
  const deadline = Date.now() + within;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
/** A shell that has said something, so that it reads what is typed. */
async function shell(actor?: string): Promise<{ id: string; viewer: ViewerClient }> {
  const { terminal: id } = await house.open(actor);
  const viewer = house.view(id);
  await viewer.see("$ ");
  viewer.forget();
  return { id, viewer };
}
/** What the shell prints for `command`, between two marks that do not occur in the echo. */
async function ask({ viewer }: { viewer: ViewerClient }, command: string): Promise<string> {
  viewer.forget();
  viewer.type(`echo "<"'<'; ${command}; echo ">"'>'\r`);
  const text = await viewer.see(/<<\r?\n[^]*>>\r?\n/);
  return /<<\r?\n([^]*)>>\r?\n/.exec(text)![1]!.replaceAll("\r\n", "\n");
}

describe("a command", () => {
  /** @returns what it prints once it may begin, and how it ends */
  const run = async (text: string, { plain = true, input = "" } = {}) => {
    const size = { cols: 70, rows: 20 };
    const command = { text, plain };
    const { terminal } = await house.terminals.open({ name: "test", jid: 1 }, "anna", size, { command });
    const viewer = house.view(terminal, 0);
    await viewer.until(() => viewer.text.includes("\x06"), "the mark that it waits");
    expect(viewer.text).toBe("\x06");
    viewer.type(`\n${input}`);
    await viewer.until(({ exit }) => exit !== null, "its end");
    return { out: viewer.text.slice(1), status: viewer.exit!.status };
  };

  test("prints its bytes into a pipe, both streams, and passes its status on", async () => {
    expect(await run("printf 'a\\nb\\n'; echo c >&2; test -t 1 || test -t 2; exit 7")).toEqual({
      out: "a\nb\nc\n",
      status: 7,
    });
    expect(await run("test -t 1")).toEqual({ out: "", status: 1 });
    expect(await run("kill -9 $$")).toEqual({ out: "", status: 137 });
    expect(await run("$(id); 'it' \"is\" one argument")).toMatchObject({ status: 127 });
  });

  test("reads the lines that come, without their echo, up to ^D", async () => {
    expect(await run("cat", { input: "one\ntwo\n\x04" })).toEqual({ out: "one\ntwo\n", status: 0 });
    expect(await run("cat", { input: "half\x04\x04" })).toEqual({ out: "half", status: 0 });
  });

  test("has a terminal where that is asked for", async () => {
    expect(await run("stty size; test -t 1; exit $?", { plain: false })).toEqual({ out: "20 70\r\n", status: 0 });
  });

  test("is none without words, with a NUL, or too long", () => {
    for (const text of ["", "a\0b", "x".repeat(8193)])
      expect(ShellCommand.safeParse({ text, plain: true }).success, text.slice(0, 5)).toBe(false);
  });
});

describe("what a shell starts with", () => {
  test("the terminal that it is said to be on, if that is the name of one", async () => {
    const jail = { name: "test", jid: 1 };
    const size = { cols: 80, rows: 24 };
    const termOf = async (term?: string) => {
      const { terminal: id } = await house.terminals.open(jail, "anna", size, { term });
      const viewer = house.view(id);
      await viewer.see("$ ");
      return (await ask({ viewer }, 'echo "$TERM"')).trim();
    };
    expect(await termOf()).toBe("xterm-256color");
    expect(await termOf("tmux-256color")).toBe("tmux-256color");
    for (const bad of ["", "../../etc/x", "-v", "a b", "x\n", "x".repeat(33)])
      await expect(termOf(bad)).rejects.toThrow();
  });

  test("the tenth shell has the descriptors 0, 1 and 2 and nothing else", async () => {
    const open = [];
    for (let i = 0; i < 10; i++) open.push(await shell());
    const tenth = open.at(-1)!;
    const pid = (await ask(tenth, "echo $$")).trim();
    // Looked at from outside and at rest: while sh runs a command it holds ends of pipes of its own. 10 is its terminal.
    const descriptors = () =>
      readdirSync(`/proc/${pid}/fd`)
        .map((fd) => `${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`)
        .filter((row) => row !== "10 /dev/tty");
    await poll(() => descriptors().length <= 3, "the shell is at rest");
    const rows = descriptors();
    expect(rows.map((row) => row.replace(/pts\/\d+/, "pts/N")).sort()).toEqual([
      "0 /dev/pts/N",
      "1 /dev/pts/N",
      "2 /dev/pts/N",
    ]);
    for (const { id } of open) house.terminals.close(id);
  });

  test("its process has exactly the environment that was named", async () => {
    process.env.KNAST_CANARY = "secret";
    const one = await shell();
    const names = await ask(one, "tr '\\0' '\\n' < /proc/$$/environ | sort");
    expect(names.trim().split("\n")).toEqual([
      "LANG=C.UTF-8",
      "PATH=/sbin:/bin:/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin",
      "PS1=$ ",
      "PWD=/",
      "TERM=xterm-256color",
    ]);
    expect(await ask(one, "pwd; stty size; stty speed; stty -a | grep -o '.iutf8'")).toBe("/\n24 80\n460800\n iutf8\n");
    house.terminals.close(one.id);
  });

  test("never a shell of the host: bad jids and relative programs are refused", async () => {
    for (const jid of [0, -1, 1.5, NaN])
      await expect(house.terminals.open({ name: "x", jid }, "anna", { cols: 80, rows: 24 })).rejects.toThrow(
        KnastError,
      );
    await expect(openShellHouse({ jexec: "jexec" })).rejects.toThrow("absolute");
    await expect(openShellHouse({ jexec: "" })).rejects.toThrow("absolute");
  });
});

describe("bytes", () => {
  test("a flood that is late rests for who types in another shell, by their names, and nothing of it is lost", async () => {
    const typed = vi.spyOn(Courtesy.prototype, "typed");
    const { cameLate } = Courtesy.prototype;
    const late = vi.spyOn(Courtesy.prototype, "cameLate").mockImplementation(function (this: Courtesy, id) {
      cameLate.call(this, id, 1000);
    });
    const restAfter = vi.spyOn(Courtesy.prototype, "restAfter");
    const rest = vi.spyOn(Hold.prototype, "rest");
    try {
      const other = await shell();
      const flood = await shell();
      await ask(flood, "stty -echo -onlcr; PS1=");
      const parts: Buffer[] = [];
      flood.viewer.onLive = (bytes) => void parts.push(Buffer.from(bytes));
      flood.viewer.type("head -c 4194304 /dev/zero | tr '\\0' x; printf y\r");
      other.viewer.type("x");
      await flood.viewer.until(() => parts.at(-1)?.at(-1) === 0x79, "the end of the flood", 60_000);
      expect(sha256(parts)).toBe(sha256(Buffer.from(`${"x".repeat(4_194_304)}y`)));
      expect(typed.mock.calls.map(([id]) => id)).toEqual(expect.arrayContaining([flood.id, other.id]));
      expect(new Set(late.mock.calls.map(([id]) => id))).toEqual(new Set([flood.id]));
      const rested = restAfter.mock.calls.filter((_, at) => Number(restAfter.mock.results[at]!.value) > 0);
      expect(new Set(rested.map(([id]) => id))).toEqual(new Set([flood.id]));
      expect(rest.mock.calls.filter(([milliseconds]) => milliseconds > 0)).toHaveLength(rested.length);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test("64 MiB arrive as they were, with pauses and a broken connection in the middle", async () => {
    const line = Buffer.from(`${"knast ünï 漢字 \x1b[31m".repeat(4)}\n`);
    const data = Buffer.concat(Array.from({ length: Math.ceil((64 << 20) / line.length) }, () => line));
    const file = join(house.dir, "data");
    writeFileSync(file, data);
    const opened = await shell();
    const { id } = opened;
    let { viewer } = opened;
    await ask({ viewer }, "stty -echo -onlcr; PS1=");
    const hash = createHash("sha256");
    let count = 0;
    const take = (bytes: Buffer) => {
      count += bytes.length;
      hash.update(bytes);
    };
    viewer.onLive = take;
    viewer.type(`cat ${file}\r`);
    let pauses = 0;
    let breaks = 0;
    while (count < data.length) {
      const goal = Math.min(data.length, count + (8 << 20));
      await viewer.until(() => count >= goal, `byte ${goal} of ${data.length}`, 60_000);
      viewer.renders = false;
      pauses++;
      const before = count;
      if (count < data.length)
        await viewer.until(() => count - before >= WINDOW.high / 2, "the window to fill", 60_000);
      if (pauses % 3 === 0) {
        viewer.ws.terminate();
        breaks++;
        const { offset } = viewer;
        viewer = house.view(id, offset);
        viewer.onLive = take;
        await viewer.until((v) => v.hellos.length > 0, "hello");
        expect(viewer.hellos[0]).toMatchObject({ mode: "resume", offset });
      } else {
        viewer.renders = true;
        viewer.ack();
      }
    }
    expect({ count, breaks: breaks >= 2 }).toEqual({ count: data.length, breaks: true });
    expect(hash.digest("hex")).toBe(sha256(data));
    house.terminals.close(id);
  });

  test.each([1, 2, 3, 4, 5])("nothing is lost when the shell ends while its output is held (%d)", async () => {
    const { id, viewer } = await shell();
    viewer.renders = false;
    viewer.forget();
    // more than the window, so that the pty is paused when the shell is over, and less than window and kernel hold
    const lines = 42_000;
    viewer.type(`stty -echo -onlcr; seq 100001 ${100000 + lines}; exit 7\r`);
    await viewer.until((v) => v.offset >= WINDOW.high, "a full window");
    expect(viewer.exit).toBeNull();
    viewer.renders = true;
    viewer.ack();
    await viewer.until((v) => v.closeCode !== null, "the end");
    expect(viewer.exit).toEqual({ t: "exit", status: 7, signal: null, reason: "exited" });
    expect(viewer.closeCode).toBe(1000);
    const numbers = viewer.text.match(/^\d{6}$/gm)!;
    expect(numbers.length).toBe(lines);
    expect(numbers.at(-1)).toBe(String(100000 + lines));
    expect(house.terminals.list().map((one) => one.terminal)).not.toContain(id);
  });

  test("what it printed last and its status are told to who comes back within a minute", async () => {
    const { id, viewer } = await shell();
    viewer.ws.close();
    await viewer.until((v) => v.closeCode !== null, "close");
    const typist = house.view(id);
    await typist.until((v) => v.hellos.length > 0, "hello");
    typist.type("echo last; kill -9 $$\r");
    typist.ws.close(1000);
    await poll(() => !house.terminals.list().some((one) => one.terminal === id), "the end");
    const late = house.view(id);
    await late.until((v) => v.closeCode !== null, "the end");
    expect(late.exit).toEqual({ t: "exit", status: 137, signal: "SIGKILL", reason: "exited" });
    expect(late.text).toContain("last\r\n");
  });

  test("10 MB of paste reach the program as they were, though it reads slowly", async () => {
    const data = Buffer.from(randomBytes(5_000_000).toString("hex"));
    const { id, viewer } = await shell();
    await ask({ viewer }, "stty raw -echo");
    const out = join(house.dir, "pasted");
    viewer.forget();
    viewer.type(
      `echo re''ady; (sleep 1; dd bs=4000 count=${data.length} iflag=count_bytes,fullblock of=${out} status=none); echo do''ne\n`,
    );
    await viewer.see("ready");
    const before = process.cpuUsage();
    for (let at = 0; at < data.length; at += 65_536) viewer.type(data.subarray(at, at + 65_536));
    await viewer.see("done", 60_000);
    const used = process.cpuUsage(before);
    expect(sha256(readFileSync(out))).toBe(sha256(data));
    // a second of it was waiting for a program that does not read
    expect((used.user + used.system) / 1e6).toBeLessThan(8);
    house.terminals.close(id);
  });

  test("a program that prints before it reads is not stuck behind a paste", async () => {
    const { id, viewer } = await shell();
    await ask({ viewer }, "stty raw -echo");
    viewer.renders = false;
    viewer.forget();
    viewer.type("echo re''ady; head -c 2000000 /dev/zero; head -c 3000000 >/dev/null; echo do''ne\n");
    await viewer.see("ready");
    for (let i = 0; i < 50; i++) viewer.type(Buffer.alloc(60_000, "x"));
    await viewer.until((v) => v.offset > WINDOW.high / 2, "output");
    viewer.renders = true;
    viewer.ack();
    await viewer.until((v) => v.text.includes("done"), "done", 30_000);
    house.terminals.close(id);
  });
});

describe("viewers", () => {
  test("a shell lives on without a viewer and shows its screen again", async () => {
    const { id, viewer } = await shell();
    viewer.type("printf '\\033[?2004h'; echo first; cat\r");
    await viewer.see("first\r\n");
    viewer.ws.close(1001);
    await viewer.until((v) => v.closeCode !== null, "close");
    expect(house.terminals.list().find((one) => one.terminal === id)?.viewers).toBe(0);
    const again = house.view(id);
    await again.until(
      (v) => v.hellos.length > 0 && Buffer.concat(v.replay).length === v.hellos[0]!.replayBytes,
      "replay",
    );
    expect(again.hellos[0]).toMatchObject({ mode: "replay", cols: 80, rows: 24 });
    expect(again.text).toContain("first\r\n");
    again.type("more\r");
    await again.see("more\r\nmore\r\n");
    house.terminals.close(id);
    await again.until((v) => v.closeCode !== null, "close");
    expect(again.exit).toEqual({ t: "exit", status: null, signal: null, reason: "closed" });
  });

  test("without a viewer output goes on, and an old offset gets a replay", async () => {
    const { id, viewer } = await shell();
    const { offset } = viewer;
    viewer.type("seq 1000000; echo do''ne > /dev/null; true\r");
    viewer.ws.close(1000);
    await viewer.until((v) => v.closeCode !== null, "close");
    const pid = () => house.terminals.list().find((one) => one.terminal === id)!.lastOutputAt;
    let last = "";
    await poll(
      () => {
        const now = pid()!;
        const quiet = Date.now() - Date.parse(now) > 500;
        last = now;
        return quiet;
      },
      "the end of output",
      30_000,
    );
    expect(last).not.toBe("");
    const again = house.view(id, offset);
    await again.until(
      (v) => v.hellos.length > 0 && Buffer.concat(v.replay).length === v.hellos[0]!.replayBytes,
      "replay",
    );
    expect(again.hellos[0]!.mode).toBe("replay");
    const text = Buffer.concat(again.replay).toString();
    expect(text).toContain("\r\n1000000\r\n");
    expect(text.length).toBeLessThan(WINDOW.high + 70_000);
    house.terminals.close(id);
  });

  test("a viewer that stands still does not stall the one who types, and gets the screen anew", async () => {
    const { id, viewer: writer } = await shell();
    const slow = house.view(id);
    await slow.until((v) => v.hellos.length > 0, "hello");
    slow.renders = false;
    writer.onLive = () => {};
    writer.type("seq 400000; echo do''ne\r");
    writer.forget();
    let tail = "";
    writer.onLive = (bytes) => (tail = (tail + bytes.toString("latin1")).slice(-200));
    await writer.until(() => tail.includes("done"), "all of it", 30_000);
    expect(slow.hellos.length).toBe(1);
    slow.renders = true;
    slow.ack();
    await slow.until((v) => v.hellos.length === 2 && v.text.includes("done"), "a fresh screen");
    expect(slow.offset).toBe(writer.offset);
    house.terminals.close(id);
  });

  test("only the writer's terminal may answer what a program asks", async () => {
    const { id, viewer: writer } = await shell();
    await ask({ viewer: writer }, "true");
    const other = house.view(id);
    await other.until((v) => v.hellos.length > 0, "hello");
    writer.type("stty raw -echo; echo re''ady; head -c 7 | od -c | head -1\n");
    await writer.see("ready");
    other.type("\x1b[?1;2c");
    other.type("\x1b[12;40R\x1b[0n");
    writer.type("\x1b[?1;2c");
    const text = await writer.see(/033[^]*\n/);
    expect(text).toContain("033   [   ?   1   ;   2   c");
    house.terminals.close(id);
  });

  test("a viewer that stands still holds the program, not its Ctrl-C, and costs no memory", async () => {
    const { id, viewer } = await shell();
    viewer.renders = false;
    viewer.type("yes; echo st''opped\r");
    await viewer.until((v) => v.offset >= WINDOW.high, "a full window");
    const before = process.memoryUsage.rss();
    const printed = () => house.terminals.list().find((one) => one.terminal === id)!.lastOutputAt;
    await expect.poll(() => Date.now() - Date.parse(printed()!), { timeout: 10_000 }).toBeGreaterThan(1500);
    expect(viewer.offset).toBeLessThanOrEqual(WINDOW.high + 70_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(8 << 20);
    viewer.type("\x03");
    viewer.renders = true;
    viewer.ack();
    await viewer.see(/\^C[^]*\$ $/);
    expect(viewer.offset).toBeLessThan(WINDOW.high + 300_000);
    house.terminals.close(id);
  });

  test("sizes: the last one wins, what is no size ends the connection", async () => {
    const one = await shell();
    one.viewer.resize(100, 30);
    one.viewer.resize(132, 43);
    expect(await ask(one, "stty size")).toBe("43 132\n");
    expect(house.terminals.list().find(({ terminal }) => terminal === one.id)).toMatchObject({ cols: 132, rows: 43 });
    one.viewer.resize(70000, 30);
    await one.viewer.until((v) => v.closeCode !== null, "close");
    expect(one.viewer.closeCode).toBe(1008);
    expect(house.terminals.list().some(({ terminal }) => terminal === one.id)).toBe(true);
    house.terminals.close(one.id);
  });

  test("frames that mean nothing end the connection, not the shell, and never reach it", async () => {
    const { id, viewer } = await shell();
    const bad = [
      "",
      "{}",
      "null",
      '{"t":"resize"}',
      '{"t":"ack","offset":-1}',
      '{"t":"ack","offset":1e15}',
      "x".repeat(1e5),
    ];
    for (const text of [...bad, '{"t":"resize","cols":80,"rows":24,"x":1}', '{"t":"ack","offset":0.5}', "\u0000"]) {
      const one = house.view(id);
      await one.until((v) => v.hellos.length > 0, "hello");
      one.ws.send(text);
      await one.until((v) => v.closeCode !== null, `close after ${text.slice(0, 40)}`);
      expect(one.closeCode).toBe(1008);
    }
    let seed = 1;
    const noise = (size: number) =>
      Buffer.from(Array.from({ length: size }, () => (seed = (seed * 48271) % 0x7fffffff) & 255));
    for (let i = 0; i < 300; i++) {
      // as a raw frame: wrong opcodes, lengths, masks, reserved bits
      const one = house.view(id);
      await one.until((v) => v.hellos.length > 0 || v.closeCode !== null, "hello");
      (one.ws as unknown as { _socket: { write(data: Buffer): void; end(): void } })._socket.write(noise(2 + (i % 40)));
      one.ws.terminate();
    }
    await poll(() => house.terminals.list().find((one) => one.terminal === id)!.viewers === 1, "only the first viewer");
    const giant = house.view(id);
    await giant.until((v) => v.hellos.length > 0, "hello");
    giant.ws.send(Buffer.alloc(200_000));
    await giant.until((v) => v.closeCode !== null, "close");
    expect(giant.closeCode).toBe(1009);
    expect(await ask({ viewer }, "echo $((6*7))")).toBe("42\n");
    house.terminals.close(id);
  });

  test("upgrades elsewhere, without the subprotocol or for no shell are refused", async () => {
    const { terminal: id } = await house.open();
    const status = (path: string, protocol: string | undefined) =>
      new Promise((resolve) => {
        const ws = new WebSocket(`ws+unix:${house.socketPath}:${path}`, protocol ? [protocol] : [], {});
        ws.on("unexpected-response", (_req, res) => {
          resolve(res.statusCode);
          ws.terminate();
        });
        ws.on("open", () => (resolve(101), ws.terminate()));
        ws.on("error", () => {});
      });
    expect(await status(`/v1/terminals/${id}`, SUBPROTOCOL)).toBe(101);
    expect(await status(`/v1/terminals/${id}`, undefined)).toBe(400);
    expect(await status(`/v1/terminals/${id}`, "knast.terminal.v2")).toBe(400);
    for (const path of [`/v1/terminals/${id}?from=-1`, `/v1/terminals/${id}/`, `/v1/terminals/${"0".repeat(32)}`, "/"])
      expect([path, await status(path, SUBPROTOCOL)]).toEqual([path, 404]);
    house.terminals.close(id);
  });
});

describe("the end", () => {
  test("closing ends the shell and all of its session, even what ignores SIGHUP", async () => {
    const one = await shell();
    const text = await ask(one, "(trap '' HUP TERM; sleep 1000) & trap '' HUP; echo $$ $!");
    const pids = /(\d+) (\d+)\n/.exec(text)!.slice(1).map(Number);
    expect(pids.every(alive)).toBe(true);
    house.terminals.close(one.id);
    await poll(() => !pids.some(alive), "all processes of the session to be gone");
    expect(() => house.terminals.close(one.id)).toThrow(KnastError);
  });

  test("a jail that stops says so to its viewers", async () => {
    const { terminal } = await house.open("anna", { name: "mail", jid: 7 });
    const viewer = house.view(terminal);
    await viewer.see("$ ");
    house.terminals.closeJail("mail", "jail-stopped");
    await viewer.until((v) => v.closeCode !== null, "close");
    expect(viewer.exit).toEqual({ t: "exit", status: null, signal: null, reason: "jail-stopped" });
    expect(house.terminals.list("mail")).toEqual([]);
  });

  test("limits: so many for one person, for one jail; another one still gets his", async () => {
    const small = await openShellHouse({ limits: { perActor: 2, perJail: 3, total: 4 } });
    try {
      const jail = (name: string) => ({ name, jid: 3 });
      await small.open("anna", jail("a"));
      await small.open("anna", jail("a"));
      await expect(small.open("anna", jail("b"))).rejects.toMatchObject({ code: "too_many" });
      await small.open("bert", jail("a"));
      await expect(small.open("carl", jail("a"))).rejects.toMatchObject({ code: "too_many" });
      await small.open("carl", jail("b"));
      await expect(small.open("dora", jail("c"))).rejects.toMatchObject({ code: "too_many" });
      small.terminals.close(small.terminals.list("b")[0]!.terminal);
      await small.open("dora", jail("c"));
    } finally {
      await small.close();
    }
  });

  test("a shell that nobody looks at ends after the idle time", async () => {
    const small = await openShellHouse({ limits: { idleAfter: 300 } });
    try {
      const { terminal } = await small.open();
      const viewer = small.view(terminal);
      await viewer.see("$ ");
      viewer.ws.close(1000);
      await poll(() => small.terminals.list().length === 0, "the end");
      const late = small.view(terminal);
      await late.until((v) => v.closeCode !== null, "the end");
      expect(late.exit).toEqual({ t: "exit", status: null, signal: null, reason: "idle" });
    } finally {
      await small.close();
    }
  });
});
