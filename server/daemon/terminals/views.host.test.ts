import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { poll } from "../testing/poll.ts";
import { openShellHouse } from "./testing/shell-house.ts";
import type { ViewerClient } from "./testing/viewer-client.ts";

// Who is put on record before he sees a shell.

const AWAY = 400;
let house: Awaited<ReturnType<typeof openShellHouse>>;
let told: string[] = [];
/** what a record waits for, as for a slow disk */
let disk = Promise.resolve();
beforeAll(async () => {
  house = await openShellHouse({
    limits: { perActor: 50, awayFor: AWAY },
    viewed: async (_request, { id, actor, jail }, who) => {
      told.push(`${who} sees ${actor}'s ${id} in ${jail.name}`);
      await disk;
    },
  });
});
afterAll(() => house.close());
afterEach(() => {
  told = [];
  for (const { id } of house.terminals.alive()) house.terminals.close(id);
});

const sees = (viewer: ViewerClient) => viewer.until(({ hellos }) => hellos.length > 0, "he sees it");
const isOut = (viewer: ViewerClient) => viewer.until(({ closeCode }) => closeCode !== null, "he is out");
async function gone(viewer: ViewerClient, terminal: string): Promise<void> {
  const { viewers } = house.terminals.find(terminal)!;
  viewer.ws.terminate();
  await poll("he is gone", () => house.terminals.find(terminal)!.viewers < viewers);
}
/** Lets a guest in. */
function admit(terminal: string, who: string): void {
  const { guests } = house.terminals.find(terminal)!;
  guests.share(60_000);
  guests.knock(who, "account");
  guests.admit(who, "read");
}
async function pass(since: number, milliseconds: number): Promise<void> {
  await poll("time has passed", () => Date.now() - since > milliseconds);
}

test("a guest and the host's root each time, before the first byte; who is refused not at all", async () => {
  const { terminal } = await house.open("anna");
  const refused = house.viewAs("greta", terminal);
  await isOut(refused);
  expect(told).toEqual([]);
  admit(terminal, "greta");
  const line = (who: string) => `${who} sees anna's ${terminal} in test`;
  for (let i = 1; i <= 2; i++) {
    const greta = house.viewAs("greta", terminal);
    await sees(greta);
    expect(told).toEqual(Array.from({ length: i }, () => line("greta")));
    await gone(greta, terminal);
  }
  await sees(house.view(terminal));
  expect(told.at(-1)).toBe(line("root"));
  let written!: () => void;
  disk = new Promise((resolve) => (written = resolve));
  const waits = house.viewAs("greta", terminal);
  await poll("it is being written", () => told.length === 4);
  expect([waits.hellos.length, house.terminals.find(terminal)!.viewers]).toEqual([0, 1]);
  written();
  await sees(waits);
});

test("who is sent away while that is written sees nothing", async () => {
  const { terminal } = await house.open("anna");
  admit(terminal, "greta");
  let written!: () => void;
  disk = new Promise((resolve) => (written = resolve));
  const greta = house.viewAs("greta", terminal);
  await poll("it is being written", () => told.length === 1);
  house.terminals.find(terminal)!.guests.end();
  written();
  await isOut(greta);
  expect(greta.hellos).toEqual([]);
  expect(house.terminals.find(terminal)!.viewers).toBe(0);
});

test("its own person when he comes back after a while, not each time that his line breaks", async () => {
  const { terminal } = await house.open("anna");
  const opened = Date.now();
  const first = house.viewAs("anna", terminal);
  await sees(first);
  const second = house.viewAs("anna", terminal);
  await sees(second);
  await pass(opened, AWAY + 50);
  // While one of his windows is there another one is no news.
  await gone(first, terminal);
  const third = house.viewAs("anna", terminal);
  await sees(third);
  await gone(second, terminal);
  await gone(third, terminal);
  const soon = house.viewAs("anna", terminal);
  await sees(soon);
  expect(told).toEqual([]);
  await gone(soon, terminal);
  await pass(Date.now(), AWAY + 50);
  await sees(house.viewAs("anna", terminal));
  expect(told).toEqual([`anna sees anna's ${terminal} in test`]);
});
