import { expect, test } from "./story.ts";

test.use({ beginning: "nothing" });

test("where the jail root is ZFS: a snapshot, a mistake, and back", async ({ panel, admin }) => {
  const { page } = admin;
  await test.step("the jail root is a ZFS file system before the first base comes", async () => {
    panel.onHost("zfs", "create", "-o", `mountpoint=${panel.jails}`, "zroot/jails");
    panel.onHost("/bin/chmod", "700", panel.jails);
    await admin.setUpAll(panel.setUpLink);
  });
  const name = await admin.createJail("erdgeist.org");
  expect(panel.onHost("zfs", "list", "-H", "-o", "name")).toContain(`zroot/jails/${name}\n`);
  const row = (snapshot: string) => page.getByRole("listitem").filter({ hasText: snapshot });
  const take = async (snapshot: string) => {
    await page.getByRole("tab", { name: "Snapshots" }).click();
    await page.getByLabel("Name of the snapshot").fill(snapshot);
    await page.getByRole("button", { name: "Take a snapshot" }).click();
  };

  await test.step("a snapshot of a running jail, then a mistake", async () => {
    await admin.startJail(name);
    const shell = await admin.openShell(name);
    await shell.run("echo precious > /root/note; cat /root/note", /\nprecious\n/);
    await page.keyboard.press("Control+Shift+Escape");
    await take("before");
    await expect(row("before")).toBeVisible();
    await take("before");
    await expect(page.getByText("There is a snapshot of this name already.")).toBeVisible();
    await take("-bad-");
    await expect(page.getByText("A snapshot's name has 1 to 63 letters", { exact: false })).toBeVisible();
    panel.onHost("jexec", "-l", name, "/bin/sh", "-c", "rm /root/note; touch /root/mistake");
    await take("after");
    await expect(row("after")).toBeVisible();
    await expect(row("before").getByRole("button", { name: /Roll back/ })).toBeDisabled();
  });

  await test.step("stopped, it is rolled back; what is lost is said first", async () => {
    await admin.stopJail(name);
    await page.getByRole("tab", { name: "Snapshots" }).click();
    await row("before")
      .getByRole("button", { name: /Roll back/ })
      .click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("So are the snapshots taken since: after.");
    await dialog.getByRole("button", { name: "Roll back" }).click();
    await expect(page.getByText("Put the tree back to before")).toBeVisible();
    await expect(row("after")).toHaveCount(0);
    await admin.startJail(name);
    expect(panel.onHost("jexec", "-l", name, "/bin/sh", "-c", "ls /root; cat /root/note")).toMatch(/note\nprecious\n$/);
  });

  await test.step("a snapshot is removed, and the jail with its file system", async () => {
    await page.getByRole("tab", { name: "Snapshots" }).click();
    await row("before")
      .getByRole("button", { name: /Remove/ })
      .click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await expect(page.getByText("None yet.", { exact: false })).toBeVisible();
    await admin.stopJail(name);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: `Destroy ${name} …` }).click();
    await page.getByRole("dialog").getByLabel("Name of the jail").fill(name);
    await page.getByRole("dialog").getByRole("button", { name: "Destroy for good" }).click();
    await expect(page).toHaveURL(/\/jails$/, { timeout: 60_000 });
    expect(panel.onHost("zfs", "list", "-H", "-o", "name")).toBe("zroot/jails\n");
  });
});
