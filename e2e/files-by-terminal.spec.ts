import { createHash, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { devices, type Page } from "@playwright/test";
import { isHeld } from "./pages/drop.ts";
import { expect, JAIL, PanelPage, passwordOf, Shell, test } from "./story.ts";

test.use({ beginning: "one jail" });

const sum = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** Lets files fall onto the shell as a person's hand does. */
async function drop(page: Page, files: { name: string; bytes: Buffer }[]): Promise<void> {
  const sent = files.map(({ name, bytes }) => ({ name, base64: bytes.toString("base64") }));
  const data = await page.evaluateHandle((list) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of list) {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      transfer.items.add(new File([bytes], name));
    }
    return transfer;
  }, sent);
  const target = page.getByRole("group", { name: `Shell in ${JAIL}` });
  await target.dispatchEvent("dragenter", { dataTransfer: data });
  await target.dispatchEvent("dragover", { dataTransfer: data });
  await expect(page.getByText("Drop: into the directory of this shell")).toBeVisible();
  await target.dispatchEvent("drop", { dataTransfer: data });
}
/** Nothing of the shell's screen lies below the button that opens its files. */
async function coversNoText(page: Page) {
  const button = (await page.getByRole("button", { name: "Files", exact: true }).boundingBox())!;
  const screen = (await page.locator("[data-terminal]:visible .xterm-screen").boundingBox())!;
  expect(button.y + button.height).toBeLessThanOrEqual(screen.y);
}
const row = (page: Page, name: string) => page.getByTestId("sending").locator(`[data-file="${name}"]`).last();

