import { afterAll, beforeAll, expect, test } from "vitest";
import { findProcess } from "../../e2e/processes.ts";
import { deleteAccount } from "../services/accounts/delete-account.ts";
import { disableAccount } from "../services/accounts/disable-account.ts";
import { endSession } from "../services/accounts/sessions.ts";
import { takeGrant } from "../services/grants/take-grant.ts";
import type { ViewerClient } from "../daemon/terminals/testing/viewer-client.ts";
import { poll } from "../daemon/testing/poll.ts";
import { type RealPanel, startRealPanel } from "./testing/real-panel.ts";
import { session } from "./testing/web.ts";

// A shell that is shown to others, through the panel as npm start starts it: who gets in, and how soon somebody is out.

let panel: RealPanel;
beforeAll(async () => {
  panel = await startRealPanel();
}, 400_000);
afterAll(() => panel?.stop());

let count = 0;
type Friend = Awaited<ReturnType<RealPanel["friend"]>>;
const as = ({ account }: Friend) => ({ "knast-actor": account.name });

/** A shell of an owner's in the first jail, and somebody with no part in that jail who was let in, as he is through the panel. */
async function together(mode: "read" | "type") {
  const owner = await panel.friend(`owner${++count}`, 0);
  const guest = await panel.friend(`guest${count}`, 1);
  const { terminal } = await panel.openShell(owner);
  const mine = panel.view(terminal, owner.cookie);
  await mine.see(/# $/);
  const { token } = await panel.daemon.call("terminal.share", { terminal, minutes: 60 }, as(owner));
  const asked = { token, account: guest.account.id };
  expect(await status(terminal, guest)).toBe(404);
  await panel.daemon.call("terminal.knock", asked, as(guest));
  expect(await status(terminal, guest)).toBe(404);
  await panel.daemon.call("terminal.admit", { terminal, guest: guest.account.name, as: mode }, as(owner));
  const his = panel.view(terminal, guest.cookie);
  await his.until(({ hellos }) => hellos.length > 0, "the guest is in");
  return { owner, guest, terminal, mine, his };
}

/** What an upgrade is answered with. */
function status(terminal: string, { cookie }: Pick<Friend, "cookie">): Promise<number> {
  return new Promise((resolve) => {
    const viewer = panel.view(terminal, cookie);
    viewer.ws.once("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      viewer.ws.terminate();
    });
    viewer.ws.once("error", () => resolve(0));
    viewer.ws.once("open", () => {
      resolve(101);
      viewer.ws.terminate();
    });
  });
}
const isOut = (viewer: ViewerClient, within = 5000) =>
  viewer.until(({ closeCode }) => closeCode !== null, "he is out", within);

test("who was let in sees the shell and nothing else of the jail; nobody else gets in, the admin neither", async () => {
  const { terminal, owner, guest, mine, his } = await together("read");
  mine.type("echo shown-to-gue'st'\r");
  await his.see("shown-to-guest");
  his.type("echo sto'len'\r");
  mine.type("echo do'ne'\r");
  await mine.see("done");
  expect(mine.text).not.toContain("stolen");
  const page = await fetch(`${panel.url}/jails/${owner.jail.name}`, {
    headers: { cookie: guest.cookie },
    redirect: "manual",
  });
  expect(page.status).toBe(404);
  const { records } = await panel.daemon.call("audit.list", { what: "terminal.view", who: guest.account.name });
  const on = { origin: "knastd", terminal, jail: owner.jail.name, account: owner.account.name, result: "ok" };
  expect(records).toMatchObject([{ ...on, source: expect.stringContaining("127.0.0.1") }]);
  const stranger = await panel.friend(`stranger${count}`, 1);
  expect(await status(terminal, stranger)).toBe(404);
  expect(await status(terminal, await session(panel.admin.actor.id))).toBe(404);
});

test.each<[string, (one: Awaited<ReturnType<typeof together>>) => Promise<unknown>]>([
  ["sharing is stopped", ({ terminal, owner }) => panel.daemon.call("terminal.unshare", { terminal }, as(owner))],
  ["the guest's account is disabled", ({ guest }) => disableAccount(panel.admin, { account: guest.account.id })],
  ["the guest's account is deleted", ({ guest }) => deleteAccount(panel.admin, { account: guest.account.id })],
  ["the guest signs out", ({ guest }) => endSession(guest.sid)],
  [
    "the owner loses the jail",
    ({ owner }) => takeGrant(panel.admin, { name: owner.jail.name, account: owner.account.id }),
  ],
  ["the owner's account is disabled", ({ owner }) => disableAccount(panel.admin, { account: owner.account.id })],
])("the guest is out within seconds when %s", async (_, end) => {
  const one = await together("type");
  await end(one);
  await isOut(one.his);
  const { shares } = await panel.daemon.call("terminal.shares", {});
  const left = shares.filter(({ terminal }) => terminal === one.terminal).flatMap(({ guests }) => guests);
  if (!(await panel.daemon.call("terminal.list", {})).terminals.some(({ terminal }) => terminal === one.terminal))
    expect(left).toEqual([]);
  expect(await status(one.terminal, one.guest)).not.toBe(101);
});

test("a guest whose account is gone is forgotten by knastd too, so that nobody inherits his place by his name", async () => {
  const { terminal, guest } = await together("read");
  await deleteAccount(panel.admin, { account: guest.account.id });
  await poll(
    "he is forgotten",
    async () => {
      const { shares } = await panel.daemon.call("terminal.shares", {});
      return !shares.some((one) => one.terminal === terminal);
    },
    10_000,
  );
});

test("a share outlives knast-web: after its kill the guest comes in again, and is out when it is stopped", async () => {
  const { terminal, guest, owner, his } = await together("read");
  process.kill(findProcess("dist/knast-web.js", `PORT=${new URL(panel.url).port}`), "SIGKILL");
  await isOut(his, 20_000);
  await poll("it is back", async () => (await status(terminal, guest)) === 101, 60_000);
  await panel.daemon.call("terminal.unshare", { terminal }, as(owner));
  expect(await status(terminal, guest)).toBe(404);
});
