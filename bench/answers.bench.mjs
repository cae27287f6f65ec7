// What a stranger could tell from a clock: a foreign jail's answers beside an absent one's, in turn, in the same run.
import { chromium } from "@playwright/test";
import { callAction, serverActions } from "../e2e/action-table.ts";
import { PanelPage } from "../e2e/pages/panel-page.ts";
import { startPanel } from "../e2e/panel.ts";
import config from "../playwright.config.ts";
import { median, row } from "./figures.mjs";

const PAIRS = Number(process.env.BENCH_PAIRS ?? 200);

/** @returns a row for the page and one for an action; a ratio of 1 tells nothing */
export async function benchAnswers() {
  const panel = await startPanel();
  const browser = await chromium.launch(config.use.launchOptions);
  try {
    const admin = await PanelPage.inNewBrowser(browser, panel);
    await admin.setUpAll(panel.setUpLink);
    await admin.createJail("foreign.org");
    const link = await admin.createFriend("berta");
    const berta = await PanelPage.inNewBrowser(browser, panel);
    await berta.acceptLink(link, "berta has a long password");
    const processes = serverActions().find((each) => each.key.endsWith("#processes"));
    const asks = {
      page: (name) => berta.context.request.get(`${panel.url}/jails/${name}`),
      action: (name) => callAction(berta.context, panel.url, processes, { name }),
    };
    const rows = [];
    for (const [what, ask] of Object.entries(asks)) {
      const times = { foreign_org: [], missing_org: [] };
      for (let i = 0; i < PAIRS; i++)
        for (const name of i % 2 ? ["foreign_org", "missing_org"] : ["missing_org", "foreign_org"]) {
          const begun = performance.now();
          await ask(name);
          times[name].push(performance.now() - begun);
        }
      const [foreign, missing] = [median(times.foreign_org), median(times.missing_org)];
      rows.push(row(`a foreign jail's ${what}`, "ms", foreign, `an absent jail's ${what}`, missing));
    }
    return rows;
  } finally {
    await browser.close();
    await panel.stop();
  }
}