test("files go into the shell's directory and come out of the jail", async ({ browser, panel, admin }, info) => {
  const { page } = admin;
  await admin.startJail(JAIL);
  const shell = await admin.openShell(JAIL);
  const big = randomBytes(3_500_000);
  const inJail = (path: string) => join(panel.jails, JAIL, path);

  await test.step("the button for files covers no text, opens their panel and closes it", async () => {
    await coversNoText(page);
    for (const open of [true, false]) {
      await page.getByRole("button", { name: "Files", exact: true }).click();
      await expect(page.getByTestId("files-panel")).toBeVisible({ visible: open });
    }
  });

  await test.step("dropped files lie in the directory where the shell stands", async () => {
    await shell.run("mkdir /root/work; cd /root/work; pwd", /\n\/root\/work\n/);
    await drop(page, [
      { name: "big.bin", bytes: big },
      { name: "ü 🦆.txt", bytes: Buffer.from("small") },
      { name: "empty", bytes: Buffer.alloc(0) },
    ]);
    for (const name of ["big.bin", "ü 🦆.txt", "empty"])
      await expect(row(page, name)).toHaveAttribute("data-state", "done", { timeout: 30_000 });
    await expect(row(page, "big.bin")).toContainText("in /root/work");
    expect(sum(readFileSync(inJail("root/work/big.bin")))).toBe(sum(big));
    expect(readFileSync(inJail("root/work/ü 🦆.txt"), "utf8")).toBe("small");
    await shell.run("ls", /big\.bin[^]*empty/);
  });

  await test.step("a file that falls beside the screen goes nowhere, and the panel stays", async () => {
    for (const beside of [
      page.getByRole("tablist", { name: "My shells" }),
      page.getByTestId("sending"),
      page.getByTestId("dock"),
    ])
      expect(await isHeld(beside)).toEqual(["dragover none", "drop none"]);
    await expect(page.getByTestId("sending").locator("[data-file]")).toHaveCount(3);
  });

  await test.step("a name that is taken is asked about: left out, both, replaced", async () => {
    const other = Buffer.from("another");
    await drop(page, [{ name: "big.bin", bytes: other }]);
    await expect(row(page, "big.bin")).toHaveAttribute("data-state", "asking");
    await page.getByRole("button", { name: "Leave it out" }).click();
    await expect(row(page, "big.bin")).toHaveAttribute("data-state", "cancelled");
    await drop(page, [{ name: "big.bin", bytes: other }]);
    await page.getByRole("button", { name: "Keep both" }).click();
    await expect(row(page, "big.bin")).toContainText("as big (2).bin");
    expect(sum(readFileSync(inJail("root/work/big.bin")))).toBe(sum(big));
    expect(readFileSync(inJail("root/work/big (2).bin"), "utf8")).toBe("another");
    await drop(page, [{ name: "big.bin", bytes: other }]);
    await page.getByRole("button", { name: "Replace it" }).click();
    await expect(row(page, "big.bin")).toHaveAttribute("data-state", "done");
    expect(readFileSync(inJail("root/work/big.bin"), "utf8")).toBe("another");
  });

  await test.step("one on its way is given up and leaves nothing", async () => {
    const held = (url: URL) => /\/files\/[0-9a-f]{32}$/.test(url.pathname);
    await page.route(held, () => {});
    await drop(page, [{ name: "given-up", bytes: big }]);
    await row(page, "given-up").getByRole("button", { name: "Cancel" }).click();
    await expect(row(page, "given-up")).toHaveAttribute("data-state", "cancelled");
    await page.unroute(held);
    await page.getByTestId("sending").getByRole("button", { name: "Close" }).click();
    await expect(page.getByTestId("sending")).toHaveCount(0);
    await shell.run("sh -c 'sleep 2; ls -A | grep -c -e part -e given'", /\n0\n/);
  });

  await test.step("knast-get asks in the browser, and the file comes whole", async () => {
    writeFileSync(inJail("root/work/out ü.bin"), big);
    await shell.run("knast-get 'out ü.bin'", /Offered to your browser/);
    const offer = page.getByTestId("offer");
    await expect(offer).toContainText(`${JAIL} offers out ü.bin, 3.3 M. Download it?`);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      offer.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("out ü.bin");
    const kept = info.outputPath("out.bin");
    await download.saveAs(kept);
    expect(sum(readFileSync(kept))).toBe(sum(big));
    await offer.getByRole("button", { name: "Close" }).click();
    await expect(offer).toHaveCount(0);
    // the screen that comes again asks nothing
    await page.reload();
    await new Shell(page).ready();
    await new Shell(page).run("echo a''gain", "again");
    await expect(page.getByTestId("offer")).toHaveCount(0);
  });

  await test.step("a jail that offers without end gets few questions, and none when it is told so", async () => {
    await shell.run("sh -c 'for i in 1 2 3 4 5 6 7 8 9; do echo x > f$i; knast-get f$i; done'", /browser: .*f9/);
    const offer = page.getByTestId("offer");
    await expect(offer).toHaveCount(1);
    await offer.getByRole("button", { name: "No more questions" }).click();
    await expect(offer).toHaveCount(0);
    await shell.run("knast-get big.bin", /browser: .*big\.bin/);
    await expect(offer).toHaveCount(0);
  });

  await test.step("on a phone files are attached by a button, and a file is named to be loaded down", async () => {
    const link = await admin.createFriend("anna", [JAIL]);
    const context = await browser.newContext({ ...devices["Pixel 7"], viewport: { width: 390, height: 844 } });
    const phone = new PanelPage(await context.newPage(), panel);
    await phone.acceptLink(link, passwordOf("anna"));
    await phone.openJail(JAIL);
    await phone.page.getByRole("button", { name: "Open a shell" }).click();
    const small = new Shell(phone.page);
    await small.ready();
    await small.run("cd /tmp; pwd", /\n\/tmp\n/);
    await coversNoText(phone.page);
    await phone.page.getByRole("button", { name: "Files", exact: true }).click();
    await phone.page.getByTestId("attach").setInputFiles({ name: "photo.jpg", mimeType: "image/jpeg", buffer: big });
    await expect(row(phone.page, "photo.jpg")).toHaveAttribute("data-state", "done", { timeout: 30_000 });
    expect(sum(readFileSync(inJail("tmp/photo.jpg")))).toBe(sum(big));
    await phone.page.getByLabel("File in the jail").fill("/tmp/photo.jpg");
    const [download] = await Promise.all([
      phone.page.waitForEvent("download"),
      phone.page.getByTestId("files-panel").getByRole("button", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("photo.jpg");
    expect(await phone.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);

    // the admin's shell is none of hers
    const foreign = await shell.box.getAttribute("data-terminal");
    const answer = await context.request.get(`${panel.url}/api/shells/${foreign}/file?path=/etc/passwd`);
    const none = await context.request.get(`${panel.url}/api/shells/${"0".repeat(32)}/file?path=/etc/passwd`);
    expect([answer.status(), await answer.text()]).toEqual([404, await none.text()]);
    await context.close();
  });
});
