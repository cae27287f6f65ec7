import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, type Panel, test } from "./story.ts";

const JAIL = "mail_example";
const PASSWORD = "a long password of somebody";

/** The knast command on the host itself, as its admin calls it. */
const knast = (panel: Panel, ...args: string[]) => {
  const env = { ...process.env, KNAST_STATE: panel.state };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/knast.js", "audit", ...args], {
    env,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, said: stdout + stderr };
};
const rowsOf = (page: Page) => page.getByRole("table", { name: "Audit, newest first" }).locator("tbody tr");
const wider = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

test("who did what to a jail: its owner sees it, a stranger does not, the admin sees all, and an edited line is told", async ({
  panel,
  admin,
  visitor,
}) => {
  const [olaf, anna, mallory] = await Promise.all([1, 2, 3].map(() => visitor()));
  await olaf!.acceptLink(await admin.createFriend("olaf"), PASSWORD);
  await mallory!.acceptLink(await admin.createFriend("mallory"), PASSWORD);
  await admin.createJail("mail.example", { owner: "olaf" });
  await admin.startJail(JAIL);

  await test.step("anna is invited, works in a shell and stops the jail", async () => {
    const { page } = olaf!;
    await page.goto(`${panel.url}/jails/${JAIL}?tab=people`);
    const form = page.getByRole("form", { name: "Invitation" });
    await form.getByLabel("What may he do?").selectOption("helper");
    await form.getByRole("button", { name: "Make the link" }).click();
    await anna!.page.goto(await page.getByLabel("Link for your guest").inputValue());
    await anna!.page.getByLabel("Name", { exact: true }).fill("anna");
    await anna!.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await anna!.page.getByRole("button", { name: "Accept and sign in" }).click();
    await expect(anna!.page.getByRole("button", { name: "Account" })).toBeVisible();
    const shell = await anna!.openShell(JAIL);
    await shell.run("echo typed-2''-secret", "typed-2-secret");
    await anna!.stopJail(JAIL);
  });

  await test.step("its owner sees it in the jail's Audit, without where she came from", async () => {
    const { page } = olaf!;
    const stops = rowsOf(page).filter({ hasText: "jail.stop" }).filter({ hasText: "anna" });
    // The jail is stopped a moment before its job has ended.
    await expect(async () => {
      await page.goto(`${panel.url}/jails/${JAIL}?tab=audit`);
      await expect(stops).toHaveCount(2, { timeout: 5000 });
    }).toPass({ timeout: 30_000 });
    await expect(stops.filter({ hasText: "done" })).toHaveCount(1);
    await expect(stops.filter({ hasText: "begun" })).toHaveCount(1);
    await expect(stops.first()).not.toContainText("127.0.0.1");
    for (const what of ["terminal.open", "terminal.end", "invitation.make"])
      await expect(rowsOf(page).filter({ hasText: what }).first()).toBeVisible();
    const search = page.getByRole("search", { name: "Audit" });
    await search.getByLabel("What").fill("terminal.");
    await search.getByRole("button", { name: "Find" }).click();
    await expect(rowsOf(page).filter({ hasText: "jail.stop" })).toHaveCount(0);
    await expect(rowsOf(page).filter({ hasText: "terminal.open" })).toHaveCount(1);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(rowsOf(page).first()).toBeVisible();
    expect(await wider(page)).toBeLessThanOrEqual(0);
    const file = await olaf!.context.request.get(`${panel.url}/api/jails/${JAIL}/audit?what=jail.stop`);
    const lines = (await file.text())
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.map(({ who, source }) => [who, source])).toEqual([["anna", null], ["anna", null]]); // prettier-ignore
  });

  await test.step("who may not invite has no such tab, a stranger no such jail", async () => {
    await anna!.openJail(JAIL);
    await expect(anna!.page.getByRole("tab", { name: "Overview" })).toBeVisible();
    await expect(anna!.page.getByRole("tab", { name: "Audit" })).toHaveCount(0);
    const get = async (who: typeof admin, path: string) =>
      (await who.context.request.get(`${panel.url}${path}`)).status();
    expect(await get(anna!, `/api/jails/${JAIL}/audit`)).toBe(403);
    expect(await get(mallory!, `/api/jails/${JAIL}/audit`)).toBe(404);
    for (const who of [olaf!, anna!, mallory!]) {
      expect(await get(who, "/audit")).toBe(404);
      expect(await get(who, "/api/audit")).toBe(403);
    }
  });

  await test.step("the admin finds it among all, by an address that can be sent on, and exports it", async () => {
    const { page } = admin;
    await page.goto(`${panel.url}/audit`);
    await expect(rowsOf(page).first()).toBeVisible();
    const search = page.getByRole("search", { name: "Audit" });
    await search.getByLabel("Who").fill("anna");
    await search.getByLabel("What").fill("jail.stop");
    await search.getByLabel("Result").selectOption({ label: "done" });
    await search.getByRole("button", { name: "Find" }).click();
    await expect(page).toHaveURL(/\/audit\?who=anna&what=jail\.stop&result=ok$/);
    await expect(rowsOf(page)).toHaveCount(1);
    await expect(rowsOf(page).first()).toContainText("127.0.0.1");
    await page.reload();
    await expect(search.getByLabel("Who")).toHaveValue("anna");
    await expect(rowsOf(page)).toHaveCount(1);
    await search.getByRole("button", { name: "Show all" }).click();
    await expect(page).toHaveURL(/\/audit$/);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export as JSON lines" }).click();
    const text = readFileSync(await (await download).path(), "utf8");
    const records = text.trim().split("\n").map((line) => JSON.parse(line) as { what: string; hash: string }); // prettier-ignore
    for (const what of ["setup.admin", "account.create", "jail.create", "jail.stop", "terminal.open"])
      expect(records.map((one) => one.what)).toContain(what);
    expect(records.every(({ hash }) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    expect(text).not.toContain("typed-");
    expect(text).not.toContain(PASSWORD);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(rowsOf(page).first()).toBeVisible();
    expect(await wider(page)).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("the trail is whole, until somebody edits a line of it", async () => {
    const { page } = admin;
    expect(knast(panel, "verify")).toEqual({ status: 0, said: expect.stringContaining("Whole: ") });
    await page.getByRole("button", { name: "Verify the trail" }).click();
    await expect(page.getByText(/The trail is whole: \d+ records/)).toBeVisible();
    const directory = join(panel.state, "daemon/audit");
    const files = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
    const path = files
      .map((name) => join(directory, name))
      .find((one) => readFileSync(one, "utf8").includes('"what":"jail.stop"'))!;
    const lines = readFileSync(path, "utf8").split("\n");
    const at = lines.findIndex((line) => line.includes('"what":"jail.stop"') && line.includes('"who":"anna"'));
    lines[at] = lines[at]!.replace('"who":"anna"', '"who":"olaf"');
    writeFileSync(path, lines.join("\n"));
    const { status, said } = knast(panel, "verify");
    expect(status).toBe(1);
    expect(said).toContain(`Not whole: Record ${at + 1} was edited.`);
    await page.getByRole("button", { name: "Verify the trail" }).click();
    await expect(page.getByText(`Record ${at + 1} was edited.`)).toBeVisible();
  });
});
