import { expect, JAIL, type PanelPage, passwordOf, test } from "./story.ts";

test.use({ beginning: "one jail" });

/** Makes a link on the jail's People page. @returns it */
async function invite(who: PanelPage, preset: "owner" | "helper" | "viewer"): Promise<string> {
  const { page } = who;
  await page.goto(`${who.url}/jails/${JAIL}?tab=people`);
  const form = page.getByRole("form", { name: "Invitation" });
  await form.getByLabel("What may he do?").selectOption(preset);
  await form.getByRole("button", { name: "Make the link" }).click();
  return page.getByLabel("Link for your guest").inputValue();
}

async function acceptAsGuest(who: PanelPage, link: string, name: string) {
  await who.page.goto(link);
  await who.page.getByLabel("Name", { exact: true }).fill(name);
  await who.page.getByLabel("Password", { exact: true }).fill(passwordOf(name));
  await who.page.getByRole("button", { name: "Accept and sign in" }).click();
  await expect(who.page.getByRole("button", { name: "Account" })).toBeVisible();
}

test("a jail is shared by links: an owner, a helper with an account, a viewer; and taken away again", async ({
  panel,
  admin,
  visitor,
  friend,
}) => {
  await admin.startJail(JAIL);
  const berta = await friend("berta");
  const anna = await visitor();
  const carl = await visitor();

  await test.step("a new friend takes the admin's link, once", async () => {
    const link = await invite(admin, "owner");
    await acceptAsGuest(anna, link, "anna");
    await carl.page.goto(link);
    await expect(carl.page.getByRole("heading", { name: "This invitation is no good" })).toBeVisible();
    await carl.page.goto(`${link.slice(0, -4)}AAAA`);
    await expect(carl.page.getByRole("heading", { name: "This invitation is no good" })).toBeVisible();
  });

  await test.step("what is wrong in the form is told at its field", async () => {
    const { page } = anna;
    await page.goto(`${panel.url}/jails/${JAIL}?tab=people`);
    const form = page.getByRole("form", { name: "Invitation" });
    await form.getByLabel("Mail address").fill("nobody");
    await form.getByLabel("Days until it is too old").fill("0");
    await form.getByLabel("Until", { exact: true }).fill("2020-01-01");
    await form.getByRole("button", { name: "Make the link" }).click();
    await expect(form.getByRole("alert")).toHaveCount(3);
    await expect(page.getByRole("region", { name: "Open invitations" })).toHaveCount(0);
  });

  await test.step("she shares it with somebody who has an account, and with a viewer", async () => {
    const helper = await invite(anna, "helper");
    await berta.page.goto(helper);
    await berta.page.getByRole("button", { name: "Accept as berta" }).click();
    await expect(berta.page.getByRole("link", { name: JAIL }).first()).toBeVisible();
    await acceptAsGuest(carl, await invite(anna, "viewer"), "carl");
    await carl.openJail(JAIL);
    await expect(carl.page.getByRole("tab", { name: "Overview" })).toBeVisible();
    for (const name of ["Shell", "Processes", "People", "Archives", "Settings"])
      await expect(carl.page.getByRole("tab", { name })).toHaveCount(0);
    for (const name of [/^Stop/, /^Restart/, "Open a shell"])
      await expect(carl.page.getByRole("button", { name })).toHaveCount(0);
    await expect(carl.page.locator("body")).not.toContainText("berta");
  });

  await test.step("people: through whom, at 390 pixels too", async () => {
    await anna.page.goto(`${panel.url}/jails/${JAIL}?tab=people`);
    const people = anna.page.getByRole("list", { name: "People" });
    await expect(people.getByRole("listitem")).toHaveCount(3);
    await expect(people.getByText("through anna")).toHaveCount(2);
    await expect(people.getByRole("button", { name: `Take ${JAIL} from anna` })).toHaveCount(0);
    await anna.page.setViewportSize({ width: 390, height: 844 });
    await expect(people.getByRole("button", { name: `Take ${JAIL} from carl` })).toBeVisible();
    const wide = await anna.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await anna.page.setViewportSize({ width: 1280, height: 800 });
  });

  await test.step("taken away: his open shell goes, and the jail is none to him", async () => {
    await berta.openShell(JAIL);
    const shell = berta.page.locator("[data-terminal][data-state=open]");
    await expect(shell).toHaveCount(1);
    await anna.page.getByRole("button", { name: `Take ${JAIL} from berta` }).click();
    await expect(anna.page.getByRole("list", { name: "People" }).getByRole("listitem")).toHaveCount(2);
    await expect(shell).toHaveCount(0, { timeout: 15_000 });
    expect((await berta.context.request.get(`${panel.url}/jails/${JAIL}`)).status()).toBe(404);
  });

  await test.step("the admin sees what she reaches; when her part goes, so does what came through her", async () => {
    await admin.page.goto(`${panel.url}/friends`);
    await admin.page.getByRole("link", { name: "What anna can reach" }).click();
    await expect(admin.page.getByText("passed on to carl")).toBeVisible();
    await admin.page.goto(`${panel.url}/jails/${JAIL}?tab=people`);
    const away = admin.page.getByRole("button", { name: `Take ${JAIL} from anna` });
    await expect(away).toContainText("with carl");
    await away.click();
    await expect(admin.page.getByText("Nobody yet; it is the admin's alone.")).toBeVisible();
    for (const who of [anna, carl])
      expect((await who.context.request.get(`${panel.url}/jails/${JAIL}`)).status()).toBe(404);
  });
});
