import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { fitsInBothLights } from "./pages/widths.ts";
import { expect, type Panel, type PanelPage, test } from "./story.ts";

const run = promisify(execFile);
/** @returns the exit status and what the command printed */
async function knast(panel: Panel, secret: string, ...args: string[]): Promise<{ status: number; said: string }> {
  const env = { ...process.env, KNAST_URL: panel.url, KNAST_TOKEN: secret };
  return run(process.execPath, ["dist/knast.js", ...args], { env }).then(
    ({ stdout }) => ({ status: 0, said: stdout }),
    (error: { code: number; stderr: string }) => ({ status: error.code, said: error.stderr }),
  );
}

async function makeToken({ page, url }: PanelPage, name: string, ticks: string[]): Promise<string> {
  await page.goto(`${url}/you/tokens`);
  await page.getByLabel("What is it for?").fill(name);
  for (const tick of ticks) await page.getByRole("checkbox", { name: tick }).click();
  await page.getByRole("button", { name: "Make the token" }).click();
  return page.getByRole("textbox", { name: `Token ${name}` }).inputValue();
}

test("a person makes a token, a program uses it, and it ends", async ({ panel, admin, friend }) => {
  const anna = await friend("anna");

  await test.step("it is shown once, and the list says what it may and where it was used", async () => {
    const secret = await makeToken(anna, "night", ["start and stop, snapshots", "archive and download"]);
    expect(secret).toMatch(/^knast_[A-Za-z0-9_-]{43}$/);
    expect(await knast(panel, secret, "whoami")).toMatchObject({
      status: 0,
      said: expect.stringContaining("see power archive"),
    });
    expect(await knast(panel, secret, "friends", "list")).toMatchObject({
      status: 1,
      said: "knast: This is not allowed.\n",
    });
    await anna.page.reload();
    await expect(anna.page.getByText(secret)).toHaveCount(0);
    expect(await anna.page.content()).not.toContain(secret);
    const row = anna.page.getByRole("table", { name: "Your tokens" }).getByRole("row", { name: /night/ });
    await expect(row).toContainText("see · start and stop, snapshots · archive and download");
    await expect(row).toContainText("all jails");
    await expect(row).toContainText("127.0.0.1");
    await expect(anna.page.getByRole("checkbox", { name: "everything, as an admin" })).toHaveCount(0);
    await row.getByRole("button", { name: "End night" }).click();
    await anna.page.getByRole("dialog").getByRole("button", { name: "End night" }).click();
    await expect(anna.page.getByText("None.")).toBeVisible();
    expect(await knast(panel, secret, "whoami")).toMatchObject({ status: 3 });
  });

  await test.step("what is wrong is said at its field", async () => {
    await anna.page.getByRole("button", { name: "Make the token" }).click();
    await expect(anna.page.getByText("Say what it is for.")).toBeVisible();
    await expect(anna.page.getByLabel("What is it for?")).toBeFocused();
    await anna.page.getByLabel("What is it for?").fill("x");
    await anna.page.getByRole("checkbox", { name: "all that you may reach" }).click();
    await anna.page.getByRole("button", { name: "Make the token" }).click();
    await expect(anna.page.getByText("Choose a jail, or all.")).toBeVisible();
  });

  await test.step("the admin makes one for everything, sees those of others and ends them", async () => {
    const hers = await makeToken(anna, "hers", []);
    const secret = await makeToken(admin, "root", ["everything, as an admin"]);
    await expect(admin.page.getByText("Whoever has this token has the panel")).toBeVisible();
    expect((await knast(panel, secret, "friends", "list")).said).toMatch(/anna +friend +active/);
    const others = admin.page.getByRole("table", { name: "Tokens of others" });
    await expect(others.getByRole("row", { name: /hers/ })).toContainText("anna");
    await others.getByRole("button", { name: "End hers" }).click();
    await admin.page.getByRole("dialog").getByRole("button", { name: "End hers" }).click();
    await expect(others).toHaveCount(0);
    expect(await knast(panel, hers, "whoami")).toMatchObject({ status: 3 });
  });

  await test.step("the page fits on a phone and a desk, in both lights", async () => {
    await fitsInBothLights(admin.page, `${panel.url}/you/tokens`, (page) =>
      expect(page.getByRole("table", { name: "Your tokens" })).toBeVisible(),
    );
  });
});
