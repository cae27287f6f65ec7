// Makes docs/screenshots/*.png from a panel that it starts and fills: `npx tsx e2e/screenshots.ts`. Needs root or user namespaces, as npm start does.
import { mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "@playwright/test";
import config from "../playwright.config.ts";
import { PanelPage } from "./pages/panel-page.ts";
import { startPanel } from "./panel.ts";

const out = fileURLToPath(new URL("../docs/screenshots", import.meta.url));
const SIZES = { 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } } as const;
const HOSTS = ["erdgeist.org", "mail.example.org", "www.example.org", "ns.example.org", "wiki.example.org"];

type Shot = { name: string; path: string; before?: (page: Page) => Promise<void> };
const SHOTS: Shot[] = [
  { name: "jails", path: "/jails" },
  { name: "room", path: "/jails/erdgeist_org" },
  { name: "processes", path: "/jails/erdgeist_org?tab=processes" },
  { name: "config", path: "/jails/erdgeist_org?tab=config" },
  {
    name: "new-jail",
    path: "/jails/new",
    before: async (page) => {
      await page.getByLabel("Host name").fill("blog.example.org");
      await page.getByText("host.hostname = 'blog.example.org';").waitFor({ state: "attached" });
      await page.getByRole("switch", { name: "Raw sockets" }).click();
      await page.locator("[data-changed]").first().waitFor({ state: "attached" });
      await page.locator("main").evaluate((main) => main.scrollTo(0, 0));
      await page.locator("h1").click();
    },
  },
  { name: "friends", path: "/friends" },
  { name: "host", path: "/host" },
  ...["bases", "flavours", "archives", "ports", "take-over", "order", "check-up"].map((name) => ({
    name,
    path: `/${name}`,
  })),
  ...["settings", "limits", "mounts", "archives"].map((tab) => ({
    name: `room-${tab}`,
    path: `/jails/erdgeist_org?tab=${tab}`,
  })),
  { name: "base", path: "/set-up?step=base" },
  {
    name: "shell",
    path: "/jails/erdgeist_org",
    before: async (page) => {
      await page.getByRole("button", { name: "Open a shell" }).click();
      const shell = page.locator("[data-terminal][data-state=open]:visible");
      await shell.waitFor();
      await shell.click();
      await page.keyboard.type("hostname; id; ps ax; touch /bin/x\n");
      await page.waitForTimeout(1500);
    },
  },
];

async function closeShell(page: Page, phone: boolean): Promise<void> {
  if (!phone) return page.getByRole("button", { name: /^Close shell/ }).click();
  await page.getByRole("button", { name: "More for this shell" }).click();
  await page.getByRole("menuitem", { name: "Close it" }).click();
}

// A short path, as it stands in the pictures.
const state = "/tmp/knast";
const panel = await startPanel({ state });
const browser = await chromium.launch(config.use!.launchOptions);
try {
  mkdirSync(out, { recursive: true });
  const admin = await PanelPage.inNewBrowser(browser, panel);
  await admin.setUpAll(panel.setUpLink);
  for (const host of HOSTS) await admin.createJail(host);
  for (const name of ["erdgeist_org", "mail_example_org", "ns_example_org"]) await admin.startJail(name);
  await admin.createFriend("anna", ["erdgeist_org", "wiki_example_org"]);
  await admin.createFriend("jens", ["mail_example_org"]);
  const storageState = await admin.context.storageState();
  for (const colorScheme of ["light", "dark"] as const)
    for (const [width, viewport] of Object.entries(SIZES)) {
      const phone = viewport.width < 500;
      const look = { storageState, viewport, colorScheme, isMobile: phone, hasTouch: phone, baseURL: panel.url };
      for (const shot of SHOTS) {
        const context = await browser.newContext(look);
        const page = await context.newPage();
        await page.goto(shot.path);
        // The live list has come in, so buttons answer and marks are right.
        await page.waitForLoadState("load");
        await shot.before?.(page);
        await page.waitForTimeout(700);
        await page.screenshot({ path: `${out}/${shot.name}-${width}-${colorScheme}.png`, animations: "disabled" });
        const wide = await page.evaluate(() =>
          [document.documentElement, document.querySelector("main")!].some((box) => box.scrollWidth > box.clientWidth),
        );
        // The next picture begins without this one's shell.
        if (shot.name === "shell") await closeShell(page, phone);
        if (wide) console.error(`${shot.name} is wider than ${width} px`);
        await context.close();
      }
    }
} catch (error) {
  console.error(panel.log().slice(-4000));
  throw error;
} finally {
  await browser.close();
  await panel.stop();
  rmSync(state, { recursive: true, force: true });
}
