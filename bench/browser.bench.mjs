// A flood in a real browser through the whole panel: Ctrl-C to the prompt, and the longest time without a frame.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { PanelPage } from "../e2e/pages/panel-page.ts";
import { startPanel } from "../e2e/panel.ts";
import config from "../playwright.config.ts";
import { median, row, table } from "./figures.mjs";
import { payload } from "./terminal/payload.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
/** Milliseconds that a flood runs before Ctrl-C. */
const FLOOD = 2000;
/** What terminal.md wants of each, in ms. */
const WANTED = 100;

/** Runs in the page. @returns ms from Ctrl-C to the prompt, and the longest time between two frames meanwhile and in the flood */
async function floodAndStop(lasts) {
  const box = [...document.querySelectorAll("[data-terminal]")].find((one) => one.checkVisibility());
  const term = window.__knastTerminals.get(box.dataset.terminal);
  const lastLine = () => {
    const { active } = term.buffer;
    return active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? "";
  };
  const until = (is) =>
    new Promise((resolve) => {
      const look = term.onWriteParsed(() => is() && (look.dispose(), resolve(performance.now())));
    });
  const printed = until(() => term.buffer.active.baseY > 200);
  term.input("clear; cat flood\r");
  const begun = await printed;
  const gaps = [];
  let last = performance.now();
  let frame = requestAnimationFrame(function draw() {
    const now = performance.now();
    gaps.push(now - last);
    last = now;
    frame = requestAnimationFrame(draw);
  });
  await new Promise((resolve) => setTimeout(resolve, lasts - (performance.now() - begun)));
  const stopped = until(() => /[#%>$] *$/.test(lastLine()));
  const asked = performance.now();
  term.input("\x03");
  const time = (await stopped) - asked;
  await new Promise((resolve) => setTimeout(resolve, 100));
  cancelAnimationFrame(frame);
  return { time, gap: Math.max(...gaps), frames: gaps.length };
}

/** @returns the report's rows */
export async function benchBrowser() {
  const panel = await startPanel();
  const browser = await chromium.launch(config.use.launchOptions);
  try {
    const admin = await PanelPage.inNewBrowser(browser, panel);
    await admin.page.setViewportSize({ width: 1280, height: 800 });
    await admin.setUpAll(panel.setUpLink);
    const jail = await admin.createJail("flood.example");
    await admin.startJail(jail);
    writeFileSync(join(panel.jails, jail, "root/flood"), payload(256));
    await admin.openShell(jail);
    const got = [];
    for (let i = 0; i <= ROUNDS; i++) got.push(await admin.page.evaluate(floodAndStop, FLOOD));
    const of = (field) => median(got.slice(1).map((one) => one[field]));
    return [
      row("shell in Chromium, Ctrl-C in a flood to the prompt", "ms", of("time"), "wanted", WANTED),
      row("shell in Chromium, longest time between two frames of a flood", "ms", of("gap"), "wanted", WANTED),
    ];
  } finally {
    await browser.close();
    await panel.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(table(await benchBrowser()));
