import { readFileSync } from "node:fs";
import { isHeld } from "./pages/drop.ts";
import { expect, JAIL, type PanelPage, Shell, test } from "./story.ts";

test.use({ beginning: "one jail" });

test("a shell is shown to a friend, who is asked for, reads, gets the keyboard, and is out by one click", async ({
  admin,
  visitor,
  friend,
}) => {
  await admin.startJail(JAIL);
  const anna = await friend("anna", [JAIL]);
  const greta = await friend("greta");
  const shell = await anna.openShell(JAIL);
  const bar = anna.page.getByRole("region", { name: "Who is here" });
  await shell.run("echo be''fore", "before");
  let link = "";

  await test.step("anna makes a link", async () => {
    await bar.getByRole("button", { name: "Share …" }).click();
    const dialog = anna.page.getByRole("dialog", { name: "Show this shell to somebody" });
    await dialog.getByRole("button", { name: "Make a link" }).click();
    link = await dialog.getByLabel("Link to this shell").inputValue();
    expect(link).toMatch(/\/shells\/together\/[A-Za-z0-9_-]{43}$/);
    await dialog.getByRole("button", { name: "Done" }).click();
  });

  await test.step("a bad link says so; who is not signed in is sent to sign in", async () => {
    await greta.page.goto(`${link.slice(0, -4)}AAAA`);
    await expect(greta.page.getByRole("heading", { name: "This link is no good" })).toBeVisible();
    const nobody = await visitor();
    await nobody.page.goto(link);
    await expect(nobody.page).toHaveURL(/sign-in/);
    await nobody.context.close();
  });

  const gretas = new Shell(greta.page);
  await test.step("greta asks, and sees nothing before anna agrees", async () => {
    await greta.page.goto(link);
    await greta.page.getByRole("button", { name: "Ask to look" }).click();
    await expect(greta.page.getByText("anna is asked")).toBeVisible();
    await expect(gretas.box).toHaveCount(0);
    const question = anna.page.getByRole("alert", { name: "greta asks" });
    await expect(question).toContainText(`greta types as root in ${JAIL}`);
    await question.getByRole("button", { name: "Let greta read", exact: true }).click();
    await expect(question).toHaveCount(0);
    await gretas.ready();
    expect(await gretas.text()).toContain("before");
  });

  await test.step("both see who is there; greta types nothing", async () => {
    await expect(bar.getByRole("list", { name: "People in this shell" })).toContainText("greta");
    const gretasBar = greta.page.getByRole("region", { name: "Who is here" });
    await expect(gretasBar).toContainText("You read along");
    await expect(gretasBar).toContainText("anna");
    await gretas.box.click();
    await greta.page.keyboard.type("echo sto''len\n");
    await shell.run("echo se''en", "seen");
    await expect.poll(() => gretas.text()).toContain("seen");
    expect(await shell.text()).not.toContain("sto");
  });

  await test.step("greta's keyboard finds the way out; a file that falls onto her page does not take it away", async () => {
    const head = greta.page.getByRole("heading", { name: /^anna shows you a shell/ });
    await gretas.box.click();
    await greta.page.keyboard.press("Tab");
    await expect(gretas.box.locator("textarea")).toBeFocused();
    await greta.page.keyboard.press("Alt+Shift+O");
    await expect(head).toBeFocused();
    for (const target of [head, gretas.box]) expect(await isHeld(target)).toEqual(["dragover none", "drop none"]);
  });

  await test.step("the screen that greta sees has the size of anna's", async () => {
    const size = (who: PanelPage) =>
      who.page.evaluate(() => {
        const terms = (window as unknown as { __knastTerminals?: Map<string, { cols: number; rows: number }> })
          .__knastTerminals!;
        const { cols, rows } = [...terms.values()].at(-1)!;
        return [cols, rows];
      });
    const wide = (await size(anna)).join("x");
    await anna.page.setViewportSize({ width: 1000, height: 700 });
    const followed = async () => {
      const hers = (await size(anna)).join("x");
      return hers !== wide && (await size(greta)).join("x") === hers;
    };
    await expect.poll(followed).toBe(true);
    await greta.page.setViewportSize({ width: 390, height: 800 });
    const before = (await size(anna)).join("x");
    await shell.run("echo wa''ited", "waited");
    expect((await size(anna)).join("x")).toBe(before);
    // Her letters shrink until anna's columns are in view, as far as they can be read; beyond that she scrolls.
    const view = () =>
      gretas.box.evaluate((box) => {
        const terms = (window as unknown as { __knastTerminals: Map<string, { options: { fontSize: number } }> })
          .__knastTerminals;
        const { fontSize } = [...terms.values()].at(-1)!.options;
        const scrolls = [...box.querySelectorAll("[role=group]")].some((one) => one.scrollWidth > one.clientWidth);
        return `${fontSize > 6 ? (fontSize < 13 ? "smaller" : "usual") : "least"}, ${scrolls ? "scrolls" : "fits"}`;
      });
    await expect.poll(view).toBe("smaller, fits");
    await anna.page.setViewportSize({ width: 1600, height: 700 });
    await expect.poll(view).toBe("least, scrolls");
    await anna.page.setViewportSize({ width: 1000, height: 700 });
    await expect.poll(view).toBe("smaller, fits");
    await greta.page.setViewportSize({ width: 1280, height: 720 });
    await expect.poll(view).toBe("usual, fits");
  });

  await test.step("the keyboard goes to greta and comes back, one click each", async () => {
    await bar.getByRole("button", { name: "Give greta the keyboard" }).click();
    await expect(greta.page.getByText("You may type here")).toBeVisible();
    await gretas.run("echo by-gre''ta", "by-greta");
    await expect.poll(() => shell.text()).toContain("by-greta");
    await bar.getByRole("button", { name: "Take the keyboard back from greta" }).click();
    await expect(greta.page.getByText("You read along")).toBeVisible();
    await gretas.box.click();
    await greta.page.keyboard.type("echo too-la''te\n");
    await shell.run("echo mi''ne", "mine");
    expect(await shell.text()).not.toContain("too-la");
  });

  await test.step("the admin opens the link: he is asked for like anybody, refused, and sees nothing", async () => {
    await admin.page.goto(link);
    await admin.page.getByRole("button", { name: "Ask to look" }).click();
    await anna.page.getByRole("alert", { name: "erdgeist asks" }).getByRole("button", { name: "Refuse" }).click();
    await expect(admin.page.getByText("anna does not show it to you.")).toBeVisible();
    await expect(new Shell(admin.page).box).toHaveCount(0);
  });

  await test.step("stop sharing cuts greta off", async () => {
    await bar.getByRole("button", { name: "Stop sharing" }).click();
    await expect(greta.page.getByText("This shell is not shown to you any more")).toBeVisible({ timeout: 10_000 });
    await shell.run("echo pri''vate", "private");
    expect(await gretas.text()).not.toContain("private");
    await greta.page.reload();
    await expect(greta.page.getByRole("heading", { name: "This link is no good" })).toBeVisible();
  });
});

