import { randomBytes } from "node:crypto";
import { type BrowserContext, expect, test } from "@playwright/test";
import WebSocket from "ws";
import { SUBPROTOCOL } from "../server/contract/terminal.ts";
import { callAction, outcome, serverActions } from "./action-table.ts";
import { PanelPage } from "./pages/panel-page.ts";
import { type Panel, startPanel } from "./panel.ts";

let panel: Panel;
test.beforeAll(async () => {
  test.setTimeout(400_000);
  panel = await startPanel();
});
test.afterAll(() => panel.stop());

const HIS = "erdgeist_org";
const ABSENT = "nowhere_org";

/** What each action gets for a jail's name, with everything else right. A new action without a row here fails the story. */
const INPUTS: Record<string, (name: string, ids: { owner: string; terminal: string }) => unknown> = {
  "app/(panel)/actions.ts#start": (name) => ({ name }),
  "app/(panel)/actions.ts#stop": (name) => ({ name }),
  "app/(panel)/actions.ts#restart": (name) => ({ name }),
  "app/(panel)/actions.ts#openShell": (name) => ({ name, cols: 80, rows: 24 }),
  "app/(panel)/actions.ts#closeShell": (_, { terminal }) => ({ terminal }),
  "app/(panel)/jails/actions.ts#plan": (name) => ({ hostname: name.replaceAll("_", "."), interface: "dev0" }),
  "app/(panel)/jails/actions.ts#create": (name) => ({
    hostname: name.replaceAll("_", "."),
    interface: "dev0",
    owner: null,
  }),
  "app/(panel)/jails/actions.ts#destroy": (name) => ({ name, confirm: name }),
  "app/(panel)/jails/actions.ts#processes": (name) => ({ name }),
  "app/(panel)/jails/actions.ts#assign": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/jails/actions.ts#unassign": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/friends/actions.ts#create": (name) => ({ name: "mallory2", jails: [name] }),
  "app/(panel)/friends/actions.ts#newLink": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#disable": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#enable": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#remove": (_, { owner }) => ({ account: owner }),
  "app/(panel)/friends/actions.ts#assign": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/friends/actions.ts#unassign": (name, { owner }) => ({ name, account: owner }),
  "app/(panel)/host/actions.ts#configure": () => ({ pools: [] }),
  "app/(panel)/host/actions.ts#install": () => ({ source: { kind: "host" } }),
};
/** These are for people without a session, or end one's own. */
const FOR_ALL = [
  "app/(auth)/actions.ts#signIn",
  "app/(auth)/actions.ts#setUp",
  "app/(auth)/actions.ts#welcome",
  "app/(panel)/actions.ts#signOut",
];

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

/** Says what is one's own, to anybody; it must hold nothing of another's. */
const OWN_ONLY = "app/(panel)/actions.ts#listShells";

test("a second friend tries every page, action, API and socket of another's jail", async ({ browser }) => {
  test.setTimeout(300_000);
  const admin = await PanelPage.inNewBrowser(browser, panel);
  await admin.setUpAll(panel.setUpLink);
  await admin.createJail("erdgeist.org");
  await admin.createJail("berta.example");
  const annasLink = await admin.createFriend("anna", [HIS]);
  const bertasLink = await admin.createFriend("berta", ["berta_example"]);
  const anna = await PanelPage.inNewBrowser(browser, panel);
  await anna.acceptLink(annasLink, "anna has a long password");
  const berta = await PanelPage.inNewBrowser(browser, panel);
  await berta.acceptLink(bertasLink, "berta has a long password");
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

  await test.step("every action answers as for a jail that is not there, and nothing happens", async () => {
    const actions = serverActions();
    expect(actions.map((each) => each.key).toSorted()).toEqual(
      [...Object.keys(INPUTS), ...FOR_ALL, OWN_ONLY].toSorted(),
    );
    const listShells = actions.find((each) => each.key === OWN_ONLY)!;
    for (const [who, mine] of [
      [anna, true],
      [berta, false],
      [admin, false],
    ] as const)
      expect((await callAction(who.context, panel.url, listShells, {})).body.includes(terminal)).toBe(mine);
    let tried = 0;
    for (const action of actions.filter((each) => each.key in INPUTS)) {
      const input = INPUTS[action.key]!;
      const foreign = await callAction(berta.context, panel.url, action, input(HIS, { owner, terminal }));
      const absent = await callAction(
        berta.context,
        panel.url,
        action,
        input(ABSENT, { owner: "cnobody00000000000000000", terminal: randomBytes(16).toString("hex") }),
      );
      expect(outcome(foreign)?.ok, `${action.key}: ${foreign.status} ${foreign.body.slice(0, 300)}`).toBe(false);
      expect(outcome(foreign), action.key).toEqual(outcome(absent));
      expect(foreign.status, action.key).toBe(absent.status);
      const nobody = await browser.newContext();
      const anonymous = await callAction(nobody, panel.url, action, input(HIS, { owner, terminal }));
      expect(outcome(anonymous)?.failure?.code ?? "unauthenticated", action.key).toBe("unauthenticated");
      await nobody.close();
      tried++;
    }
    expect(tried).toBe(Object.keys(INPUTS).length);
    // The same calls do work for who may: the table is not wrong in itself.
    const processes = actions.find((each) => each.key.endsWith("jails/actions.ts#processes"))!;
    expect(outcome(await callAction(anna.context, panel.url, processes, { name: HIS }))).toMatchObject({
      ok: true,
    });
    await anna.openJail(HIS);
    await anna.expectState("running");
    await admin.page.goto(`${panel.url}/friends`);
    await expect(admin.page.getByText("mallory2")).toHaveCount(0);
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

  await test.step("an ex-friend: the open shell goes within 5 seconds, the next request finds nothing", async () => {
    const shell = anna.page.locator("[data-terminal][data-state=open]");
    await expect(shell).toHaveCount(1);
    await admin.page.goto(`${panel.url}/jails/${HIS}?tab=settings`);
    await admin.page.getByRole("button", { name: `Take ${HIS} from anna` }).click();
    await expect(admin.page.getByText("Nobody yet; it is the admin's alone.")).toBeVisible();
    await expect(shell).toHaveCount(0, { timeout: 5000 });
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
