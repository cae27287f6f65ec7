import { devices } from "@playwright/test";
import { type Hooks, peek, placeOf } from "./pages/peek.ts";
import { expect, JAIL, PanelPage, test } from "./story.ts";

test.use({ beginning: "one jail" });

test("hands on a phone", async ({ browser, panel, admin }) => {
  await admin.startJail(JAIL);
  const context = await browser.newContext({
    ...devices["Pixel 7"],
    viewport: { width: 390, height: 844 },
    baseURL: panel.url,
    storageState: await admin.context.storageState(),
  });
  await admin.context.close();
  const page = await context.newPage();
  const phone = new PanelPage(page, panel);
  const shell = await phone.openShell(JAIL);
  const keys = page.getByRole("toolbar", { name: "Keys" });
  const key = (name: string) => keys.getByRole("button", { name, exact: true });
  const cdp = await context.newCDPSession(page);
  const touch = async (type: "touchStart" | "touchMove" | "touchEnd", x: number, y: number, timestamp?: number) =>
    cdp.send("Input.dispatchTouchEvent", { type, touchPoints: type === "touchEnd" ? [] : [{ x, y }], timestamp });
  /** A tenth of a second long by its own clock, however slow the machine is. */
  const swipe = async (by: number) => {
    const from = 300 - by / 2;
    const begun = Date.now() / 1000 - 0.1;
    await touch("touchStart", 200, from, begun);
    for (let i = 1; i <= 10; i++) await touch("touchMove", 200, from + (by * i) / 10, begun + i / 100);
    await touch("touchEnd", 200, from + by, begun + 0.105);
  };

  const interrupt = async () => {
    await key("Ctrl").tap();
    await page.keyboard.type("c");
    await shell.prompted();
  };

  await test.step("each key is large enough for a finger, and nothing is wider than the screen", async () => {
    await key("More keys").click();
    for (const button of await keys.getByRole("button").all()) {
      const { width, height } = (await button.boundingBox())!;
      expect(Math.min(width, height), (await button.textContent())!).toBeGreaterThanOrEqual(44);
    }
    await key("More keys").click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    for (const name of ["Esc", "Right", "Paste", "More keys"]) {
      const { x, width } = (await key(name).boundingBox())!;
      expect(x >= 0 && x + width <= 390, name).toBe(true);
    }
  });

  await test.step("Ctrl holds for one key, and until it is let go after a double tap; Alt and arrows go together", async () => {
    await shell.run("clear; echo go-''on; cat -v", /^go-on$/m);
    await key("Ctrl").tap();
    await expect(key("Ctrl")).toHaveAttribute("data-hold", "once");
    await page.keyboard.type("g");
    await expect(key("Ctrl")).toHaveAttribute("data-hold", "off");
    await page.keyboard.type("g\n");
    await expect.poll(() => shell.text()).toContain("\n^Gg");
    // two taps of the driver may be further apart than a finger's
    await key("Ctrl").evaluate(async (one: HTMLElement) => {
      one.click();
      await new Promise((next) => setTimeout(next));
      one.click();
    });
    await expect(key("Ctrl")).toHaveAttribute("data-hold", "locked");
    await page.keyboard.type("xy");
    await key("Ctrl").tap();
    await expect(key("Ctrl")).toHaveAttribute("data-hold", "off");
    await key("Alt").tap();
    await key("Left").tap();
    await key("More keys").tap();
    await key("Page up").tap();
    await key("More keys").tap();
    for (const sign of ["|", "/", "-", "~"]) await key(sign).tap();
    await page.keyboard.press("Enter");
    await expect.poll(() => shell.text()).toContain("\n^X^Y^[[1;3D^[[5~|/-~");
  });

  await test.step("an arrow repeats while it is pressed", async () => {
    const { x, y } = (await key("Up").boundingBox())!;
    await touch("touchStart", x + 20, y + 20);
    await expect.poll(async () => (await shell.text()).split("^[[A").length).toBeGreaterThan(4);
    await touch("touchEnd", x, y);
    await page.keyboard.press("Enter");
    await interrupt();
  });

  await test.step("what an input method composes arrives once, when it is done", async () => {
    await shell.run("clear; echo go-''on; cat", /^go-on$/m);
    await cdp.send("Input.imeSetComposition", { text: "に", selectionStart: 1, selectionEnd: 1 });
    await cdp.send("Input.imeSetComposition", { text: "にほん", selectionStart: 3, selectionEnd: 3 });
    expect(await shell.text()).not.toContain("にほん");
    await cdp.send("Input.insertText", { text: "日本" });
    await page.keyboard.press("Enter");
    await expect.poll(() => shell.text()).toMatch(/\n日本\n日本$/);
    await interrupt();
  });

  await test.step("a swipe scrolls back and runs on; in a full-screen program it moves, with the mouse it is a wheel", async () => {
    await shell.run("clear; sh -c 'i=0; while [ $i -lt 200 ]; do i=$((i+1)); echo row $i; done'", /row 200\n/);
    const { base } = await peek(page);
    await swipe(160);
    await expect.poll(async () => (await peek(page)).top).toBeLessThan(base - 8);
    // thrown, it comes further than the finger went
    await expect.poll(async () => (await peek(page)).top).toBeLessThan(base - 12);
    await page.keyboard.type(" ");
    await shell.run("printf '\\033[?1049h\\033[2J\\033[H'; echo on-to''p; cat -v", /^on-top$/m);
    await swipe(-160);
    await expect.poll(() => shell.text()).toMatch(/(\^\[(\[|O)B){3}/);
    await interrupt();
    await shell.run("printf '\\033[?1000h\\033[?1006h'; echo mou''se; cat -v", /^mouse$/m);
    await swipe(160);
    await expect.poll(() => shell.text()).toMatch(/\^\[\[<64;\d+;\d+M/);
    await interrupt();
    // not by run(), whose click would be typed
    await page.keyboard.type("printf '\\033[?1000l\\033[?1006l\\033[?1049l'; clear\n");
    await expect.poll(async () => (await peek(page)).lines[0]).toMatch(/[#%>$] *$/);
  });

  await test.step("a long press picks a word, Copy copies it, Paste pastes it; a browser that refuses gets a field", async () => {
    await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: panel.url });
    await shell.run("clear; echo pick/th''is.txt now", "\npick/this.txt now");
    const { x, y } = await placeOf(page, "pick/this.txt");
    await touch("touchStart", x, y);
    await expect.poll(async () => (await peek(page)).selection).toBe("pick/this.txt");
    await touch("touchEnd", x, y);
    await key("Copy").tap();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe("pick/this.txt");
    await key("Paste").tap();
    await expect.poll(() => shell.text()).toMatch(/[#%>$] pick\/this\.txt$/);
    await context.clearPermissions();
    await page.evaluate(() => {
      Object.defineProperty(navigator.clipboard, "readText", { value: () => Promise.reject(new Error("refused")) });
    });
    await key("Paste").tap();
    const field = page.getByRole("dialog", { name: "Paste" });
    await field.getByRole("textbox").fill(" by-hand");
    await field.getByRole("button", { name: "To the shell" }).tap();
    await expect.poll(() => shell.text()).toMatch(/pick\/this\.txt by-hand$/);
    await interrupt();
  });

  await test.step("the keyboard leaves the prompt in sight, as Chromium and as iOS do it", async () => {
    await shell.run("sh -c 'i=0; while [ $i -lt 60 ]; do i=$((i+1)); echo row $i; done'", /row 60\n/);
    /** By how much the prompt is scrolled away, hidden by the keys, and the keys by the keyboard. */
    const outOfSight = async (bottom: number) => {
      const { screen, rows, cursorY, top, base } = await peek(page);
      const prompt = screen.y + ((cursorY + 1) * screen.height) / rows;
      const bar = (await keys.boundingBox())!;
      const beyond = (pixels: number) => Math.max(0, Math.floor(pixels - 1));
      return [base - top, beyond(prompt - bar.y), beyond(bar.y + bar.height - bottom)];
    };
    // what xterm does when output comes before its renderer knows the new height
    await page.evaluate(() => {
      const [term] = (window as unknown as Hooks).__knastTerminals!.values();
      const once = term!.onResize(() => (once.dispose(), term!.scrollLines(-5)));
    });
    await page.setViewportSize({ width: 390, height: 460 });
    await expect.poll(() => outOfSight(460)).toEqual([0, 0, 0]);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => outOfSight(844)).toEqual([0, 0, 0]);
    await page.evaluate(() => {
      Object.defineProperty(visualViewport!, "height", { get: () => 480, configurable: true });
      visualViewport!.dispatchEvent(new Event("resize"));
    });
    await expect.poll(() => outOfSight(480)).toEqual([0, 0, 0]);
  });
  await context.close();
});