test("a shell is recorded, played in the panel, downloaded and thrown away", async ({ panel, admin, friend }) => {
  await admin.startJail(JAIL);
  const shell = await admin.openShell(JAIL);
  const { page } = admin;
  const bar = page.getByRole("region", { name: "Who is here" });
  const broken: string[] = [];
  page.on("console", (message) => message.type() === "error" && broken.push(message.text()));

  await test.step("start, and everybody who looks sees it; stop", async () => {
    await bar.getByRole("button", { name: "Record", exact: true }).click();
    await expect(bar.getByRole("status")).toContainText("recording since");
    await shell.run("echo ünï 漢字 on-ta''pe", "on-tape");
    await bar.getByRole("button", { name: "Stop recording" }).click();
    await expect(bar.getByText("recording since")).toHaveCount(0);
    await shell.run("echo off-ta''pe", "off-tape");
  });

  await test.step("it is in the jail's room, plays, and says what was printed", async () => {
    await page.goto(`${panel.url}/jails/${JAIL}?tab=shell`);
    const list = page.getByRole("list", { name: `Recordings in ${JAIL}` });
    await expect(list.getByRole("listitem")).toHaveCount(1);
    await list.getByRole("link").first().click();
    await expect(page.getByRole("heading", { name: `Recording of ${JAIL}` })).toBeVisible();
    const player = page.getByTestId("player");
    await expect(player.locator(".ap-player")).toBeVisible();
    await player.locator(".ap-player").click();
    await expect(player).toContainText("on-tape", { timeout: 20_000 });
    await expect(player).not.toContainText("off-tape");
    expect(broken.filter((text) => /Content Security Policy|WebAssembly|eval/i.test(text))).toEqual([]);
  });

  await test.step("download: an asciicast of what was printed", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download .cast" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^erdgeist_org-\d{8}T\d{6}Z-[0-9a-f]{8}\.cast$/);
    const lines = readFileSync(await download.path(), "utf8")
      .trimEnd()
      .split("\n");
    expect(JSON.parse(lines[0]!)).toMatchObject({ version: 2, knast: { jail: JAIL, by: "erdgeist" } });
    const text = lines
      .slice(1)
      .map((line) => JSON.parse(line) as [number, string, string])
      .map(([, kind, data]) => (kind === "o" ? data : ""))
      .join("");
    expect(text).toContain("ünï 漢字 on-tape");
    expect(text).not.toContain("off-tape");
  });

  await test.step("a stranger gets neither page nor file; it is removed after a question", async () => {
    const url = page.url();
    const stranger = await friend("greta");
    expect((await stranger.page.goto(url))!.status()).toBe(404);
    const name = url.slice(url.lastIndexOf("/") + 1);
    expect((await stranger.page.request.get(`${panel.url}/api/recordings/${name}`)).status()).toBe(404);
    await page.goto(`${panel.url}/jails/${JAIL}?tab=shell`);
    await page.getByRole("button", { name: /^Remove the recording of/ }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await expect(page.getByText("There are none yet.")).toBeVisible();
  });
});
