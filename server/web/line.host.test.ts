import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import headless from "@xterm/headless";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { BEHAVIOUR, harden } from "@/components/terminal/behaviour.ts";
import { Connection, type ConnectionState } from "@/components/terminal/connection.ts";
import { openShellHouse } from "../daemon/terminals/testing/shell-house.ts";
import { SUBPROTOCOL } from "../contract/terminal.ts";
import { attachUpgrades } from "./upgrade.ts";

// The whole way of a shell: the browser's own line, knast-web's listener, knastd's terminals, a pty. What breaks here is the socket,
// again and again, and knast-web itself.

let house: Awaited<ReturnType<typeof openShellHouse>>;
let web: Awaited<ReturnType<typeof startWeb>>;
/** null: each byte goes through knast-web */
let handover: null | undefined;
beforeAll(async () => {
  house = await openShellHouse({ limits: { perActor: 50, killAfter: 200 } });
  web = await startWeb();
});
afterAll(async () => {
  await web.stop();
  await house.close();
});

async function startWeb(port = 0) {
  const server: Server = createServer((_, response) => response.end());
  const splices = attachUpgrades(server, {
    authorize: async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { ok: true, accountId: "a", jail: "test", as: "root", sessionKey: "s", actor: "anna" };
    },
    socketPath: house.socketPath,
    allowedOrigins: () => ["http://panel"],
    ...(handover === null ? { handover } : {}),
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** @returns for each line whether somebody has typed since this was asked last */
    used: () => {
      const used: boolean[] = [];
      splices.forEach((one) => used.push(one.takeUsed()));
      return used;
    },
    /** @returns connections of browsers that this process has */
    connections: () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count))),
    /** cuts all lines as a lost network does: neither side is told more than that it is gone */
    cut: () => splices.closeWhere(() => true),
    stop: () =>
      new Promise<void>((resolve) => {
        // Who is just being let in comes a moment later.
        const cut = setInterval(() => splices.closeWhere(() => true), 10);
        server.close(() => {
          clearInterval(cut);
          resolve();
        });
        splices.closeWhere(() => true);
        server.closeAllConnections();
      }),
  };
}

class Browser extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol, { origin: "http://panel", perMessageDeflate: false });
    // A browser's WebSocket that is closed before it is open throws nothing.
    this.on("error", () => {});
  }
}

/** Gets what comes after the replays, of all pages. */
let onBytes: (bytes: Uint8Array) => void = () => {};

