import { readFileSync, writeFileSync } from "node:fs";
import { fitsOnScreens } from "./pages/widths.ts";
import { expect, JAIL, test } from "./story.ts";

test.use({ beginning: "one jail" });

test("a config edited by hand and in the panel", async ({ panel, admin }) => {
  const { page } = admin;
  const name = JAIL;
  await admin.startJail(name);
  const file = `${panel.etc}/jail.conf.d/${name}.conf`;
  const text = () => readFileSync(file, "utf8");
  const settings = () => page.goto(`${panel.url}/jails/${name}?tab=settings`);
  const form = page.getByRole("form", { name: `Settings of ${name}` });
  const preview = page.getByTestId("settings-preview");
  const rawSockets = () => {
    try {
      return panel.onHost("jls", "-j", name, "-n", "allow.raw_sockets").trim();
    } catch {
      return "does not run";
    }
  };

  const edited = text()
    .replace("{\n", "{\n\t# the mail host, ask Anna before you touch it\n")
    .replace("\tallow.noraw_sockets;\n", "\tallow.raw_sockets = 0;\t\t// ping\n")
    .replace(
      "\n}\n",
      '\n\n\tallow.reserved_ports;   /* as ever */\n\texec.poststart = "logger $name is up";\n}\n# end\n',
    );

  await test.step("one switch changes one word of a file full of comments", async () => {
    writeFileSync(file, edited);
    await settings();
    await expect(preview).toContainText("ask Anna before you touch it");
    await form.getByRole("switch", { name: "Raw sockets" }).click();
    await expect(preview.locator("[data-kind=new]")).toHaveText(/allow\.raw_sockets = 1;\s*\/\/ ping/);
    await expect(preview.locator("[data-kind=gone]")).toHaveCount(1);
    await form.getByRole("button", { name: "Write the config" }).click();
    await expect.poll(text).toBe(edited.replace("allow.raw_sockets = 0;", "allow.raw_sockets = 1;"));
    await expect(form.getByRole("button", { name: "Write the config" })).toHaveCount(0);
  });

  await test.step("all of it is in sight on a phone and a desk, with a long name too", async () => {
    const long = await admin.createJail("a-rather-long-host-name-of-a-jail.example.org");
    const rooms = [
      [name, "settings", preview],
      [name, "archives", page.getByRole("button", { name: "Clone it" })],
      [long, "settings", preview],
      [long, "limits", page.getByRole("button", { name: /^Empty/ })],
      [long, "mounts", page.getByRole("button", { name: /^Save the mounts/ })],
    ] as const;
    for (const [jail, tab, seen] of rooms)
      await fitsOnScreens(page, `${panel.url}/jails/${jail}?tab=${tab}`, async () => {
        await expect(seen).toBeVisible();
        await expect(page.getByRole("tab", { selected: true })).toBeInViewport({ ratio: 0.9 });
      });
    const block = page.getByLabel("Block").first();
    await fitsOnScreens(page, `${panel.url}/set-up?step=base`, () =>
      page.getByText("Where does it come from?").waitFor(),
    );
    await fitsOnScreens(page, `${panel.url}/set-up?step=addresses`, async () => {
      await expect(block).toHaveValue(/\/\d+$/);
      expect(await block.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
    });
    await fitsOnScreens(page, `${panel.url}/friends`, async () => {
      const labels = page.getByRole("form", { name: "New friend" }).locator("label:has(input[type=checkbox])");
      await expect(labels).toHaveCount(2);
      expect(await labels.evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth))).toEqual([0, 0]);
    });
    await page.setViewportSize({ width: 1280, height: 720 });
    await settings();
  });

  await test.step("the running jail is shown to differ, in its room and in the list; a restart applies it", async () => {
    expect(rawSockets()).toBe("allow.noraw_sockets");
    const table = page.getByRole("table", { name: "What differs" });
    await expect(table.getByRole("row", { name: "allow.raw_sockets on off" })).toBeVisible();
    await page.goto(`${panel.url}/jails`);
    await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("restart to apply");
    await settings();
    await page.getByRole("button", { name: "Restart to apply" }).click();
    await expect(table).toHaveCount(0, { timeout: 60_000 });
    await expect.poll(rawSockets, { timeout: 60_000 }).toBe("allow.raw_sockets");
    await admin.expectState("running");
  });

  await test.step("what the kernel can change is changed at once", async () => {
    await form.getByRole("switch", { name: "Raw sockets" }).click();
    await form.getByRole("radio", { name: /At once/ }).check();
    await form.getByRole("button", { name: "Write the config" }).click();
    await expect.poll(rawSockets).toBe("allow.noraw_sockets");
    await expect.poll(text).toBe(edited);
  });

  await test.step("an address that another has is refused at its field and in no file", async () => {
    await settings();
    await form.getByLabel("IPv4 address").fill("192.0.2.200");
    await expect(form.getByRole("alert").filter({ hasText: /pools/ })).toBeVisible();
    await expect(form.getByRole("button", { name: "Write the config" })).toBeDisabled();
    await form.getByRole("button", { name: "Take back my changes" }).click();
    expect(text()).toBe(edited);
  });

  await test.step("a hand that was quicker is shown, and what one had typed is kept", async () => {
    await form.getByLabel("Host name").fill("post.erdgeist.org");
    await expect(preview.locator("[data-kind=new]")).toHaveText(/post\.erdgeist\.org/);
    const byHand = edited.replace("# end", "# the very end").replace("exec.timeout = 120", "exec.timeout = 90");
    writeFileSync(file, byHand);
    await form.getByRole("switch", { name: "Lock memory" }).click();
    await expect(form.getByText("The file was changed by hand meanwhile.")).toBeVisible();
    await expect(preview.locator("[data-kind=new]")).toHaveText([/exec\.timeout = 90/, /the very end/]);
    expect(text()).toBe(byHand);
    await form.getByRole("button", { name: "Go on with the file as it is now" }).click();
    await expect(form.getByLabel("Host name")).toHaveValue("post.erdgeist.org");
    await expect(form.getByLabel("Seconds for a start")).toHaveValue("90");
    await form.getByRole("button", { name: "Write the config" }).click();
    await expect
      .poll(text)
      .toBe(byHand.replace("'erdgeist.org'", "'post.erdgeist.org'").replace("allow.nomlock;", "allow.mlock;"));
  });

  await test.step("a mistake in the file stands below its line in jail(8)'s words; the list does not mind", async () => {
    await admin.stopJail(name);
    const sound = text();
    writeFileSync(file, sound.replace("exec.clean;", "exec.clean"));
    const line = sound.split("\n").findIndex((one) => one.includes("exec.start")) + 1;
    await page.goto(`${panel.url}/jails/${name}?tab=config`);
    await admin.expectState("broken");
    await page.reload();
    await expect(page.getByText(new RegExp(`jail\\(8\\): line ${line}: .*syntax error`))).toBeVisible();
    await page.goto(`${panel.url}/jails`);
    await expect(page.getByRole("row", { name: new RegExp(name) })).toContainText("broken");
    await settings();
    await expect(page.getByText(`can't read ${file}, line ${line}`).first()).toBeVisible();
    writeFileSync(file, sound);
    await admin.startJail(name);
  });
});
