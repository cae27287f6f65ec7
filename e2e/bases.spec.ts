import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./story.ts";

test("a second base from an upload, an update that fails, one that works, and a jail moved to it", async ({
  panel,
  admin,
}) => {
  const { page } = admin;
  const host = join(panel.state, "devjail");
  const archive = join(panel.state, "base.txz");
  panel.onHost("tar", "-cf", archive, "-C", join(host, "world"), ".");
  const sum = createHash("sha256").update(readFileSync(archive)).digest("hex");
  const base = (name: string) => page.getByRole("listitem", { name, exact: true });

  await test.step("an archive of this computer becomes a base; its MANIFEST's line is enough", async () => {
    await page.goto(`${panel.url}/bases`);
    await expect(base("basejail")).toContainText("what new jails get");
    await page.getByLabel("Name", { exact: true }).fill("14.2");
    await page.getByRole("radio", { name: /on this computer/ }).check();
    await page.getByLabel("The archive", { exact: true }).setInputFiles(archive);
    await expect(page.getByRole("status").filter({ hasText: "on the host" })).toBeVisible();
    await expect(page.getByRole("progressbar", { name: /Sending base.txz/ })).toBeVisible();
    await page.getByLabel("SHA-256 of the archive").fill(`base.txz\t${sum}\t29000\tbase\t"Base system"\ton`);
    await page.getByRole("button", { name: "Install this base" }).click();
    await expect(base("basejail-14.2")).toContainText(sum, { timeout: 60_000 });
    await expect(base("basejail-14.2")).toContainText("none");
  });

  const jail = await test.step("a friend's jail stands on it and runs", async () => {
    await admin.createFriend("frank");
    await page.goto(`${panel.url}/jails/new`);
    await page.getByLabel("Host name").fill("erdgeist.org");
    await page.getByLabel("Who is it for?").selectOption({ label: "frank" });
    await page.getByLabel("Base", { exact: true }).selectOption("basejail-14.2");
    await expect(page.getByText(`${panel.jails}/basejail-14.2 `, { exact: false }).first()).toBeVisible();
    await page.getByRole("button", { name: "Create erdgeist_org" }).click();
    await expect(page.getByRole("button", { name: "Start erdgeist_org" })).toBeVisible({ timeout: 60_000 });
    await admin.startJail("erdgeist_org");
    await page.goto(`${panel.url}/bases`);
    await expect(base("basejail-14.2")).toContainText("erdgeist_org");
    await expect(page.getByRole("button", { name: "Remove basejail-14.2 …" })).toBeDisabled();
    return "erdgeist_org";
  });

  const update = page.getByRole("button", { name: "Fetch and install patches" });
  await test.step("the plan names the jail, its owner and what restarts; an update that fails changes nothing", async () => {
    await base("basejail-14.2").getByRole("link", { name: "Update or move" }).click();
    const users = page.getByRole("list", { name: "Jails on this base" });
    for (const word of [jail, "frank", "running", "restarts when it is moved"]) await expect(users).toContainText(word);
    writeFileSync(join(host, "run/freebsd-update"), "mirrors");
    await page.getByLabel("Name of the updated base").fill("basejail-14.2.p3");
    await update.click();
    await expect(page.getByText("No update server could be reached.").first()).toBeVisible({ timeout: 60_000 });
    expect(panel.onHost("jexec", "-l", jail, "/bin/cat", "/basejail/COPYRIGHT")).not.toContain("patched");
    expect(panel.onHost("/bin/ls", panel.jails)).not.toContain("p3");
  });

  await test.step("one that works makes a base beside it, and the jail is moved to that", async () => {
    writeFileSync(join(host, "run/freebsd-update"), "");
    await update.click();
    await page.getByLabel("To which base").selectOption("basejail-14.2.p3", { timeout: 60_000 });
    await page.getByRole("checkbox", { name: new RegExp(jail) }).check();
    await expect(page.getByText(`Restarts, and ends the shells in: ${jail}.`)).toBeVisible();
    await page.getByRole("button", { name: `Move ${jail}` }).click();
    await expect(page.getByText("No jail stands on this base.", { exact: false })).toBeVisible({ timeout: 60_000 });
    expect(panel.onHost("jexec", "-l", jail, "/bin/cat", "/basejail/COPYRIGHT")).toContain("patched to");
    await admin.openJail(jail);
    await admin.expectState("running");
    await expect(page.getByText("basejail-14.2.p3").first()).toBeVisible();
  });

  await test.step("the old one is removed", async () => {
    await page.goto(`${panel.url}/bases`);
    await page.getByRole("button", { name: "Remove basejail-14.2 …" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove it" }).click();
    await expect(base("basejail-14.2")).toHaveCount(0, { timeout: 60_000 });
    await expect(base("basejail-14.2.p3")).toContainText(jail);
    if (process.env["KNAST_LOOK"]) {
      await page.screenshot({ path: `${process.env["KNAST_LOOK"]}-1280.png`, fullPage: true });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.screenshot({ path: `${process.env["KNAST_LOOK"]}-390.png`, fullPage: true });
      await page.goto(`${panel.url}/bases/basejail-14.2.p3/update`);
      await page.screenshot({ path: `${process.env["KNAST_LOOK"]}-plan-390.png`, fullPage: true });
    }
  });
});