/** The browser's part: its line and an xterm with the settings of the page. */
function page(terminal: string) {
  const term = new headless.Terminal({ ...BEHAVIOUR, logLevel: "off", cols: 80, rows: 24 });
  harden(term);
  const seen = { bytes: 0, replays: 0, states: [] as ConnectionState[], replies: 0 };
  let replaying = false;
  const line = new Connection({
    url: `ws://127.0.0.1:${web.port}/ws/terminals/${terminal}`,
    WebSocket: Browser as unknown as typeof globalThis.WebSocket,
    random: () => 0.5,
    onState: (state) => seen.states.push(state),
    screen: {
      reset: (cols, rows) => {
        seen.replays++;
        replaying = true;
        term.write("\x1bc", () => term.resize(cols, rows));
      },
      write: (bytes, done) => {
        if (!replaying) {
          onBytes(bytes);
          seen.bytes += bytes.length;
        }
        term.write(bytes, done);
      },
      replayed: () => (replaying = false),
    },
  });
  term.onData((said) => {
    seen.replies++;
    line.type(said);
  });
  const lines = () => {
    const buffer = term.buffer.active;
    return Array.from({ length: buffer.length }, (_, y) => buffer.getLine(y)!.translateToString(true)).join("\n");
  };
  const until = async (condition: () => boolean, what: string) => {
    for (const deadline = Date.now() + 60_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 5)))
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what}; ${lines().slice(-300)}`);
  };
  return { term, line, seen, lines, until, see: (text: string) => until(() => lines().includes(text), text) };
}

async function openPage() {
  const { terminal } = await house.open();
  const one = page(terminal);
  await one.see("$ ");
  return { terminal, ...one };
}

/** What a program can have switched on, and what stands on the screen. */
const state = ({ term, lines }: ReturnType<typeof page>) => ({
  screen: lines(),
  kind: term.buffer.active.type,
  cursor: [term.buffer.active.cursorX, term.buffer.active.cursorY],
  modes: { ...term.modes },
});

describe.each([
  { way: "handed over to knastd", which: undefined },
  { way: "joined by knast-web", which: null },
])("a line that breaks, $way", ({ which }) => {
  beforeAll(async () => {
    await web.stop();
    handover = which;
    web = await startWeb();
  });

  test("is where it should be, with what was sent before anybody was let in", async () => {
    const { terminal, line } = await openPage();
    expect(await web.connections()).toBe(which === null ? 1 : 0);
    // the session lives by what its person does
    web.used();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(web.used()).toEqual([false]);
    line.type("x\x7f");
    for (const end = Date.now() + 5000; !web.used()[0]; await new Promise((go) => setTimeout(go, 5)))
      if (Date.now() > end) throw new Error("that somebody types was not told");
    line.close();
    const raw = connect(web.port, "127.0.0.1");
    const key = Buffer.alloc(16, 1).toString("base64");
    raw.write(
      `GET /ws/terminals/${terminal} HTTP/1.1\r\nHost: panel\r\nOrigin: http://panel\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    // a binary frame, masked with zeros, in three pieces: with the request, and while it is being looked at
    const text = "echo ear''ly-$((40+2))\r";
    const frame = Buffer.concat([Buffer.from([0x82, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
    for (const piece of [frame.subarray(0, 3), frame.subarray(3, 9), frame.subarray(9)]) {
      raw.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    let got = "";
    raw.on("data", (bytes) => (got += bytes.toString("latin1")));
    for (const end = Date.now() + 10_000; !got.includes("early-42"); await new Promise((go) => setTimeout(go, 5)))
      if (Date.now() > end) throw new Error(`what was typed early did not come: ${got}`);
    raw.destroy();
    house.terminals.close(terminal);
  });

  test("a piece that looks like a key within a frame that began with the request is a part of that frame", async () => {
    const { terminal } = await house.open();
    const raw = connect(web.port, "127.0.0.1");
    const key = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 0x61]);
    raw.write(
      `GET /ws/terminals/${terminal}?as=${"7".repeat(32)} HTTP/1.1\r\nHost: panel\r\nOrigin: http://panel\r\nConnection: Upgrade\r\n` +
        `Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n` +
        `Sec-WebSocket-Key: ${Buffer.alloc(16, 1).toString("base64")}\r\n\r\n`,
    );
    // its header alone, masked with zeros, and its payload once the shell is there
    raw.write(Buffer.from([0x82, 0x80 | key.length, 0, 0, 0, 0]));
    let got = "";
    raw.on("data", (bytes) => (got += bytes.toString("latin1")));
    await expect.poll(() => got, { timeout: 10_000 }).toContain('"t":"hello"');
    raw.setNoDelay(true);
    raw.write(key);
    await expect.poll(() => got, { timeout: 10_000 }).toMatch(/"t":"typed","offset":7\b/);
    raw.destroy();
    house.terminals.close(terminal);
  });

  test("200 keys through 40 breaks and a restart of knast-web arrive once, in order", async () => {
    const { terminal, line, see, until, seen } = await openPage();
    const out = join(house.dir, "keys");
    line.type(`stty raw -echo; echo rea''dy; cat >${out}\n`);
    await see("ready");
    let typed = "";
    for (let i = 0; i < 200; i++) {
      const word = `${i} `.repeat(1 + (i % 7) * 40);
      typed += word;
      line.type(word);
      if (i % 5 === 2) web.cut();
      if (i === 100) {
        await web.stop();
        web = await startWeb(web.port);
      }
      await new Promise((resolve) => setTimeout(resolve, i % 3));
      line.retryNow();
    }
    line.retryNow();
    await until(() => readFileSync(out, "utf8").length >= typed.length, "all keys");
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(readFileSync(out, "utf8")).toBe(typed);
    expect(seen.states.filter((one) => one.kind === "lost").length).toBeGreaterThan(10);
    line.close();
    house.terminals.close(terminal);
  });

  test("keys between pastes are typed in their order, also while the tty takes none of them", async () => {
    const { terminal, line, see, until } = await openPage();
    const out = join(house.dir, "pasted");
    line.type(`stty raw -echo; echo rea''dy; sleep 1; exec cat >${out}\n`);
    await see("ready");
    let typed = "";
    for (let i = 0; i < 300; i++) {
      const word = i % 25 === 3 ? `<${`${i}`.padEnd(40_000, "paste ")}>` : String.fromCharCode(97 + (i % 26));
      typed += word;
      line.type(word);
      if (i % 4 === 0) await new Promise((resolve) => setTimeout(resolve, i % 3));
    }
    await until(() => existsSync(out) && statSync(out).size >= typed.length, "all of it");
    expect(readFileSync(out, "utf8") === typed).toBe(true);
    line.close();
    house.terminals.close(terminal);
  });

  test("8 MiB of output through breaks and a restart come whole, none of it twice, without a redraw", async () => {
    const data = Buffer.from(
      Array.from({ length: 1 << 20 }, (_, i) => i.toString(36).padStart(7, "0")).join("\n") + "\n",
    );
    const file = join(house.dir, "output");
    writeFileSync(file, data);
    const { terminal, line, see, until, seen } = await openPage();
    line.type("stty -echo -onlcr; PS1=; echo rea''dy\r");
    await see("ready");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = seen.bytes;
    const hash = createHash("sha256");
    onBytes = (bytes) => hash.update(bytes);
    line.type(`cat ${file}\r`);
    for (let step = 1; step <= 8; step++) {
      await until(() => seen.bytes - before >= (data.length * step) / 10, `part ${step}`);
      if (step === 4) {
        await web.stop();
        web = await startWeb(web.port);
      } else web.cut();
      await until(() => seen.states.at(-1)!.kind === "lost", "the break");
      line.retryNow();
    }
    await until(() => seen.bytes - before >= data.length, "all of it");
    onBytes = () => {};
    expect(seen.bytes - before).toBe(data.length);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(data).digest("hex"));
    expect(seen.replays).toBe(1);
    line.close();
    house.terminals.close(terminal);
  });
});

