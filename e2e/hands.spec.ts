import type { Locator, Page } from "@playwright/test";
import { peek, placeOf } from "./pages/peek.ts";
import { expect, JAIL, test } from "./story.ts";

test.use({ beginning: "one jail" });

/** 2 by 2, red. */
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR42mP4z8AARAwQCgAf7gP9Y167WwAAAABJRU5ErkJggg==";

/** Notifications that were shown. */
type Told = Window & { told?: string[] };

async function changeSettings(page: Page, change: (dialog: Locator) => Promise<unknown>) {
  await page.getByRole("button", { name: "How shells look" }).click();
  const dialog = page.getByRole("dialog", { name: "Shells in this browser" });
  await change(dialog);
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(dialog).toHaveCount(0);
}

test("hands on a desk", async ({ panel, admin }) => {
  const { page, context } = admin;
  await context.addInitScript(() => {
    const hooks = window as unknown as Told;
    hooks.told = [];
    // the browser's own, which has nobody to show it to here
    window.Notification = class extends Notification {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        hooks.told!.push(`${title} ${options?.body}`);
      }
    };
  });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/content security policy/i.test(message.text())) complaints.push(message.text());
  });
  await admin.startJail(JAIL);
  const shell = await admin.openShell(JAIL);
  const prompt = async () => (await shell.text()).split("\n").at(-1)!;

  await test.step("colours and size are chosen, hold at once, and are there after a reload", async () => {
    const before = await peek(page);
    await changeSettings(page, async (dialog) => {
      await dialog.getByLabel("Colours").selectOption("stark");
      await dialog.getByLabel("Light or dark").selectOption("dark");
      for (let i = 0; i < 5; i++) await dialog.getByRole("button", { name: "Larger" }).click();
    });
    await expect.poll(async () => (await peek(page)).cols).toBeLessThan(before.cols);
    await page.reload();
    await shell.ready();
    const after = await peek(page);
    expect([after.fontSize, after.ground]).toEqual([18, "#000000"]);
    await shell.run("clear; stty size", new RegExp(`\\n${after.rows} ${after.cols}\\n`));
    await changeSettings(page, async (dialog) => {
      await dialog.getByLabel("Colours").selectOption("ink");
      await dialog.getByLabel("Light or dark").selectOption("panel");
      for (let i = 0; i < 5; i++) await dialog.getByRole("button", { name: "Smaller" }).click();
    });
    await expect.poll(async () => (await peek(page)).cols).toBe(before.cols);
    expect((await peek(page)).ground).toBe(before.ground);
  });

  await test.step("a middle click pastes what was selected, once; switched off it does nothing", async () => {
    await shell.run("clear; echo mid''dle-word", "\nmiddle-word");
    const { x, y } = await placeOf(page, "middle-word");
    await page.mouse.dblclick(x, y);
    await expect.poll(async () => (await peek(page)).selection).toBe("middle-word");
    await page.mouse.click(x, y, { button: "middle" });
    await expect.poll(prompt).toMatch(/[#%>$] middle-word$/);
    await page.keyboard.press("Control+c");
    await shell.prompted();
    await changeSettings(page, (dialog) =>
      dialog.getByRole("switch", { name: "Paste with the middle button" }).click(),
    );
    await page.mouse.click(x, y, { button: "middle" });
    await page.keyboard.type("echo no''thing");
    await expect.poll(prompt).toMatch(/[#%>$] echo no''thing$/);
    await page.keyboard.press("Control+c");
    await shell.prompted();
  });

  await test.step("what is selected is copied, when that is wanted; Ctrl-Shift-C copies always", async () => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: panel.url });
    const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
    await page.evaluate(() => navigator.clipboard.writeText("before"));
    await shell.run("clear; echo copy-''me", "\ncopy-me");
    const { x, y } = await placeOf(page, "copy-me");
    await page.mouse.dblclick(x, y);
    await expect.poll(async () => (await peek(page)).selection).toBe("copy-me");
    expect(await clipboard()).toBe("before");
    await page.keyboard.press("Control+Shift+C");
    await expect.poll(clipboard).toBe("copy-me");
    await page.evaluate(() => navigator.clipboard.writeText("before"));
    await changeSettings(page, (dialog) => dialog.getByRole("switch", { name: "Copy what is selected" }).click());
    await page.mouse.dblclick(x, y);
    await expect.poll(clipboard).toBe("copy-me");
    await expect(page.getByText("Copied 7 characters")).toBeVisible();
  });

  await test.step("the search counts: 3 of 17", async () => {
    const numbers = Array.from({ length: 17 }, (_, i) => i + 1).join(" ");
    await shell.run(`clear; printf 'need''le %s\\n' ${numbers}`, /\nneedle 17\n/);
    await page.keyboard.press("Control+Shift+F");
    const search = page.getByRole("search");
    const count = search.getByRole("status");
    await search.getByLabel("Search the screen").fill("needle");
    await expect(count).toHaveText(/^\d+ of 17$/);
    for (let i = 0; i < 20 && (await count.textContent()) !== "3 of 17"; i++) {
      const before = await count.textContent();
      await page.keyboard.press("Enter");
      await expect(count).not.toHaveText(before!);
    }
    await expect(count).toHaveText("3 of 17");
    await page.keyboard.press("Shift+Enter");
    await expect(count).toHaveText("2 of 17");
    await search.getByLabel("Search the screen").fill("LE 1[0-3]");
    await search.getByRole("button", { name: "Regular expression" }).click();
    await expect(count).toHaveText(/^\d of 4$/);
    await search.getByRole("button", { name: "Capitals count" }).click();
    await expect(count).toHaveText("none");
    await search.getByLabel("Search the screen").fill("LE 1[0-3");
    await expect(count).toHaveText("not a pattern");
    await search.getByLabel("Search the screen").press("Escape");
    await expect(search).toHaveCount(0);
  });

  await test.step("links lead to the web only, and say where before they do", async () => {
    const link = (url: string, text: string) => `printf '\\033]8;;${url}\\033\\\\%s\\033]8;;\\033\\\\\\n' ${text}`;
    const clickOn = async (text: string) => {
      const { x, y } = await placeOf(page, text);
      await page.mouse.move(x - 3, y);
      await page.mouse.move(x, y);
      await page.mouse.click(x, y);
    };
    const question = page.getByRole("dialog", { name: /^Open / });
    await page.evaluate(() => document.addEventListener("securitypolicyviolation", () => (window.name = "violated")));
    // Each has a name of its own: the one before may stand there until the screen is cleared.
    for (const [i, url] of ["javascript:window.name=1", "data:text/html,x", "file:///etc/passwd"].entries()) {
      await shell.run(`clear; ${link(url, `bad-''link${i}`)}`, `\nbad-link${i}`);
      await clickOn(`bad-link${i}`);
    }
    await shell.run(`clear; ${link("https://evil.example/x", "https://ba''nk.example")}`, "\nhttps://bank.example");
    await expect(question).toHaveCount(0);
    expect(await page.evaluate(() => window.name)).toBe("");
    const { x, y } = await placeOf(page, "https://bank.example");
    await page.mouse.move(x - 3, y);
    await page.mouse.move(x, y);
    await expect(page.getByText("https://evil.example/x", { exact: true })).toBeVisible();
    await page.mouse.click(x, y);
    await expect(question).toHaveAccessibleName("Open evil.example?");
    await expect(question).toContainText("https://bank.example");
    const open = question.getByRole("link", { name: "Open" });
    await expect(open).toHaveAttribute("href", "https://evil.example/x");
    await expect(open).toHaveAttribute("rel", /noopener/);
    await question.getByRole("button", { name: "Cancel" }).click();
    await shell.run("clear; echo 'see http://exam''ple.org/a?b=1 there'", /http:\/\/example.org\/a\?b=1 there/);
    await clickOn("http://example.org/a?b=1");
    await expect(question.getByRole("link", { name: "Open" })).toHaveAttribute("href", "http://example.org/a?b=1");
    await question.getByRole("button", { name: "Cancel" }).click();
  });

  await test.step("pictures are drawn: sixel and iTerm's; their addon is fetched for the first one", async () => {
    expect((await peek(page)).images).toBe(false);
    const band = `#1${"~".repeat(40)}-`;
    await shell.run(
      `clear; printf '\\033Pq"1;1;40;18#1;2;0;100;0${band}${band}${band}\\033\\\\\\n'; echo dra''wn`,
      "\ndrawn",
    );
    await expect.poll(async () => (await peek(page)).colours).toEqual(["0,255,0,255"]);
    await shell.run(
      `clear; printf '\\033]1337;File=inline=1;size=73;width=4;height=2:${PNG}\\007\\n'; echo sho''wn`,
      "\nshown",
    );
    await expect.poll(async () => (await peek(page)).colours).toContain("255,0,0,255");
    expect(complaints).toEqual([]);
  });

  await test.step("a program hears what can be drawn; a reload answers no question a second time", async () => {
    const ask =
      'old=$(stty -g); stty raw -echo min 0 time 200; printf "\\033[?1;1;0S"; r=$(dd bs=64 count=1 2>/dev/null); stty $old; echo "got ${#r}"';
    await shell.run(`clear; sh -c '${ask}'`, "\ngot 11");
    await page.reload();
    await shell.ready();
    await shell.run("echo af''ter", /[#%>$] echo af''ter\nafter\n/);
    expect(await shell.text()).not.toMatch(/256S|4;9;22c/);
  });

  await test.step("with a screen reader the lines are text", async () => {
    await changeSettings(page, (dialog) => dialog.getByRole("switch", { name: "For a screen reader" }).click());
    await shell.run("clear; echo for-read''ers", "\nfor-readers");
    await expect(shell.box.getByRole("list").getByText("for-readers", { exact: true })).toHaveCount(1);
    await changeSettings(page, (dialog) => dialog.getByRole("switch", { name: "For a screen reader" }).click());
  });

  await test.step("a bell and the end of a long command mark the tab that nobody looks at, and the system is told", async () => {
    await context.grantPermissions(["notifications", "clipboard-read", "clipboard-write"], { origin: panel.url });
    await changeSettings(page, (dialog) =>
      dialog.getByRole("switch", { name: "Tell when a long command ends" }).click(),
    );
    await page.getByRole("button", { name: `Open another shell in ${JAIL}` }).click();
    const tabs = page.getByRole("tablist", { name: "My shells" }).getByRole("tab");
    await expect(tabs.nth(1)).toHaveAttribute("aria-selected", "true");
    await shell.ready();
    const [first, second] = [tabs.nth(0), tabs.nth(1)];
    await shell.run("echo wai''ting; sleep 8; printf '\\007'; echo ru''ng", "\nwaiting");
    await first.click();
    await expect(second).toContainText("wants a look");
    await second.click();
    await expect(second).toContainText("open");
    await shell.run("clear; echo wor''king; sleep 11", "\nworking");
    await first.click();
    await expect(second).toContainText("wants a look", { timeout: 30_000 });
    const told = await page.evaluate(() => (window as unknown as Told).told);
    expect(told).toEqual([
      expect.stringMatching(new RegExp(`^${JAIL}: a command has ended It ran for [1-9][0-9] s\\.$`)),
    ]);
  });

  const tabs = page.getByRole("tablist", { name: "My shells" }).getByRole("tab");
  const keyboard = page.locator("[data-terminal]:visible textarea");
  await test.step("Tab belongs to the shell; a key leaves it, and where that is said", async () => {
    await tabs.nth(1).click();
    await shell.box.click();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Shift+Tab");
    await expect(keyboard).toBeFocused();
    for (const key of ["Alt+Shift+Escape", "Alt+Shift+O"]) {
      await page.keyboard.press(key);
      await expect(tabs.nth(1)).toBeFocused();
      await shell.box.click();
    }
    const group = page.getByRole("group", { name: `Shell in ${JAIL}` });
    await expect(group).toHaveAccessibleDescription(/Alt Shift O leaves it/);
    await page.getByRole("button", { name: "More for this shell" }).click();
    await page.getByRole("menuitem", { name: "Keys …" }).click();
    const keys = page.getByRole("dialog", { name: "Keys of the shells" });
    await expect(keys).toContainText("Alt Shift O or Escape");
    await page.keyboard.press("Escape");
    await expect(keys).toHaveCount(0);
    await shell.box.click();
    await page.keyboard.press("Control+c");
    await shell.prompted();
  });

  await test.step("a shell in which a command runs is closed after a question, one at its prompt at once", async () => {
    const question = page.getByRole("dialog", { name: /^Close .*\?$/ });
    await shell.run("clear; echo run''ning; sleep 600", "\nrunning");
    await page.keyboard.press("Alt+Shift+X");
    await question.getByRole("button", { name: "Cancel" }).click();
    await expect(keyboard).toBeFocused();
    await expect(tabs).toHaveCount(2);
    // after a reload nobody knows what was typed, but there is no prompt
    await page.reload();
    await expect(shell.box).toHaveAttribute("data-state", "open");
    await expect.poll(() => shell.text()).toContain("\nrunning");
    await page
      .getByRole("button", { name: /^Close shell/ })
      .nth(1)
      .click();
    await question.getByRole("button", { name: "Close the shell" }).click();
    await expect(tabs).toHaveCount(1);
    await expect(keyboard).toBeFocused();
    await shell.prompted();
    await shell.run("echo do''ne", "\ndone");
    await shell.prompted();
    await page.keyboard.press("Alt+Shift+X");
    await expect(tabs).toHaveCount(0);
  });
  await context.close();
});
