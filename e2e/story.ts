import { type Cookie, test as base } from "@playwright/test";
import { ADMIN, PanelPage } from "./pages/panel-page.ts";
import { type Panel, startPanel } from "./panel.ts";
import { type Beginning, layOut, setUpHost } from "./prepared-host.ts";

export { expect } from "@playwright/test";
export { JAIL } from "./prepared-host.ts";
export type { Panel } from "./panel.ts";
export { PanelPage, Shell } from "./pages/panel-page.ts";

type Options = {
  /** what is there when the story begins; `test.use({ beginning: "nothing" })` for a story that is about the set-up */
  beginning: Beginning;
};
type Fixtures = {
  /** for npm start; a story that needs more overrides it by test.extend() */
  launch: { port?: number; env?: Record<string, string> };
  /** a state directory that is laid out already, and the admin's cookies; null: npm start makes an empty one */
  host: { state: string; cookies: Cookie[] } | null;
  /** npm start with a state directory of this story alone */
  panel: Panel;
  /** somebody who has not signed in, in a browser of his own; it closes with the story */
  visitor: () => Promise<PanelPage>;
  /** signed in, unless the story begins with nothing */
  admin: PanelPage;
  /** a friend whom the admin creates here and who takes the link; by passwordOf() he comes in again */
  friend: (name: string, jails?: string[]) => Promise<PanelPage>;
};

export const passwordOf = (name: string): string => `${name} has a long password`;

export const test = base.extend<Options & Fixtures>({
  beginning: ["set up", { option: true }],
  launch: [{}, { option: true }],
  // Playwright's own time for a story begins when all is there; the first start may have to build.
  host: [
    async ({ browser, beginning }, use) => use(beginning === "nothing" ? null : await layOut(browser, beginning)),
    { timeout: 600_000 },
  ],
  panel: [
    async ({ launch, host }, use, info) => {
      const panel = await startPanel({ ...launch, ...(host && { state: host.state }) });
      await use(panel);
      if (info.status !== info.expectedStatus) await info.attach("npm start", { body: panel.log() });
      await panel.stop();
    },
    { timeout: 400_000 },
  ],
  visitor: async ({ browser, panel }, use, info) => {
    const visitors: { who: PanelPage; heard: string[] }[] = [];
    await use(async () => {
      const who = await PanelPage.inNewBrowser(browser, panel);
      const heard: string[] = [];
      who.page.on("console", (message) => heard.push(`${message.type()}: ${message.text()}`));
      who.page.on("pageerror", (error) => heard.push(`error: ${error.message}`));
      who.page.on("requestfailed", (request) => heard.push(`${request.url()}: ${request.failure()?.errorText}`));
      visitors.push({ who, heard });
      return who;
    });
    for (const [i, { who, heard }] of visitors.entries()) {
      if (info.status !== info.expectedStatus && !who.page.isClosed()) {
        await who.page.screenshot({ path: info.outputPath(`failed-${i}.png`), timeout: 10_000 }).catch(() => {});
        await info.attach(`browser ${i} at ${who.page.url()}`, { body: heard.slice(-40).join("\n") });
      }
      await who.context.close();
    }
  },
  admin: async ({ beginning, host, panel, visitor }, use) => {
    const admin = await visitor();
    if (host) {
      const domain = new URL(panel.url).hostname;
      await admin.context.addCookies(host.cookies.map((cookie) => ({ ...cookie, domain })));
      await admin.provesBy(ADMIN.password);
    } else if (beginning !== "nothing") await setUpHost(admin, panel, beginning);
    await use(admin);
  },
  friend: async ({ admin, visitor }, use) => {
    await use(async (name, jails = []) => {
      const friend = await visitor();
      await friend.acceptLink(await admin.createFriend(name, jails), passwordOf(name));
      return friend;
    });
  },
});