describe("who attaches anew", () => {
  test("finds the screen, its lines above, the modes and the title as they were, and answers nothing", async () => {
    const first = await openPage();
    const { terminal, line, see } = first;
    const typed = join(house.dir, "answers");
    line.type("stty -echo; PS1=; for i in $(seq 200); do echo line $i ünï 漢字; done; echo rea''dy\r");
    await see("ready");
    const draw =
      "printf '\\033]2;the title\\007\\033[?1049h\\033[?2004h\\033[?1002h\\033[?1006h\\033[?1h\\033[?25l\\033[3 q\\033[5;20r\\033[6;10H\\033[1;32mfull 漢字 👍'";
    // asks what a terminal answers: once by the one who looks, never again by who comes later
    line.type(`stty raw; ${draw}; printf '\\033[6n\\033[c\\033]11;?\\007'; cat >${typed}\n`);
    await first.until(() => first.seen.replies >= 2, "answers");
    await first.until(() => readFileSync(typed).length > 0, "typed");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const once = readFileSync(typed, "utf8");
    const titles: string[] = [];
    for (let i = 0; i < 3; i++) {
      if (i === 1) {
        await web.stop();
        web = await startWeb(web.port);
      }
      const again = page(terminal);
      again.term.onTitleChange((title) => titles.push(title));
      await again.until(() => again.seen.states.at(-1)?.kind === "open" && again.seen.replays === 1, "open");
      await again.see("full 漢字 👍");
      expect(state(again)).toEqual(state(first));
      again.term.write("\x1b[?1049l");
      await again.see("line 200 ünï 漢字");
      expect(again.lines()).toContain("line 1 ünï 漢字\n");
      again.line.close();
    }
    expect(titles).toEqual(["the title", "the title", "the title"]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(readFileSync(typed, "utf8")).toBe(once);
    line.close();
    house.terminals.close(terminal);
  });

  test("after the end is told how it ended", async () => {
    const { terminal, line, until, seen } = await openPage();
    line.type("exit 3\r");
    await until(() => seen.states.at(-1)!.kind === "ended", "the end");
    const late = page(terminal);
    await late.until(() => late.seen.states.at(-1)?.kind === "ended", "the end");
    expect(late.seen.states.at(-1)).toEqual({ kind: "ended", status: 3, signal: null, reason: "exited" });
  });
});
