import { randomBytes } from "node:crypto";
import type { BrowserContext } from "@playwright/test";
import WebSocket from "ws";
import { SUBPROTOCOL } from "../server/contract/terminal.ts";
import { INPUTS } from "./action-inputs.ts";
import { callAction, outcome, serverActions } from "./action-table.ts";
import { expect, JAIL as HIS, type Panel, test } from "./story.ts";

test.use({ beginning: "one jail" });
let panel: Panel;
test.beforeEach(({ panel: started }) => void (panel = started));

const ABSENT = "nowhere_org";

/** @returns the status that an upgrade gets; 101 is a way in */
async function upgrade(context: BrowserContext | null, terminal: string, origin = panel.url): Promise<number> {
  const cookies = context ? await context.cookies(panel.url) : [];
  const headers = { origin, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
  const socket = new WebSocket(`${panel.url.replace("http", "ws")}/ws/terminals/${terminal}`, SUBPROTOCOL, { headers });
  return new Promise((resolve) => {
    socket.on("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on("open", () => {
      resolve(101);
      socket.terminate();
    });
    socket.on("error", () => resolve(0));
  });
}

test("a second friend tries pages, actions, APIs and sockets of another's jail", async ({ admin, friend }) => {
  await admin.createJail("berta.example");
  const anna = await friend("anna", [HIS]);
  const berta = await friend("berta", ["berta_example"]);
  await anna.startJail(HIS);
  await anna.openShell(HIS);
  const terminal = (await anna.page.locator("[data-terminal]").first().getAttribute("data-terminal")) ?? "";
  expect(terminal).toMatch(/^[0-9a-f]{32}$/);
  await admin.page.goto(`${panel.url}/jails/${HIS}?tab=settings`);
  const owner = await admin.page.evaluate(
    () =>
      document.documentElement.innerHTML
        .match(/"owners":\[\{"id":"([^"]+)"|\\"owners\\":\[\{\\"id\\":\\"([^\\]+)\\"/)
        ?.slice(1)
        .find(Boolean) ?? "",
  );
  expect(owner).not.toBe("");

  await test.step("his list, his rail, his live stream hold his jail only", async () => {
    await berta.page.goto(`${panel.url}/jails`);
    await expect(berta.page.getByRole("table", { name: "Jails" }).getByRole("link")).toHaveText(["berta_example"]);
    expect(await berta.page.content()).not.toContain(HIS);
    const live = await berta.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          const source = new EventSource("/api/live");
          source.onmessage = (event: MessageEvent<string>) => {
            source.close();
            resolve(event.data);
          };
        }),
    );
    expect(live).toContain("berta_example");
    expect(live).not.toContain(HIS);
  });

  await test.step("a page of another's jail is the page of no jail", async () => {
    const normal = (html: string, name: string) =>
      html
        .replaceAll(name, "NAME")
        .replaceAll(/nonce="[^"]*"|"nonce":"[^"]*"|\\"nonce\\":\\"[^\\]*\\"/g, "")
        .replaceAll(/"b":"[^"]*"|<!--[^>]*-->|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "");
    for (const path of ["", "?tab=shell", "?tab=settings"]) {
      const [foreign, absent] = await Promise.all(
        [HIS, ABSENT].map((name) => berta.context.request.get(`${panel.url}/jails/${name}${path}`)),
      );
      expect(foreign!.status()).toBe(404);
      expect(absent!.status()).toBe(404);
      const [one, other] = [normal(await foreign!.text(), HIS), normal(await absent!.text(), ABSENT)];
      // Shares of memory and CPU of his own jail are on the page and move; all else is the same to the letter.
      const still = (html: string) => html.replaceAll(/\d+(\.\d+)?/g, "0");
      expect(still(one)).toBe(still(other));
    }
    for (const path of ["/host", "/friends", "/jails/new", "/set-up"])
      expect((await berta.context.request.get(`${panel.url}${path}`)).status(), path).toBe(404);
  });

  // Every action, page and route with a daemon that only listens: server/web/matrix.host.test.ts. Here a few, with one that acts.
  await test.step("what changes something answers as for a jail that is not there, and nothing happens", async () => {
    const actions = serverActions();
    const listShells = actions.find((each) => each.key.endsWith("#listShells"))!;
    for (const [who, mine] of [
      [anna, true],
      [berta, false],
      [admin, false],
    ] as const)
      expect((await callAction(who.context, panel.url, listShells, {})).body.includes(terminal)).toBe(mine);
    const nowhere = {
      owner: "cnobody00000000000000000",
      terminal: randomBytes(16).toString("hex"),
      job: "0".repeat(32),
    };
    for (const name of [
      "stop",
      "restart",
      "openShell",
      "closeShell",
      "signal",
      "destroy",
      "unassign",
      "takeSnapshot",
    ]) {
      const action = actions.find((each) => each.key.endsWith(`#${name}`))!;
      const input = INPUTS[action.key]!;
      const foreign = await callAction(berta.context, panel.url, action, input(HIS, { ...nowhere, owner, terminal }));
      const absent = await callAction(berta.context, panel.url, action, input(ABSENT, nowhere));
      expect(outcome(foreign)?.ok, `${name}: ${foreign.status} ${foreign.body.slice(0, 300)}`).toBe(false);
      expect([foreign.status, outcome(foreign)], name).toEqual([absent.status, outcome(absent)]);
    }
    // The same calls do work for who may.
    const processes = actions.find((each) => each.key.endsWith("jails/actions.ts#processes"))!;
    expect(outcome(await callAction(anna.context, panel.url, processes, { name: HIS }))).toMatchObject({ ok: true });
    await anna.openJail(HIS);
    await anna.expectState("running");
  });

  await test.step("a foreign job's events are those of no job", async () => {
    const stop = serverActions().find((each) => each.key === "app/(panel)/actions.ts#restart")!;
    const begun = outcome(await callAction(anna.context, panel.url, stop, { name: HIS }));
    const { job } = begun!.value as { job: string };
    const [foreign, absent] = await Promise.all(
      [job, randomBytes(16).toString("hex")].map((id) =>
        berta.context.request.get(`${panel.url}/api/jobs/${id}/events`),
      ),
    );
    expect(foreign!.status()).toBe(404);
    expect(await foreign!.text()).toBe(await absent!.text());
    await anna.expectState("running");
  });

  await test.step("no socket opens another's shell, not even the admin's", async () => {
    await anna.openJail(HIS);
    await anna.openShell(HIS);
    const open = (await anna.page.locator("[data-terminal]:visible").getAttribute("data-terminal")) ?? "";
    expect(await upgrade(null, open)).toBe(401);
    expect(await upgrade(berta.context, open)).toBe(404);
    expect(await upgrade(berta.context, randomBytes(16).toString("hex"))).toBe(404);
    expect(await upgrade(admin.context, open)).toBe(404);
    expect(await upgrade(anna.context, open, "http://evil.example")).toBe(403);
    expect(await upgrade(anna.context, open)).toBe(101);
  });

  await test.step("an ex-friend: the open shell goes, the next request finds nothing", async () => {
    const shell = anna.page.locator("[data-terminal][data-state=open]");
    await expect(shell).toHaveCount(1);
    await admin.page.goto(`${panel.url}/jails/${HIS}?tab=people`);
    await admin.page.getByRole("button", { name: `Take ${HIS} from anna` }).click();
    await expect(admin.page.getByText("Nobody yet; it is the admin's alone.")).toBeVisible();
    await expect(shell).toHaveCount(0, { timeout: 15_000 });
    expect((await anna.context.request.get(`${panel.url}/jails/${HIS}`)).status()).toBe(404);
  });

  await test.step("a disabled account is signed out by its next request", async () => {
    await admin.page.goto(`${panel.url}/friends`);
    await admin.page.getByRole("button", { name: "Disable berta" }).click();
    await expect(admin.page.getByRole("button", { name: "Enable berta" })).toBeVisible();
    await berta.page.goto(`${panel.url}/jails`);
    await expect(berta.page).toHaveURL(/\/sign-in/);
  });
});
