import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WINDOW } from "../../contract/terminal.ts";
import { openShellHouse } from "./testing/shell-house.ts";
import { ViewerClient } from "./testing/viewer-client.ts";

type House = Awaited<ReturnType<typeof openShellHouse>>;
let house: House;
beforeAll(async () => {
  house = await openShellHouse({ limits: { killAfter: 300, keepEnded: 300, viewers: 2 } });
});
afterAll(() => house.close());

const newName = () => randomBytes(16).toString("hex");
const settled = async (condition: () => boolean, what: string) => {
  for (const deadline = Date.now() + 20_000; !condition(); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
};
async function raw(of: House = house): Promise<{ id: string; name: string; viewer: ViewerClient }> {
  const { terminal: id } = await of.open();
  const name = newName();
  const viewer = of.view(id, undefined, name);
  await viewer.see("$ ");
  viewer.type("stty raw -echo; PS1=; echo rea''dy\r");
  await viewer.see("ready");
  viewer.forget();
  return { id, name, viewer };
}

describe("what is typed", () => {
  test("is counted under its viewer's name, over all of his lines", async () => {
    const { id, name, viewer } = await raw();
    const typed = Buffer.byteLength("stty raw -echo; PS1=; echo rea''dy\r");
    await viewer.until((v) => v.typed === typed, "so much is typed");
    viewer.type(Buffer.alloc(40_000, "#"));
    await viewer.until((v) => v.typed === typed + 40_000, "told after so many bytes");
    viewer.ws.terminate();
    const again = house.view(id, viewer.offset, name);
    await again.until((v) => v.hellos.length > 0, "hello");
    expect(again.hellos[0]).toMatchObject({ mode: "resume", typed: typed + 40_000 });
    const other = house.view(id, undefined, newName());
    await other.until((v) => v.hellos.length > 0, "hello");
    expect(other.hellos[0]!.typed).toBe(0);
    house.terminals.close(id);
  });

  test("on a line that its viewer has replaced does not come any more, however much of it is under way", async () => {
    const { id, name, viewer } = await raw();
    const out = join(house.dir, "replaced");
    const command = `echo beg''un; cat >${out}\n`;
    viewer.type(command);
    // what came together with the command the shell itself would have read
    await viewer.see("begun");
    let there = 0;
    const keys = Buffer.from(Array.from({ length: 200_000 }, (_, i) => `${i} `).join(""));
    const start = Buffer.byteLength(`stty raw -echo; PS1=; echo rea''dy\r${command}`);
    for (let line = viewer; there < keys.length;) {
      // all of the rest goes out on each line, and each but the last is replaced while it is under way
      for (let at = there; at < keys.length; at += 60_000) line.type(keys.subarray(at, at + 60_000));
      await line.until((v) => v.typed - start > there, "some of it");
      line = house.view(id, undefined, name);
      await line.until((v) => v.hellos.length > 0, "hello");
      there = line.hellos[0]!.typed! - start;
    }
    await settled(() => readFileSync(out).length >= keys.length, "all of it");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(readFileSync(out).equals(keys)).toBe(true);
    expect(house.terminals.list().find((one) => one.terminal === id)!.viewers).toBe(1);
    house.terminals.close(id);
  });

  test("who comes back takes his own place where there is room for no other", async () => {
    const { id, name, viewer } = await raw();
    const second = house.view(id);
    await second.until((v) => v.hellos.length > 0, "hello");
    const third = house.view(id);
    await third.until((v) => v.closeCode !== null, "refused");
    expect(third.hellos).toEqual([]);
    const back = house.view(id, viewer.offset, name);
    await back.until((v) => v.hellos.length > 0, "hello");
    await viewer.until((v) => v.closeCode !== null, "the old line is cut");
    expect(second.closeCode).toBeNull();
    house.terminals.close(id);
  });

  test("viewers without a name hear of none of it", async () => {
    const { terminal } = await house.open();
    const viewer = house.view(terminal);
    await viewer.see("$ ");
    viewer.type("#".repeat(20_000));
    await viewer.see("####");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([viewer.hellos[0]!.typed, viewer.typed]).toEqual([undefined, 0]);
    house.terminals.close(terminal);
  });
});

describe("memory", () => {
  test("who acknowledges what he does not read costs a bounded amount, whatever is printed", async () => {
    const { id, viewer } = await raw();
    const socket = (viewer.ws as unknown as { _socket: { pause(): void; resume(): void } })._socket;
    viewer.type("cat /dev/zero\n");
    await viewer.until((v) => v.offset > WINDOW.high, "a flood");
    socket.pause();
    const before = process.memoryUsage().external + process.memoryUsage().rss;
    let claimed = viewer.offset;
    // claims one window after the other; a claim beyond what was sent would end the line
    for (let i = 0; i < 200; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      claimed += WINDOW.ack;
      viewer.ws.send(JSON.stringify({ t: "ack", offset: claimed }));
    }
    const grown = process.memoryUsage().external + process.memoryUsage().rss - before;
    expect(grown).toBeLessThan(16 << 20);
    viewer.ws.terminate();
    house.terminals.close(id);
  });
});

describe("how it ended", () => {
  test("is told to who comes later, when its screen is gone too, and stands in the list", async () => {
    const { id, viewer } = await raw();
    viewer.ws.close(1000);
    house.terminals.close(id, "account-ended");
    const during = house.view(id);
    await during.until((v) => v.closeCode !== null, "the end");
    expect(during.exit).toMatchObject({ status: null, reason: "account-ended" });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const late = house.view(id, 5, newName());
    await late.until((v) => v.closeCode !== null, "the end");
    expect(late.exit).toMatchObject({ reason: "account-ended" });
    expect(late.hellos).toEqual([]);
    expect(house.terminals.ended("test")[0]).toMatchObject({ terminal: id, actor: "anna", reason: "account-ended" });
    expect(house.terminals.ended("other")).toEqual([]);
  });

  test("of the last few only, and the screens of fewer", async () => {
    const small = await openShellHouse({ limits: { ends: 3, endedScreens: 1, keepEnded: 60_000, killAfter: 100 } });
    try {
      const ids: string[] = [];
      for (let i = 0; i < 5; i++) {
        const { terminal } = await small.open();
        ids.unshift(terminal);
        const viewer = small.view(terminal);
        await viewer.see("$ ");
        viewer.type("echo my-la''st; exit 4\r");
        await viewer.until((v) => v.closeCode !== null, "the end");
      }
      expect(small.terminals.ended().map((end) => end.terminal)).toEqual(ids.slice(0, 3));
      const seen = [];
      for (const id of ids) {
        const late = small.view(id);
        await late.until((v) => v.closeCode !== null, "the end");
        seen.push([late.exit?.status ?? null, late.text.includes("my-last")]);
      }
      expect(seen).toEqual([
        [4, true],
        // its viewer was still there when the next shell began
        [4, true],
        [4, false],
        [null, false],
        [null, false],
      ]);
    } finally {
      await small.close();
    }
  });

  test("is not waited for longer than for a minute, and all that it printed is there for who held it", async () => {
    const small = await openShellHouse({ limits: { drainFor: 500, killAfter: 300 } });
    try {
      const { id, viewer } = await raw(small);
      viewer.renders = false;
      // more than the window, less than window and kernel hold; what it leaves behind keeps the tty open
      viewer.type("stty -onlcr; sleep 1000 & seq 100001 138200; exit 7\n");
      await settled(() => !small.terminals.find(id)!.alive, "the end");
      expect(viewer.exit).toBeNull();
      viewer.renders = true;
      viewer.ack();
      await viewer.until((v) => v.closeCode !== null, "the end is told");
      expect(viewer.exit).toMatchObject({ status: 7, reason: "exited" });
      const numbers = viewer.text.match(/^\d{6}$/gm)!;
      expect([numbers.length, numbers.at(-1)]).toEqual([38_200, "138200"]);
    } finally {
      await small.close();
    }
  });

  test("a program that a signal ended is told by its name", async () => {
    const { id, viewer } = await raw();
    viewer.type("kill -SEGV $$\n");
    await viewer.until((v) => v.closeCode !== null, "the end");
    expect(viewer.exit).toEqual({ t: "exit", status: 139, signal: "SIGSEGV", reason: "exited" });
    expect(house.terminals.ended()[0]).toMatchObject({ terminal: id, signal: "SIGSEGV", status: 139 });
  });
});

describe("the limits in time", () => {
  const withSpan = async (span: object, work: (small: House) => Promise<void>) => {
    const small = await openShellHouse({ limits: { killAfter: 100, ...span } });
    try {
      await work(small);
    } finally {
      await small.close();
    }
  };

  test("an idle shell is warned, kept by a key, warned again and ended", () =>
    withSpan({ idleAfter: 2000, warnBefore: 1000 }, async (small) => {
      const { viewer } = await raw(small);
      await viewer.until((v) => v.notices.length === 1, "a warning");
      expect(viewer.notices[0]).toMatchObject({ reason: "idle" });
      expect(viewer.notices[0]!.endsIn).toBeLessThanOrEqual(1000);
      const other = small.view(small.terminals.list()[0]!.terminal, undefined, newName());
      await viewer.until((v) => v.notices.length === 2, "taken back, as somebody has come");
      expect(viewer.notices[1]).toEqual({ t: "notice", reason: "idle", endsIn: null });
      await other.until((v) => v.notices.some((one) => one.endsIn !== null), "a warning for both");
      other.type("#");
      await other.until((v) => v.notices.at(-1)!.endsIn === null, "taken back by a key");
      await viewer.until((v) => v.closeCode !== null, "the end");
      expect(viewer.exit).toMatchObject({ reason: "idle" });
      expect(viewer.notices.filter((one) => one.endsIn !== null)).toHaveLength(3);
    }));

  test("what prints is not idle; what is open for too long ends, after a warning that no key takes back", () =>
    withSpan({ idleAfter: 600, warnBefore: 1000, longest: 4000 }, async (small) => {
      const begun = Date.now();
      const { viewer } = await raw(small);
      viewer.type("while sleep 0.1; do echo .; done\n");
      await viewer.until((v) => v.notices.length > 0, "a warning");
      expect(viewer.notices[0]).toMatchObject({ reason: "too-long" });
      viewer.type("#");
      await viewer.until((v) => v.closeCode !== null, "the end");
      expect(viewer.exit).toMatchObject({ reason: "too-long" });
      expect(Date.now() - begun).toBeGreaterThan(3500);
      expect(viewer.notices).toHaveLength(1);
    }));
});

describe("the limits in number", () => {
  test("hold when thirty are asked for at once", async () => {
    const small = await openShellHouse({ limits: { perActor: 10, perJail: 14, total: 20 } });
    try {
      const opened = async (actor: string, name: string) =>
        (await Promise.allSettled(Array.from({ length: 30 }, () => small.open(actor, { name, jid: 1 })))).filter(
          (one) => one.status === "fulfilled",
        ).length;
      expect(await opened("anna", "a")).toBe(10);
      expect(await opened("bert", "a")).toBe(4);
      expect(await opened("bert", "b")).toBe(6);
      expect(await opened("carl", "c")).toBe(0);
    } finally {
      await small.close();
    }
  });
});

describe("the list", () => {
  test("names a shell by its title and its last line, as clean text", async () => {
    const { id, viewer } = await raw();
    viewer.type(
      "printf '\\033]2;build \\342\\200\\256evil\\007\\033[1;31mall \\033[0mdo''ne\\r\\n\\033[K\\r\\n'; cat\n",
    );
    await viewer.see("done");
    viewer.type("x");
    await settled(
      () => house.terminals.list().some((one) => one.lastInputAt !== null && one.title !== null),
      "a title",
    );
    const info = house.terminals.list().find((one) => one.terminal === id)!;
    expect(info).toMatchObject({ title: "build evil", lastLine: "all done" });
    house.terminals.close(id);
  });
});
