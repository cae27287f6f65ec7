import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { PanelPage } from "./pages/panel-page.ts";
import { type Panel, startPanel } from "./panel.ts";

let panel: Panel;
test.beforeAll(async () => {
  test.setTimeout(400_000);
  panel = await startPanel();
});
test.afterAll(() => panel.stop());

const NAME = "erdgeist_org";

test("limits: loud while nothing holds them, then held, changed while it runs, gone with the stop", async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const admin = await PanelPage.inNewBrowser(browser, panel);
  const { page } = admin;
  await admin.setUpAll(panel.setUpLink);
  const kernel = () => panel.onHost("rctl", `jail:${NAME}`);

  await test.step("the form says that they would not hold, and shows the lines", async () => {
    await page.goto(`${panel.url}/jails/new`);
    await page.getByLabel("Host name").fill("erdgeist.org");
    await page.locator("summary", { hasText: "Limits" }).click();
    await expect(page.getByText("do not hold: kern.racct.enable=0")).toBeVisible();
    await page.getByLabel("Memory", { exact: true }).fill("1M");
    await expect(page.getByText("Give it at least 16 MB.")).toBeVisible();
    await page.getByLabel("Memory", { exact: true }).fill("512M");
    await page.getByLabel("Processes", { exact: true }).fill("100");
    await expect(page.getByText(`jail:${NAME}:memoryuse:deny=512M`)).toBeVisible();
    await page.getByRole("button", { name: `Create ${NAME}` }).click();
    await expect(page.getByRole("button", { name: `Start ${NAME}` })).toBeVisible({ timeout: 60_000 });
    expect(readFileSync(join(panel.etc, "rctl.conf"), "utf8")).toBe(
      `jail:${NAME}:memoryuse:deny=512M\njail:${NAME}:maxproc:deny=100\n`,
    );
  });

  await test.step("it starts all the same, and the room says so", async () => {
    await admin.startJail(NAME);
    await page.goto(`${panel.url}/jails/${NAME}?tab=limits`);
    await expect(page.getByText("do not hold: kern.racct.enable=0")).toBeVisible();
    await expect(page.getByText("at most 100")).toBeVisible();
    await admin.stopJail(NAME);
  });

  writeFileSync(join(panel.state, "devjail/run/racct"), "1\n");

  await test.step("with racct on the kernel has them, use stands against limit", async () => {
    await admin.startJail(NAME);
    expect(kernel()).toBe(`jail:${NAME}:maxproc:deny=100\njail:${NAME}:memoryuse:deny=536870912\n`);
    await page.goto(`${panel.url}/jails/${NAME}?tab=limits`);
    await expect(page.getByText(/^\d+ of 100$/)).toBeVisible();
    await expect(page.getByText("do not hold")).toHaveCount(0);
  });

  await test.step("a change holds at once", async () => {
    await page.getByLabel("Processes", { exact: true }).fill("");
    await page.getByLabel("CPU", { exact: true }).fill("150");
    await page.getByRole("button", { name: `Set the limits of ${NAME}` }).click();
    await expect(page.getByTestId("job").last()).toHaveAttribute("data-state", "done");
    await expect(page.getByText(/% of 150 %$/)).toBeVisible();
    expect(kernel()).toBe(`jail:${NAME}:memoryuse:deny=536870912\njail:${NAME}:pcpu:deny=150\n`);
  });

  const anna = await PanelPage.inNewBrowser(browser, panel);
  await test.step("a friend sees his use and can't change it", async () => {
    const link = await admin.createFriend("anna", [NAME]);
    await anna.acceptLink(link, "anna has a long password");
    await anna.page.goto(`${panel.url}/jails/${NAME}?tab=limits`);
    await expect(anna.page.getByText(/% of 150 %$/)).toBeVisible();
    await expect(anna.page.getByRole("button", { name: /Set the limits/ })).toHaveCount(0);
  });

  await test.step("a budget of all her jails refuses a start with its sentence; raised, it starts", async () => {
    await admin.stopJail(NAME);
    const setBudget = async (memory: string) => {
      await page.goto(`${panel.url}/friends`);
      await page.getByRole("button", { name: "Budget of anna" }).click();
      const form = page.getByRole("form", { name: "Budget" });
      await form.getByLabel("Memory", { exact: true }).fill("1M");
      await expect(form.getByText("Give it at least 16 MB.")).toBeVisible();
      await form.getByLabel("Memory", { exact: true }).fill(memory);
      await form.getByRole("button", { name: "Set the budget of anna" }).click();
      await expect(form).toHaveCount(0);
    };
    await setBudget("256M");
    await expect(page.getByText("together at most memory 256M")).toBeVisible();
    const sentence = `jails may use 256 M of memory together and would use 512 M of memory with ${NAME} running.`;
    await admin.openJail(NAME);
    await page.getByRole("button", { name: `Start ${NAME}` }).click();
    await expect(page.getByText(`anna's ${sentence}`)).toBeVisible();
    await anna.openJail(NAME);
    await anna.page.getByRole("button", { name: `Start ${NAME}` }).click();
    await expect(anna.page.getByText(`Your ${sentence}`)).toBeVisible();
    expect(panel.onHost("jls", "name")).not.toContain(NAME);
    await setBudget("512M");
    await anna.startJail(NAME);
  });

  await test.step("gone with the stop", async () => {
    await admin.stopJail(NAME);
    expect(kernel()).toBe("");
  });
});
