import { devices } from "@playwright/test";
import { findProcess } from "./processes.ts";
import { expect, JAIL, PanelPage, passwordOf, Shell, test } from "./story.ts";

test.use({ beginning: "one jail" });

test("a shell stands what happens to shells in browsers", async ({ browser, panel, admin }) => {
  const { page } = admin;
  await admin.startJail(JAIL);
  const shell = await admin.openShell(JAIL);

  await test.step("it has the size of its window, and follows it", async () => {
    let asked = 0;
    const size = async () => {
      // A mark of its own: the answer before stands on the screen until it is cleared.
      asked += 1;
      await shell.run(`clear; stty size; echo as''ked-${asked}`, new RegExp(`\\n\\d+ \\d+\\nasked-${asked}\\n`));
      return /\n(\d+) (\d+)\n/
        .exec(await shell.text())!
        .slice(1)
        .map(Number) as [number, number];
    };
    const [, wide] = await size();
    await page.setViewportSize({ width: 800, height: 700 });
    await expect.poll(async () => (await size())[1]).toBeLessThan(wide);
    await page.setViewportSize({ width: 1280, height: 720 });
    await expect.poll(async () => (await size())[1]).toBe(wide);
  });

  await test.step("characters of all lengths come and go as they are", async () => {
    await shell.run("sh -c 'echo ünï 漢字 👍 | od -An -tx1 | tr -d \" \\n\"'", "c3bc6ec3af20e6bca2e5ad9720f09f918d0a");
    await shell.run("printf '%s\\n' naïve-漢字-👍-end", /\nnaïve-漢字-👍-end\n/);
  });

  await test.step("several lines are pasted only after a look at them", async () => {
    const paste = (text: string) =>
      page.evaluate((pasted) => {
        const data = new DataTransfer();
        data.setData("text/plain", pasted);
        const target = document.activeElement!;
        target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      }, text);
    await shell.box.click();
    await paste(`echo refu''sed \u202e\necho ${"x".repeat(6000)}\necho refu''sed-too\n`);
    const question = page.getByRole("dialog", { name: "Paste 3 lines?" });
    await expect(question).toContainText(/⟨U\+202E⟩[^]*1,\d{3} characters more, which are not shown[^]*refu''sed-too/);
    await question.getByRole("button", { name: "Cancel" }).click();
    await shell.box.click();
    await paste("echo accep''ted\necho accep''ted-too\n");
    await page.getByRole("dialog", { name: "Paste 2 lines?" }).getByRole("button", { name: "Paste" }).click();
    await expect.poll(() => shell.text()).toMatch(/\naccepted\n[^]*\naccepted-too\n/);
    expect(await shell.text()).not.toContain("refused");
  });

  await test.step("what was printed can be searched, with a count", async () => {
    await shell.run("clear; echo needle; echo hay; echo needle", /needle\nhay\nneedle/);
    await page.keyboard.press("Control+Shift+F");
    await page.getByLabel("Search the screen").fill("needle");
    await expect(page.getByRole("search").getByRole("status")).toHaveText(/\d+ (of|\/) \d+/);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("search")).toHaveCount(0);
  });

  await test.step("Ctrl-C ends a flood at once; full-screen programs come and go", async () => {
    await shell.box.click();
    await page.keyboard.type("yes flood\n");
    await expect.poll(() => shell.text()).toContain("flood\nflood\nflood");
    await page.keyboard.press("Control+c");
    await shell.prompted();
    await shell.run("echo after-the-fl''ood", "after-the-flood");
  });

  await test.step("knast-web is killed: the line says so, what is typed meanwhile arrives once, the shell goes on", async () => {
    await shell.run("set kept = through", /kept/);
    process.kill(findProcess("knast-web", `PORT=${new URL(panel.url).port}`), "SIGKILL");
    await expect(shell.box).toHaveAttribute("data-state", "lost");
    await shell.box.click();
    await page.keyboard.type("echo typed-off''line $kept\n");
    await expect(shell.box).toHaveAttribute("data-state", "open", { timeout: 60_000 });
    await expect.poll(() => shell.text(), { timeout: 30_000 }).toContain("\ntyped-offline through");
    expect((await shell.text()).match(/^typed-offline through$/gm)).toHaveLength(1);
  });

  await test.step("exit is told", async () => {
    await shell.box.click();
    await page.keyboard.type("exit 7\n");
    await expect(page.getByTestId("terminal-status").filter({ hasText: "7" })).toHaveCount(1);
  });

  await test.step("knastd is killed: shells end, the jail does not; the panel finds it again", async () => {
    const second = await admin.openShell(JAIL);
    await second.run("echo al''ive", "alive");
    process.kill(findProcess("knastd", panel.state), "SIGKILL");
    await expect(second.box).toHaveAttribute("data-state", /lost|ended/);
    await expect(page.getByTestId("jail-state")).toHaveAttribute("data-state", "running");
    await expect(async () => {
      await page.reload();
      await expect(page.getByTestId("jail-state")).toHaveAttribute("data-state", "running", { timeout: 3000 });
      await expect(page.getByRole("button", { name: "Open a shell" })).toBeEnabled({ timeout: 3000 });
    }).toPass({ timeout: 60_000 });
    const third = await admin.openShell(JAIL);
    await third.run("hostname", /\nerdgeist\.org\n/);
  });

  await test.step("on a phone: the list, the jail, the shell with its row of keys", async () => {
    const link = await admin.createFriend("anna", [JAIL]);
    const context = await browser.newContext({ ...devices["Pixel 7"], viewport: { width: 390, height: 844 } });
    const phone = new PanelPage(await context.newPage(), panel);
    await phone.acceptLink(link, passwordOf("anna"));
    await phone.page.goto(`${panel.url}/jails`);
    await phone.page
      .getByRole("navigation", { name: "Jails" })
      .getByRole("link", { name: new RegExp(JAIL) })
      .click();
    await phone.page.getByRole("button", { name: "Open a shell" }).click();
    const small = new Shell(phone.page);
    await small.ready();
    const wide = () => phone.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
    expect(await wide()).toBe(true);
    // What the list of shells says is whole, left of its arrow.
    const room = phone.page.getByRole("combobox", { name: "My shells" }).evaluate((list: HTMLSelectElement) => {
      const pen = document.createElement("canvas").getContext("2d")!;
      const look = getComputedStyle(list);
      pen.font = look.font;
      const arrow = parseFloat(look.fontSize) * 1.25;
      const sides = parseFloat(look.paddingLeft) + parseFloat(look.paddingRight);
      return list.clientWidth - sides - arrow - pen.measureText(list.selectedOptions[0]!.text).width;
    });
    expect(await room).toBeGreaterThanOrEqual(0);
    await small.run("cat", /cat/);
    const keys = phone.page.getByRole("toolbar", { name: "Keys" });
    await keys.getByRole("button", { name: "Ctrl" }).click();
    await phone.page.keyboard.type("c");
    await small.prompted();
    await small.run("echo ba''ck", "back");
    await keys.getByRole("button", { name: "Up" }).click();
    await phone.page.keyboard.press("Enter");
    await expect.poll(async () => (await small.text()).match(/^back$/gm)?.length).toBe(2);
    await context.close();
  });
});
