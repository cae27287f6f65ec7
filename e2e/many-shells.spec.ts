import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { devices, type Page } from "@playwright/test";
import { findProcess } from "./processes.ts";
import { expect, JAIL, test } from "./story.ts";

test.use({ beginning: "one jail" });

/** The text of one shell's screen; of the one that has the focus when none is named. */
const textOf = (page: Page, terminal: string) =>
  page.evaluate((id) => {
    const terms = (window as unknown as { __knastTerminals?: Map<string, import("@xterm/xterm").Terminal> })
      .__knastTerminals;
    const buffer = terms?.get(id)?.buffer.active;
    return buffer
      ? Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)!.translateToString(true)).join("\n")
      : "";
  }, terminal);
const panes = (page: Page) => page.locator("[data-pane]:visible");
const paneIds = (page: Page) => panes(page).evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.pane!));
const box = (page: Page, terminal: string) => page.locator(`[data-terminal="${terminal}"]`);
const tabs = (page: Page) => page.getByRole("tablist", { name: "My shells" }).getByRole("tab");

async function type(page: Page, terminal: string, line: string, expected: string | RegExp) {
  await expect(box(page, terminal)).toHaveAttribute("data-state", "open");
  await expect.poll(() => textOf(page, terminal)).toMatch(/[#%>$] *\s*$/);
  await box(page, terminal).click();
  await page.keyboard.type(`${line}\n`);
  const wanted = expect.poll(() => textOf(page, terminal));
  await (typeof expected === "string" ? wanted.toContain(expected) : wanted.toMatch(expected));
}

/** Left edge and width of what is seen, rounded, so that two looks at the same layout are equal. */
const placesOf = async (page: Page) =>
  Object.fromEntries(
    await panes(page).evaluateAll((all) =>
      all.map((one) => {
        const { left, top } = (one as HTMLElement).style;
        return [(one as HTMLElement).dataset.pane!, `${left} ${top}`] as const;
      }),
    ),
  );

test("many shells: tabs, a split, names, and all of it again after a reload", async ({
  browser,
  panel,
  admin,
  friend,
}) => {
  const { page } = admin;
  await admin.startJail(JAIL);

  await test.step("a minute that passes before the page's script runs is no mistake in the page", async () => {
    const late = await page.context().newPage();
    const errors: string[] = [];
    late.on("pageerror", (error) => errors.push(error.message));
    await late.clock.setFixedTime(Date.now() + 5 * 60_000);
    await late.goto(`${panel.url}/jails/${JAIL}`);
    await expect(late.getByRole("article").locator("time").first()).toHaveText(/^[5-9] min$/);
    expect(errors).toEqual([]);
    await late.close();
  });

  await admin.openShell(JAIL);
  const ids: string[] = [];

  await test.step("three tabs; what is printed behind them is marked", async () => {
    ids.push(...(await paneIds(page)));
    for (let i = 2; i <= 3; i++) {
      await page.getByRole("button", { name: `Open another shell in ${JAIL}` }).click();
      await expect(tabs(page)).toHaveCount(i);
      const fresh = async () => (await paneIds(page)).filter((id) => !ids.includes(id));
      await expect.poll(async () => (await fresh()).length).toBe(1);
      ids.push(...(await fresh()));
    }
    expect(new Set(ids).size).toBe(3);
    await type(page, ids[2]!, "echo th''ird; sh -c 'sleep 8; echo la''ter'", "third");
    await tabs(page).nth(0).click();
    await type(page, ids[0]!, "echo fi''rst", "first");
    await expect(tabs(page).nth(2)).toContainText("new output");
    await tabs(page).nth(2).click();
    await expect(tabs(page).nth(2)).toContainText("open");
  });

  await test.step("a name, by F2 and by a double click", async () => {
    await tabs(page).nth(2).focus();
    await page.keyboard.press("F2");
    await page.getByLabel("Name of the shell").fill("build");
    await page.keyboard.press("Enter");
    await expect(tabs(page).nth(2)).toContainText("build");
    await tabs(page).nth(0).dblclick();
    await page.getByLabel("Name of the shell").fill("log");
    await page.keyboard.press("Enter");
    await expect(tabs(page).nth(0)).toContainText("log");
  });

  await test.step("a split by a key; its divider moves by keys; the focus goes from one to the other", async () => {
    await box(page, ids[0]!).click();
    await page.keyboard.press("Alt+Shift+R");
    await expect(panes(page)).toHaveCount(2);
    const [added] = (await paneIds(page)).filter((id) => !ids.includes(id));
    ids.push(added!);
    await type(page, added!, "echo be''side", "beside");
    await page.getByRole("separator", { name: "Between two shells" }).focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowLeft");
    await expect.poll(async () => (await placesOf(page))[added!]).toBe("40% 0%");
    await box(page, added!).click();
    await page.keyboard.press("Alt+Shift+ArrowLeft");
    await expect(page.locator("[data-focused]")).toHaveAttribute("data-pane", ids[0]!);
    await expect(page.locator(`[data-pane="${ids[0]}"] textarea`)).toBeFocused();
    await page.keyboard.type("echo by-k''ey\n");
    await expect.poll(() => textOf(page, ids[0]!)).toContain("by-key");
    expect(await textOf(page, added!)).not.toContain("by-key");
  });

  await test.step("tabs are moved by keys, from the shell and on the tab, and by the mouse", async () => {
    const row = () => tabs(page).evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.tab));
    const [first, second, third] = await row();
    await box(page, first!).click();
    await page.keyboard.press("Control+Shift+PageDown");
    await expect.poll(row).toEqual([second, first, third]);
    await page.reload();
    await expect.poll(row).toEqual([second, first, third]);
    await tabs(page).nth(1).focus();
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(row).toEqual([second, third, first]);
    await expect(tabs(page).nth(2)).toBeFocused();
    await tabs(page)
      .nth(2)
      .dragTo(tabs(page).nth(0), { targetPosition: { x: 2, y: 8 } });
    await expect.poll(row).toEqual([first, second, third]);
  });

  const before = await placesOf(page);
  await test.step("a reload brings back tabs, split, names and screens", async () => {
    await page.reload();
    await expect(tabs(page)).toHaveCount(3);
    await expect(panes(page)).toHaveCount(2);
    expect(await placesOf(page)).toEqual(before);
    await expect(tabs(page).nth(0)).toContainText("log");
    await expect(tabs(page).nth(2)).toContainText("build");
    await expect.poll(() => textOf(page, ids[0]!)).toContain("by-key");
    await expect.poll(() => textOf(page, ids[3]!)).toContain("beside");
    await tabs(page).nth(2).click();
    await expect.poll(() => textOf(page, ids[2]!)).toContain("third");
  });

  await test.step("a bell is heard from a shell that was not looked at since the reload", async () => {
    await type(
      page,
      ids[2]!,
      "sh -c 'until test -e /tmp/ring; do sleep 1; done; printf \"\\007\"'; echo ru''ng",
      "ring",
    );
    await tabs(page).nth(0).click();
    await page.reload();
    await expect(box(page, ids[2]!)).toHaveAttribute("data-state", "open");
    await expect(box(page, ids[2]!)).toBeHidden();
    writeFileSync(join(panel.jails, JAIL, "tmp/ring"), "");
    await expect(tabs(page).nth(2)).toContainText("wants a look");
    await tabs(page).nth(2).click();
    await expect.poll(() => textOf(page, ids[2]!)).toContain("\nrung");
  });

  await test.step("so does a restart of knast-web", async () => {
    process.kill(findProcess("knast-web", `PORT=${new URL(panel.url).port}`), "SIGKILL");
    await expect(async () => {
      await page.reload();
      await expect(tabs(page)).toHaveCount(3, { timeout: 3000 });
    }).toPass({ timeout: 90_000 });
    await tabs(page).nth(0).click();
    await expect(panes(page)).toHaveCount(2);
    expect(await placesOf(page)).toEqual(before);
    await type(page, ids[3]!, "echo ag''ain", "again");
  });

  await test.step("what is typed into a form while the shells come back stays in the form", async () => {
    // xterm comes late, as over a slow line
    await page.route("**/_next/static/chunks/**", async (route) => {
      const answer = await route.fetch();
      if ((await answer.text()).includes("xterm-helper-textarea")) await new Promise((go) => setTimeout(go, 1500));
      await route.fulfill({ response: answer });
    });
    await page.goto(`${panel.url}/jails/new`);
    const field = page.getByLabel("Host name");
    const long = `${"a-name-for-a-field-and-no-shell.".repeat(3)}example.org`;
    await field.focus();
    // as a person types: to whatever has the keyboard
    for (const character of long) {
      await page.keyboard.type(character, { delay: 20 });
      if (await page.locator('[data-terminal][data-state="open"]').count()) break;
    }
    await page.keyboard.type("-end");
    await expect(panes(page).locator("[data-terminal]").first()).toHaveAttribute("data-state", "open");
    await expect(field).toBeFocused();
    expect(await field.inputValue()).toMatch(/^a-name-for-.*-end$/);
    await page.unroute("**/_next/static/chunks/**");
  });

  await test.step("the list has each with its last line, and names it", async () => {
    await page.goto(`${panel.url}/shells`);
    const list = page.getByRole("list", { name: "My shells in all jails" });
    await expect(list.getByRole("listitem")).toHaveCount(4);
    const row = list.getByRole("listitem").filter({ hasText: "build" });
    await expect(row.getByTestId("last-line")).toContainText(/[#%>$]/);
    await row.getByRole("button", { name: /^Name shell/ }).click();
    await page.getByLabel("Name of the shell").fill("make");
    await page.keyboard.press("Enter");
    await expect(list).toContainText("make");
  });

  await test.step("another account of the jail, without su; the choice is taken the next time at once", async () => {
    panel.onHost("jexec", "-l", JAIL, "/bin/sh", "-c", "echo 'anna:*:4242:4242:Anna:/tmp:/bin/sh' >> /etc/passwd");
    await page.goto(`${panel.url}/jails/${JAIL}?tab=shell`);
    await page.getByRole("button", { name: "Choose shell and account" }).click();
    const dialog = page.getByRole("dialog", { name: `Open a shell in ${JAIL}` });
    await dialog.getByLabel("As", { exact: true }).selectOption("anna");
    await expect(dialog.getByLabel("Shell", { exact: true })).toHaveValue("/bin/sh");
    await dialog.getByRole("button", { name: "Open" }).click();
    await expect(tabs(page)).toHaveCount(4);
    await expect(panes(page)).toHaveCount(1);
    await type(page, (await paneIds(page))[0]!, "whoami", /\nanna\n/);
    await page.getByRole("button", { name: `Open another shell in ${JAIL}` }).click();
    await expect(tabs(page)).toHaveCount(5);
    await expect(tabs(page).nth(4)).toContainText(`anna@${JAIL}`);
  });

  const link = `${panel.url}/jails/${JAIL}/shells/${ids[2]}`;
  await test.step("a link shows its shell, and nothing to a stranger", async () => {
    await page.goto(link);
    await expect(box(page, ids[2]!)).toBeVisible();
    await expect.poll(() => textOf(page, ids[2]!)).toContain("third");
    const absent = await page.goto(`${panel.url}/jails/${JAIL}/shells/${"0".repeat(32)}`);
    expect(absent?.status()).toBe(404);
    const other = await friend("berta", [JAIL]);
    // He may enter the jail, and even so it is not his.
    const foreign = await other.page.goto(link);
    expect(foreign?.status()).toBe(404);
    await expect(other.page.getByText("There is no such thing here.")).toBeVisible();
  });

  await test.step("the admin ends another's shell without having seen it, and its person is told who did it", async () => {
    const clara = await friend("clara", [JAIL]);
    await clara.page.goto(`${panel.url}/jails/${JAIL}`);
    const shell = await clara.openShell(JAIL);
    await shell.run("echo my-se''cret", "my-secret");
    await clara.page.goto(`${panel.url}/shells`);
    await expect(clara.page.getByText("Shells of others")).toHaveCount(0);
    await page.goto(`${panel.url}/shells`);
    const others = page.getByRole("list", { name: "Shells of others" });
    await expect(others.getByRole("listitem").filter({ hasText: "clara" })).toContainText(JAIL);
    await expect(page.getByText("my-secret")).toHaveCount(0);
    await others.getByRole("button", { name: `End clara's shell in ${JAIL}` }).click();
    const question = page.getByRole("dialog", { name: `End clara's shell in ${JAIL}?` });
    await question.getByRole("button", { name: "End it" }).click();
    await expect(clara.page.getByText("The admin has ended this shell").first()).toBeVisible();
    await expect(page.getByText("Nobody else has a shell open.")).toBeVisible();
  });

  await test.step("a shell that ended elsewhere is told with a word after a reload", async () => {
    await page.goto(`${panel.url}/jails/${JAIL}`);
    await page.evaluate((id) => {
      const key = Object.keys(localStorage).find((one) => one.startsWith("knast-shells-"))!;
      const kept = JSON.parse(localStorage.getItem(key)!) as { tabs: object[]; labels: Record<string, string> };
      kept.tabs.push({ root: id, focus: id });
      kept.labels[id] = "erdgeist_org old";
      sessionStorage.setItem("kept", JSON.stringify(kept));
      addEventListener("pagehide", () => localStorage.setItem(key, sessionStorage.getItem("kept")!));
    }, "f".repeat(32));
    await page.reload();
    await expect(page.getByText("Not open any more: erdgeist_org old.")).toBeVisible();
    await page.getByRole("button", { name: "Good to know" }).click();
    await expect(page.getByText("Not open any more")).toHaveCount(0);
  });

  await test.step("a browser that keeps nothing shows them all the same", async () => {
    const blind = await browser.newContext({ storageState: await page.context().storageState() });
    await blind.addInitScript(() => {
      const get = () => {
        throw new DOMException("blocked", "SecurityError");
      };
      for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get });
    });
    const other = await blind.newPage();
    const errors: Error[] = [];
    other.on("pageerror", (error) => errors.push(error));
    await other.goto(link);
    await expect(box(other, ids[2]!)).toBeVisible();
    await expect.poll(() => textOf(other, ids[2]!)).toContain("third");
    expect(errors).toEqual([]);
    await blind.close();
  });

  await test.step("on a phone: one at a time, from a list", async () => {
    const state = await page.context().storageState();
    const phone = await browser.newContext({
      ...devices["Pixel 7"],
      viewport: { width: 390, height: 844 },
      storageState: state,
    });
    const small = await phone.newPage();
    await small.goto(`${panel.url}/jails/${JAIL}/shells/${ids[0]}`);
    await expect(box(small, ids[0]!)).toBeVisible();
    await expect(panes(small)).toHaveCount(1);
    const list = small.getByRole("combobox", { name: "My shells" });
    await expect(list.locator("option")).toHaveCount(6);
    await list.selectOption(ids[3]!);
    await expect(box(small, ids[3]!)).toBeVisible();
    await expect(panes(small)).toHaveCount(1);
    await expect.poll(() => textOf(small, ids[3]!)).toContain("again");
    expect(await small.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await phone.close();
  });
});
