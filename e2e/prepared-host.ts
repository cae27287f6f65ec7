import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, Cookie } from "@playwright/test";
import Database from "better-sqlite3";
import { PanelPage } from "./pages/panel-page.ts";
import { type Panel, startPanel } from "./panel.ts";

/** What is there when a story begins: an empty state directory; an admin, a base and pools; the jail JAIL beside them. */
export type Beginning = "nothing" | "set up" | "one jail";
export type Prepared = Exclude<Beginning, "nothing">;
/** The jail of a host that has one; stopped. */
export const JAIL = "erdgeist_org";

const home = () => {
  const path = process.env["KNAST_STORIES"];
  if (!path) throw new Error("KNAST_STORIES is not set: global-set-up.ts has not run");
  return path;
};
/** All prepared hosts stand here, one after the other, as absolute paths lie in their files. */
const place = () => join(home(), "state");

/** Clicks through the set-up, as far as the story wants it. */
export async function setUpHost(admin: PanelPage, panel: Panel, what: Prepared): Promise<void> {
  await admin.setUpAll(panel.setUpLink);
  if (what === "one jail") await admin.createJail("erdgeist.org");
}

/**
 * Lays out a host that was set up once in this run of Playwright and stopped then.
 * @returns its state directory and the cookies of the admin's browser; null for an ordinary user, who can't copy what jails own
 */
export async function layOut(browser: Browser, what: Prepared): Promise<{ state: string; cookies: Cookie[] } | null> {
  if (process.getuid!() !== 0) return null;
  const kept = join(home(), what);
  if (!existsSync(kept)) await prepare(browser, what);
  await clear();
  copy(join(kept, "state"), place());
  refreshProofs(place());
  return { state: place(), cookies: JSON.parse(readFileSync(join(kept, "cookies.json"), "utf8")) as Cookie[] };
}

async function prepare(browser: Browser, what: Prepared): Promise<void> {
  await clear();
  const panel = await startPanel({ state: place() });
  try {
    const admin = await PanelPage.inNewBrowser(browser, panel);
    await setUpHost(admin, panel, what);
    writeFileSync(join(home(), "cookies.json"), JSON.stringify(await admin.context.cookies()));
    await admin.context.close();
  } finally {
    await panel.stop();
  }
  const half = join(home(), "half");
  rmSync(half, { recursive: true, force: true });
  execFileSync("mkdir", [half]);
  copy(place(), join(half, "state"));
  renameSync(join(home(), "cookies.json"), join(half, "cookies.json"));
  renameSync(half, join(home(), what));
}

/** Owners, modes and links among the files stay as they are. */
const copy = (from: string, to: string) => execFileSync("cp", ["-a", from, to]);

/** Takes away what the story before has left, and ends its panel if that story was cut off. */
async function clear(): Promise<void> {
  const file = join(place(), "run/start.pid");
  const pid = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
  const lives = () => {
    try {
      return pid > 0 && process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  if (lives()) process.kill(pid, "SIGTERM");
  for (const deadline = Date.now() + 60_000; lives(); await wait(50))
    if (Date.now() > deadline) throw new Error(`npm start of the story before does not end: process ${pid}`);
  rmSync(place(), { recursive: true, force: true });
}

/** The admin's sign-in is as old as the preparation; a story begins as if he had just come in. */
function refreshProofs(state: string): void {
  const database = new Database(join(state, "web/knast.db"));
  database.prepare(`UPDATE "Session" SET "provedAt" = ? WHERE "provedAt" IS NOT NULL`).run(new Date().toISOString());
  database.close();
}
