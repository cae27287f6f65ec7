import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, JAIL, passwordOf, test } from "./story.ts";

test.use({ beginning: "one jail" });

const done = (page: Page) =>
  expect(page.getByTestId("job").last()).toHaveAttribute("data-state", "done", { timeout: 60_000 });

/** A picture for a person who wants to look. */
async function look(page: Page, name: string) {
  if (process.env["KNAST_LOOK"]) await page.screenshot({ path: test.info().outputPath(`${name}.png`), fullPage: true });
}

test("moving house: archive, take it home, destroy, restore, clone", async ({ browser, panel, admin, visitor }) => {
  const name = JAIL;
  const config = panel.onHost("/bin/cat", `${panel.etc}/jail.conf.d/${name}.conf`);
  const block = /ip4\.addr = '([0-9]+\.[0-9]+\.[0-9]+)\./.exec(config)![1]!;
  const link = await admin.createFriend("olaf", [name]);
  const strangers = await admin.createFriend("stig");
  await admin.startJail(name);
  panel.onHost("jexec", name, "/bin/sh", "-c", "echo precious > /root/note");
  await admin.stopJail(name);

  const olaf = await visitor();
  await olaf.acceptLink(link, passwordOf("olaf"));
  let bytes = Buffer.alloc(0);
  let archive = "";

  await test.step("an owner archives his jail and takes it home, byte for byte", async () => {
    const { page } = olaf;
    await olaf.openJail(name);
    await page.getByRole("tab", { name: "Archives" }).click();
    await expect(page.getByText("There are none yet.")).toBeVisible();
    await page.getByRole("button", { name: "Archive it now" }).click();
    await done(page);
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: /^Download / }).click();
    const file = await download;
    archive = file.suggestedFilename();
    bytes = readFileSync(await file.path());
    const printed = panel.onHost("/usr/bin/sha256sum", `${panel.jails}/.archives/${archive}`);
    expect(printed).toContain(createHash("sha256").update(bytes).digest("hex"));
    await page.getByText("Restore it on a host without this panel").click();
    await expect(page.getByText(`tar -xOf ${archive} tree.tar`, { exact: false })).toBeVisible();
    await page.getByRole("button", { name: "Verify" }).click();
    await expect(page.getByText("Read all of it and compare the checksums")).toBeVisible();
    await done(page);
    await look(page, "room-archives");
  });

  await test.step("he has it archived by itself, and sees it so when he comes back", async () => {
    const { page } = olaf;
    const part = page.getByRole("region", { name: "By itself" });
    await part.getByRole("switch", { name: /Archive it by itself/ }).click();
    await part.getByLabel("Keep").fill("99");
    await part.getByRole("button", { name: "Save the schedule" }).click();
    await expect(part.getByText("Keep 30 at most", { exact: false })).toBeVisible();
    await part.getByLabel("Keep").fill("3");
    await part.getByLabel("Day").selectOption("sunday");
    await part.getByRole("button", { name: "Save the schedule" }).click();
    await expect(part.getByText("saved")).toBeVisible();
    await page.reload();
    await expect(part.getByLabel("Keep")).toHaveValue("3");
    await expect(part.getByLabel("Day")).toHaveValue("sunday");
  });

  await test.step("a download that broke off goes on; another's archive is as absent as none", async () => {
    const url = `${panel.url}/api/archives/${archive}`;
    const first = await olaf.page.request.get(url, { headers: { range: "bytes=0-99" } });
    const etag = first.headers().etag!;
    expect([first.status(), first.headers()["content-range"]]).toEqual([206, `bytes 0-99/${bytes.length}`]);
    const rest = await olaf.page.request.get(url, { headers: { range: "bytes=100-", "if-range": etag } });
    expect(rest.status()).toBe(206);
    expect(Buffer.concat([await first.body(), await rest.body()]).equals(bytes)).toBe(true);
    const changed = await olaf.page.request.get(url, { headers: { range: "bytes=100-", "if-range": '"another"' } });
    expect([changed.status(), (await changed.body()).length]).toEqual([200, bytes.length]);
    const stig = await visitor();
    await stig.acceptLink(strangers, passwordOf("stig"));
    const absent = await stig.page.request.get(`${panel.url}/api/archives/none-20200101T000000Z.knast.tar`);
    const foreign = await stig.page.request.get(url);
    expect([foreign.status(), await foreign.text()]).toEqual([404, await absent.text()]);
    expect((await browser.newContext().then((one) => one.request.get(url))).status()).toBe(401);
    await stig.context.close();
  });

  const { page } = admin;
  await test.step("the jail is destroyed; its archive makes it anew under another name", async () => {
    await admin.openJail(name);
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: `Destroy ${name} …` }).click();
    await page.getByRole("dialog").getByLabel("Name of the jail").fill(name);
    await page.getByRole("dialog").getByRole("button", { name: "Destroy for good" }).click();
    await expect(page).toHaveURL(/\/jails$/, { timeout: 60_000 });
    await page.goto(`${panel.url}/archives`);
    await page.getByRole("button", { name: "Restore …" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Addresses").fill("192.0.2.77");
    await dialog.getByRole("button", { name: "Restore" }).click();
    await expect(dialog.getByText("This address is in none of the host's pools.")).toBeVisible();
    await dialog.getByLabel("Name", { exact: true }).fill("new_home");
    await dialog.getByLabel("Host name").fill("home.example.org");
    await dialog.getByLabel("Addresses").fill(`${block}.100`);
    await look(page, "restore");
    await dialog.getByRole("button", { name: "Restore" }).click();
    await done(page);
    await admin.startJail("new_home");
    expect(panel.onHost("jexec", "new_home", "/bin/cat", "/root/note")).toBe("precious\n");
  });

  await test.step("an archive from elsewhere is checked before it is kept", async () => {
    await page.goto(`${panel.url}/archives`);
    const send = async (name: string, buffer: Buffer) => {
      await page.getByLabel("Archive", { exact: true }).setInputFiles({ name, mimeType: "application/x-tar", buffer });
      await page.getByRole("button", { name: "Check and keep it" }).click();
    };
    const hurt = Buffer.from(bytes);
    hurt[bytes.length - 30_000]! ^= 1;
    await send("hurt.tar", hurt);
    await expect(page.getByText("The archive was refused", { exact: false }).first()).toBeVisible();
    await page.goto(`${panel.url}/archives`);
    await send(archive, bytes);
    await done(page);
    await expect(page.getByRole("link", { name: /^Download / })).toHaveCount(2);
    await look(page, "archives");
    await page.setViewportSize({ width: 390, height: 844 });
    await look(page, "archives-390");
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step("a clone of the running jail", async () => {
    await admin.openJail("new_home");
    await page.getByRole("tab", { name: "Archives" }).click();
    const form = page.getByRole("region", { name: "Clone" });
    await form.getByLabel("Name", { exact: true }).fill("twin");
    await form.getByLabel("Addresses").fill(`${block}.101`);
    await form.getByRole("button", { name: "Clone it" }).click();
    await done(page);
    await look(page, "clone");
    await admin.startJail("twin");
    expect(panel.onHost("jexec", "twin", "/bin/cat", "/root/note")).toBe("precious\n");
  });

  await test.step("the whole host in one go: what was destroyed comes back, and it is his again", async () => {
    await page.goto(`${panel.url}/archives`);
    await page.getByRole("button", { name: "Archive the whole host" }).click();
    const sets = page.getByRole("list", { name: "Sets of archives" });
    await expect(sets.getByText("accounts and grants", { exact: false })).toBeVisible({ timeout: 60_000 });
    await admin.stopJail("twin");
    await page.getByRole("tab", { name: "Settings" }).click();
    await page.getByRole("button", { name: "Destroy twin …" }).click();
    await page.getByRole("dialog").getByLabel("Name of the jail").fill("twin");
    await page.getByRole("dialog").getByRole("button", { name: "Destroy for good" }).click();
    await expect(page).toHaveURL(/\/jails$/, { timeout: 60_000 });
    await page.goto(`${panel.url}/archives`);
    await sets.getByRole("button", { name: /^Restore/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Restore them" }).click();
    // What a step printed is folded away when it is done.
    await expect(page.getByText("twin: restored")).toBeAttached({ timeout: 60_000 });
    await admin.openJail("twin");
    await admin.expectState("stopped");
  });
});
