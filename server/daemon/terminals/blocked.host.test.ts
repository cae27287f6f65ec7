import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LIMITS } from "./limits.ts";
import { poll } from "../testing/poll.ts";
import { openShellHouse } from "./testing/shell-house.ts";
import type { ViewerClient } from "./testing/viewer-client.ts";

// Viewers of whom nothing is read, as the tty does not take what they type.

let house: Awaited<ReturnType<typeof openShellHouse>>;
const open = async (limits: Partial<typeof LIMITS>) => {
  house = await openShellHouse({ limits: { killAfter: 300, viewers: 3, pingEvery: 3600_000, ...limits } });
};
beforeEach(() => void (house = undefined!));
afterEach(() => house?.close());

const newName = () => randomBytes(16).toString("hex");
const there = (id: string) => house.terminals.find(id)!.viewers;
/** Types so much that it is not read any more. */
async function paste(viewer: ViewerClient): Promise<void> {
  for (let i = 0; i < 16; i++) viewer.type(Buffer.alloc(64 * 1024, "a"));
  let last = Infinity;
  // it may become more, by its answers to pings
  const stands = () => viewer.ws.bufferedAmount > 0 && last <= (last = viewer.ws.bufferedAmount);
  await expect.poll(stands, { interval: 100, timeout: 10_000 }).toBe(true);
}
/** A shell whose program reads nothing, and the viewer by which it was begun. */
async function sleeper(typist: string | null) {
  const { terminal: id } = await house.open("anna");
  const viewer = house.viewAs("anna", id, typist);
  await viewer.see("$ ");
  viewer.type("stty raw -echo; echo rea''dy; sleep 1000\r");
  await viewer.see("ready");
  return { id, viewer };
}
async function another(id: string): Promise<ViewerClient> {
  const viewer = house.viewAs("anna", id, newName());
  await viewer.until((v) => v.hellos.length > 0 || v.closeCode !== null, "an answer");
  return viewer;
}

test("its person is not locked out: one that was not read for longest goes for him, no other one does", async () => {
  await open({});
  const { id, viewer: first } = await sleeper(newName());
  await paste(first);
  const idle = await another(id);
  const second = await another(id);
  await paste(second);
  const third = await another(id);
  expect(third.hellos.length).toBe(1);
  await first.until(({ closeCode }) => closeCode !== null, "the first one's end");
  expect([idle.closeCode, second.closeCode, there(id)]).toEqual([null, null, 3]);
  const fourth = await another(id);
  await second.until(({ closeCode }) => closeCode !== null, "the second one's end");
  const tooMany = await another(id);
  expect([fourth.hellos.length, tooMany.hellos.length, there(id)]).toEqual([1, 0, 3]);
});

test("one that has left is noticed, though nothing is read from it", async () => {
  await open({ pingEvery: 100 });
  const { id, viewer } = await sleeper(null);
  await paste(viewer);
  viewer.ws.terminate();
  await poll("it is gone", () => there(id) === 0);
});

test("has to come again after a while and goes on where it was; one without a name, which could not, stays", async () => {
  await open({ pingEvery: 100, blockedFor: 1500 });
  const name = newName();
  const { id, viewer } = await sleeper(name);
  const nameless = house.viewAs("anna", id, null);
  await nameless.until(({ hellos }) => hellos.length > 0, "hello");
  await Promise.all([paste(viewer), paste(nameless)]);
  await viewer.until(({ closeCode }) => closeCode !== null, "its end");
  const again = house.viewAs("anna", id, name);
  await again.until(({ hellos }) => hellos.length > 0, "hello");
  expect(again.hellos[0]!.typed).toBeGreaterThan(64 * 1024);
  expect([nameless.closeCode, there(id)]).toEqual([null, 2]);
});
