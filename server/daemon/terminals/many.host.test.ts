import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShellHouse } from "./testing/shell-house.ts";
import type { ViewerClient } from "./testing/viewer-client.ts";

/** KNAST_SHELLS=all is the size that the product promises: 200 at once, 1,000 one after the other. */
const [AT_ONCE, IN_A_ROW] = process.env.KNAST_SHELLS === "all" ? [200, 1000] : [60, 80];

/** Stands in the environment of all that our shells start. */
const MARK = `/nowhere-${process.pid}`;

let house: Awaited<ReturnType<typeof openShellHouse>>;
const limits = { total: 300, perActor: 300, perJail: 300, killAfter: 50, keepEnded: 50, endedScreens: 0, ends: 10 };
beforeAll(async () => {
  house = await openShellHouse({ limits, path: `/sbin:/bin:/usr/sbin:/usr/bin:${MARK}` });
});
afterAll(() => house.close());

/** What this process has, and the processes that are its children or live on one of its terminals. */
function inventory() {
  const open = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ""; // that of the listing itself
    }
  });
  const threads = readdirSync("/proc/self/task").length;
  // not all of /dev/pts: other programs of this machine open terminals too
  const ptys = open.filter((target) => target.endsWith("/ptmx")).length;
  const children = readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").includes(MARK);
      } catch {
        return false;
      }
    });
  return { fds: open.length, threads, ptys, children };
}

const memory = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 2 ** 20;
};

async function shell(): Promise<{ id: string; viewer: ViewerClient }> {
  const { terminal: id } = await house.open();
  const viewer = house.view(id);
  await viewer.see("$ ");
  return { id, viewer };
}

/** Half of them are closed, half end by themselves, one in four has printed much, each has left something in the background. */
async function end({ id, viewer }: { id: string; viewer: ViewerClient }, i: number): Promise<void> {
  viewer.type(`sleep 1000 & ${i % 4 === 0 ? "seq 60000; " : ""}echo en''d${i % 2 ? "; exit" : ""}\r`);
  await viewer.see("end\r\n");
  if (i % 2 === 0) house.terminals.close(id);
  await viewer.until((v) => v.closeCode !== null, "the end");
  viewer.forget();
}

/** Fewer is no leak: what an earlier file of this process had open may have ended meanwhile. */
function beyond(before: ReturnType<typeof inventory>) {
  const { children, ...now } = inventory();
  const more = (what: keyof typeof now) => Math.max(0, now[what] - before[what]);
  return { fds: more("fds"), threads: more("threads"), ptys: more("ptys"), children };
}
const backTo = (before: ReturnType<typeof inventory>) =>
  expect
    .poll(() => beyond(before), { timeout: 40_000, interval: 200 })
    .toEqual({ fds: 0, threads: 0, ptys: 0, children: before.children });

test(`${AT_ONCE} at once leave nothing behind`, async () => {
  await end(await shell(), 0);
  await expect.poll(() => inventory().children, { timeout: 10_000 }).toEqual([]);
  const before = inventory();
  const open = await Promise.all(Array.from({ length: AT_ONCE }, shell));
  const full = inventory();
  expect(full.children.length).toBeGreaterThanOrEqual(AT_ONCE);
  expect(full.ptys - before.ptys).toBe(AT_ONCE);
  await Promise.all(open.map(end));
  await backTo(before);
  expect(house.terminals.list()).toEqual([]);
});

test(`${IN_A_ROW} opened and closed in a row leave nothing behind, and no memory`, async () => {
  const before = inventory();
  const row = async (count: number) => {
    let next = 0;
    const lane = async () => {
      while (next < count) {
        const i = next++;
        await end(await shell(), i);
      }
    };
    await Promise.all([lane(), lane(), lane(), lane()]);
  };
  // what a process takes once and keeps is no leak: it is measured from where it has settled
  await row(IN_A_ROW / 4);
  await backTo(before);
  const settled = memory();
  await row((IN_A_ROW * 3) / 4);
  await backTo(before);
  // each session holds more than 8 KiB; a leak of them would be many times this
  await expect.poll(() => memory() - settled, { timeout: 20_000 }).toBeLessThan(16 + IN_A_ROW / 50);
  expect(house.terminals.ended()).toHaveLength(10);
});
