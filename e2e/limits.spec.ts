import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, JAIL, test } from "./story.ts";

test("limits: loud while nothing holds them, then held, changed while it runs, gone with the stop", async ({
  panel,
  admin,
  friend,
}) => {
  const { page } = admin;
  const kernel = () => panel.onHost("rctl", `jail:${JAIL}`);

  await test.step("the form says that they would not hold, and shows the lines", async () => {
    await page.goto(`${panel.url}/jails/new`);
    await page.getByLabel("Host name").fill("erdgeist.org");
    await page.locator("summary", { hasText: "Limits" }).click();
    await expect(page.getByText("do not hold: kern.racct.enable=0")).toBeVisible();
    await page.getByLabel("Memory", { exact: true }).fill("1M");
    await expect(page.getByText("Give it at least 16 MB.")).toBeVisible();
    await page.getByLabel("Memory", { exact: true }).fill("512M");
    await page.getByLabel("Processes", { exact: true }).fill("100");
    await expect(page.getByText(`jail:${JAIL}:memoryuse:deny=512M`)).toBeVisible();
    await page.getByRole("button", { name: `Create ${JAIL}` }).click();
    await expect(page.getByRole("button", { name: `Start ${JAIL}` })).toBeVisible({ timeout: 60_000 });
    expect(readFileSync(join(panel.etc, "rctl.conf"), "utf8")).toBe(
      `jail:${JAIL}:memoryuse:deny=512M\njail:${JAIL}:maxproc:deny=100\n`,
    );
  });

  await test.step("it starts all the same, and the room says so", async () => {
    await admin.startJail(JAIL);
    await page.goto(`${panel.url}/jails/${JAIL}?tab=limits`);
    await expect(page.getByText("do not hold: kern.racct.enable=0")).toBeVisible();
    await expect(page.getByText("at most 100")).toBeVisible();
    await admin.stopJail(JAIL);
  });

  writeFileSync(join(panel.state, "devjail/run/racct"), "1\n");

  await test.step("with racct on the kernel has them, use stands against limit", async () => {
    await admin.startJail(JAIL);
    expect(kernel()).toBe(`jail:${JAIL}:maxproc:deny=100\njail:${JAIL}:memoryuse:deny=536870912\n`);
    await page.goto(`${panel.url}/jails/${JAIL}?tab=limits`);
    await expect(page.getByText(/^\d+ of 100$/)).toBeVisible();
    await expect(page.getByText("do not hold")).toHaveCount(0);
  });

  await test.step("a change holds at once", async () => {
    await page.getByLabel("Processes", { exact: true }).fill("");
    await page.getByLabel("CPU", { exact: true }).fill("150");
    await page.getByRole("button", { name: `Set the limits of ${JAIL}` }).click();
    await expect(page.getByTestId("job").last()).toHaveAttribute("data-state", "done");
    await expect(page.getByText(/% of 150 %$/)).toBeVisible();
    expect(kernel()).toBe(`jail:${JAIL}:memoryuse:deny=536870912\njail:${JAIL}:pcpu:deny=150\n`);
  });

  const anna = await friend("anna", [JAIL]);
  await test.step("a friend sees his use and can't change it", async () => {
    await anna.page.goto(`${panel.url}/jails/${JAIL}?tab=limits`);
    await expect(anna.page.getByText(/% of 150 %$/)).toBeVisible();
    await expect(anna.page.getByRole("button", { name: /Set the limits/ })).toHaveCount(0);
  });

  await test.step("a budget of all her jails refuses a start with its sentence; raised, it starts", async () => {
    await admin.stopJail(JAIL);
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
    const sentence = `jails may use 256 M of memory together and would use 512 M of memory with ${JAIL} running.`;
    await admin.openJail(JAIL);
    await page.getByRole("button", { name: `Start ${JAIL}` }).click();
    await expect(page.getByText(`anna's ${sentence}`)).toBeVisible();
    await anna.openJail(JAIL);
    await anna.page.getByRole("button", { name: `Start ${JAIL}` }).click();
    await expect(anna.page.getByText(`Your ${sentence}`)).toBeVisible();
    expect(panel.onHost("jls", "name")).not.toContain(JAIL);
    await setBudget("512M");
    await anna.startJail(JAIL);
  });

  await test.step("gone with the stop", async () => {
    await admin.stopJail(JAIL);
    expect(kernel()).toBe("");
  });
});
