import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./story.ts";

test("the order of jails: shown, changed, all started and stopped", async ({ panel, admin }) => {
  const { page } = admin;
  for (const host of ["www.example.org", "db.example.org", "ns.example.org"]) await admin.createJail(host);
  const file = join(panel.etc, "jail.conf.d/www_example_org.conf");
  const rows = () => page.getByRole("list", { name: "Order at boot" }).getByRole("listitem");

  await test.step("www depends on db, written by hand: the graph and the list show it", async () => {
    writeFileSync(file, readFileSync(file, "utf8").replace("\tpath", "\tdepend = db_example_org;\n\tpath"));
    await page.goto(`${panel.url}/order`);
    await expect(page.getByRole("list", { name: "Dependencies" })).toContainText(
      "www_example_org starts after db_example_org.",
    );
    await expect(rows()).toHaveCount(3);
  });

  await test.step("ns goes to the first place by the keyboard, and jail_list has it so", async () => {
    const first = (await rows().allTextContents()).findIndex((text) => text.includes("ns_example_org"));
    const up = page.getByRole("button", { name: "ns_example_org up" });
    await up.focus();
    for (let i = 0; i < first; i++) await page.keyboard.press("Enter");
    await expect(rows().first()).toContainText("ns_example_org");
    await page.getByRole("switch", { name: /Stop in reverse/ }).click();
    await page.getByRole("button", { name: "Save the order" }).click();
    await expect(page.getByRole("button", { name: "Save the order" })).toBeDisabled();
    const rc = readFileSync(join(panel.etc, "rc.conf"), "utf8");
    expect(rc).toMatch(/jail_list="ns_example_org /);
    expect(rc).toContain('jail_reverse_stop="YES"');
  });

  await test.step("all start: db before www", async () => {
    await page.getByRole("button", { name: "Start all" }).click();
    const steps = page.getByRole("list", { name: "Steps of starting all jails" });
    await expect(page.getByTestId("job")).toHaveAttribute("data-state", "done", { timeout: 90_000 });
    const titles = (await steps.getByRole("listitem").allTextContents()).join(" ");
    expect(titles.indexOf("Start db_example_org")).toBeLessThan(titles.indexOf("Start www_example_org"));
    expect(panel.onHost("jls", "name").trim().split("\n").sort()).toEqual([
      "db_example_org",
      "ns_example_org",
      "www_example_org",
    ]);
    await expect(page.getByText("3 of 3 jails run.")).toBeVisible();
  });

  await test.step("all stop, after a question", async () => {
    await page.getByRole("button", { name: "Stop all" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Stop 3 jails" }).click();
    await expect(page.getByText("0 of 3 jails run.")).toBeVisible({ timeout: 90_000 });
    expect(panel.onHost("jls", "name").trim()).toBe("");
  });

  await test.step("a circle is named, with what to do", async () => {
    const other = join(panel.etc, "jail.conf.d/db_example_org.conf");
    writeFileSync(other, readFileSync(other, "utf8").replace("\tpath", "\tdepend = www_example_org;\n\tpath"));
    await page.goto(`${panel.url}/order`);
    await expect(page.getByText("db_example_org and www_example_org wait for each other")).toBeVisible();
  });
});
