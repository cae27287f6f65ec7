import { afterEach, beforeEach, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { enter } from "./enter.ts";
import { meetDevice } from "./known-devices.ts";

let panel: TestPanel;
let anna: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  anna = await panel.actor("anna");
});
afterEach(() => panel.stop());

const FIREFOX = "Mozilla/5.0 (X11; FreeBSD amd64; rv:140.0) Gecko/20100101 Firefox/140.0";
const browser = (token: string | null) => ({ userAgent: FIREFOX, device: () => token });
const told = async () =>
  (await db().notice.findMany({ where: { kind: "new-device" } })).map(({ accountId, data }) => [
    accountId,
    JSON.parse(data) as unknown,
  ]);

it("tells of a sign-in from a browser that was not seen before, but for the first one", async () => {
  const person = await db().account.findUniqueOrThrow({ where: { id: anna.actor.id } });
  const first = await enter(anna, person, browser(null));
  expect(await told()).toEqual([]);
  const { device } = first as { device: string };
  await enter(anna, person, browser(device));
  expect(await told()).toEqual([]);
  await enter(anna, person, browser(null));
  const facts = { device: "Firefox on FreeBSD", source: "192.0.2.1" };
  expect(await told()).toEqual([[anna.actor.id, facts]]);
});

it("does the same for a sign-in by the single sign-on, and takes no other account's token for its own", async () => {
  const token = await meetDevice(anna, anna.actor, browser(null));
  expect(await meetDevice(anna, anna.actor, browser(token))).toBe(token);
  const stig = await panel.actor("stig");
  await meetDevice(stig, stig.actor, browser(null));
  expect(await told()).toEqual([]);
  expect(await meetDevice(stig, stig.actor, browser(token))).not.toBe(token);
  expect((await told()).map(([account]) => account)).toEqual([stig.actor.id]);
});
