import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import Database from "better-sqlite3";
import { Secret, TOTP } from "otpauth";
import { callAction, outcome, serverActions } from "./action-table.ts";
import { ADMIN } from "./pages/panel-page.ts";
import { expect, JAIL, type Panel, passwordOf, test as story } from "./story.ts";

// Passkeys belong to a host name.
const test = story.extend({
  panel: async ({ panel }, use) => use({ ...panel, url: panel.url.replace("127.0.0.1", "localhost") }),
});
test.use({ beginning: "one jail" });
let panel: Panel;
test.beforeEach(({ panel: started }) => void (panel = started));

/** An authenticator on a phone. Each code is of a later step than the one before, as each works once. */
class Phone {
  readonly #totp: TOTP;
  #last = 0;
  shown = "";
  constructor(secret: string) {
    this.#totp = new TOTP({ secret: Secret.fromBase32(secret) });
  }
  async code(): Promise<string> {
    await expect.poll(() => Math.floor(Date.now() / 30_000) + 1, { timeout: 65_000 }).toBeGreaterThan(this.#last);
    this.#last = Math.max(this.#last + 1, Math.floor(Date.now() / 30_000));
    return (this.shown = this.#totp.generate({ timestamp: this.#last * 30_000 }));
  }
}

async function setUpPhone(page: Page): Promise<{ phone: Phone; codes: string[] }> {
  await page.getByRole("button", { name: "Set up an authenticator" }).click();
  await expect(page.getByTestId("totp-secret")).toBeVisible();
  const secret = (await page.getByTestId("totp-secret").innerText()).replaceAll(" ", "");
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  // The picture is drawn, so the policy of the page lets it be, and nothing comes from elsewhere.
  const picture = page.getByRole("img", { name: "QR code of the secret" });
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  const phone = new Phone(secret);
  await page.getByLabel("Code that it shows").fill("000000");
  await page.getByRole("button", { name: "Confirm the authenticator" }).click();
  await expect(page.getByText("This is not the code of now.")).toBeVisible();
  await page.getByLabel("Code that it shows").fill(await phone.code());
  await page.getByRole("button", { name: "Confirm the authenticator" }).click();
  const codes = page.getByRole("list", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(10);
  return { phone, codes: await codes.allInnerTexts() };
}

async function signOut(page: Page) {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
}

async function firstStep(page: Page, who = ADMIN) {
  await page.goto(`${panel.url}/sign-in`);
  await page.getByLabel("Name", { exact: true }).fill(who.name);
  await page.getByLabel("Password", { exact: true }).fill(who.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("heading", { name: "The second step" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Go on" })).toBeEnabled();
}

async function secondStep(page: Page, code: string) {
  await page.getByLabel(/^(Code|Recovery code)$/).fill(code);
  await page.getByRole("button", { name: "Go on" }).click();
}

const inside = (page: Page) => expect(page.getByRole("button", { name: "Account" })).toBeVisible();
const refused = (page: Page) => expect(page.getByText("This is not right.")).toBeVisible();
const statusOf = async (context: BrowserContext, path: string) =>
  (await context.request.get(`${panel.url}${path}`, { maxRedirects: 0 })).status();

/** As if the proofs of all sessions were old: nobody waits five minutes here. */
function forgetProofs() {
  const database = new Database(join(panel.state, "web/knast.db"), { timeout: 5000 });
  database.prepare(`UPDATE "Session" SET "provedAt" = NULL`).run();
  database.close();
}

test("a second factor: codes, recovery codes, passkeys, proving again, sessions, and the rule for all", async ({
  browser,
  admin,
  visitor,
}) => {
  const { page, context } = admin;
  const authenticator = await context.newCDPSession(page);
  await authenticator.send("WebAuthn.enable");
  await authenticator.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const link = await admin.createFriend("olaf", []);

  let phone!: Phone;
  let codes: string[] = [];
  await test.step("an authenticator is set up by its QR code or the text, and confirmed by a code", async () => {
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "You", exact: true }).click();
    await expect(page.getByRole("heading", { name: "You", exact: true })).toBeVisible();
    ({ phone, codes } = await setUpPhone(page));
    await page.getByRole("button", { name: "I keep them" }).click();
    await expect(page.getByText("10 recovery codes are left")).toBeVisible();
  });

  await test.step("the password alone opens nothing; a code works once", async () => {
    const used = phone.shown;
    await signOut(page);
    await firstStep(page);
    const all = await context.cookies(panel.url);
    const ours = all.filter((each) => each.name.startsWith("knast-"));
    // No cookie of a session: that one is named knast- and the copy's mark only.
    const kinds = ours.map((each) => /^knast-([a-z]+)-/.exec(each.name)?.[1]).toSorted();
    expect(kinds, ours.map((each) => each.name).join(" ")).toEqual(["device", "second"]);
    for (const each of ours) expect([each.name, each.httpOnly, each.sameSite]).toEqual([each.name, true, "Strict"]);
    expect(await statusOf(context, "/jails")).toBe(307);
    expect(await statusOf(context, "/api/live")).toBe(401);
    await secondStep(page, used);
    await refused(page);
    await secondStep(page, await phone.code());
    await inside(page);
  });

  await test.step("a recovery code stands in for it, once", async () => {
    const withCode = async (code: string) => {
      await firstStep(page);
      await page.getByRole("button", { name: "Use a recovery code" }).click();
      await secondStep(page, code);
    };
    await signOut(page);
    await withCode(codes[0]!);
    await inside(page);
    await signOut(page);
    await withCode(codes[0]!);
    await refused(page);
    await secondStep(page, codes[1]!.toUpperCase());
    await inside(page);
    await page.goto(`${panel.url}/you`);
    await expect(page.getByText("8 recovery codes are left")).toBeVisible();
  });

  await test.step("a passkey is the second step, or signs in alone", async () => {
    await page.getByLabel("Name of the passkey").fill("the laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    const row = page.getByRole("list", { name: "Passkeys" }).getByRole("listitem");
    await expect(row).toContainText("the laptop");
    await expect(row).toContainText("not used yet");
    await signOut(page);
    await firstStep(page);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("button", { name: "Go on" }).click();
    await inside(page);
    await signOut(page);
    await page.getByRole("button", { name: "Use a passkey, without a password" }).click();
    await inside(page);
    await page.goto(`${panel.url}/you`);
    await expect(row).toContainText("used just now");
  });

  await test.step("a destroy asks once more who it is, then goes on by itself", async () => {
    forgetProofs();
    await page.goto(`${panel.url}/jails/${JAIL}?tab=settings`);
    const destroy = async () => {
      await page.getByRole("button", { name: `Destroy ${JAIL}` }).click();
      await page.getByLabel("Name of the jail").fill(JAIL);
      await page.getByRole("button", { name: "Destroy for good" }).click();
    };
    await destroy();
    const asked = page.getByRole("dialog", { name: "Prove that it is you" });
    await expect(asked.getByLabel("Code")).toBeFocused();
    await expect(asked.getByLabel("Your password")).toHaveCount(0);
    await page.keyboard.press("Escape");
    await expect(asked).toBeHidden();
    await expect(page.getByText("Prove first that it is you.")).toBeVisible();
    await destroy();
    await asked.getByRole("button", { name: "Use a passkey" }).click();
    await asked.getByRole("button", { name: "Prove it" }).click();
    await expect(page).toHaveURL(/\/jails$/, { timeout: 60_000 });
    await expect(page.getByRole("link", { name: JAIL })).toHaveCount(0);
  });

  await test.step("the list of sessions signs the others out", async () => {
    const other = await browser.newContext();
    const there = await other.newPage();
    await firstStep(there);
    await there.getByRole("button", { name: "Use a recovery code" }).click();
    await secondStep(there, codes[2]!);
    await inside(there);
    await page.goto(`${panel.url}/you`);
    const rows = page.getByRole("list", { name: "Sessions" }).getByRole("listitem");
    await expect(rows).toHaveCount(2);
    await expect(rows.filter({ hasText: "this one" })).toContainText("Chromium on Linux");
    await page.getByRole("button", { name: "Sign out all others" }).click();
    await expect(rows).toHaveCount(1);
    expect(await statusOf(other, "/jails")).toBe(307);
    expect(await statusOf(context, "/jails")).toBe(200);
    await other.close();
  });

  await test.step("everybody must: who has none can do nothing but set one up", async () => {
    const friend = await visitor();
    await friend.acceptLink(link, passwordOf("olaf"));
    forgetProofs();
    await page.goto(`${panel.url}/friends`);
    await page.getByRole("radio", { name: "Everybody must" }).check();
    await page.getByRole("button", { name: "Set who must" }).click();
    const asked = page.getByRole("dialog", { name: "Prove that it is you" });
    await asked.getByRole("button", { name: "Use a passkey" }).click();
    await asked.getByRole("button", { name: "Prove it" }).click();
    await expect(page.getByRole("button", { name: "Set who must" })).toBeDisabled();

    for (const path of ["/jails", "/you", "/"]) expect(await statusOf(friend.context, path), path).toBe(307);
    for (const path of ["/api/live", `/api/jobs/${"0".repeat(32)}/events`])
      expect(await statusOf(friend.context, path), path).toBe(401);
    const actions = serverActions();
    for (const name of ["#listShells", "#endOthers"]) {
      const action = actions.find((each) => each.key.endsWith(name))!;
      const answer = outcome(await callAction(friend.context, panel.url, action, {}));
      expect(answer?.failure?.code, name).toBe("unauthenticated");
    }
    await friend.page.goto(`${panel.url}/jails`);
    await expect(friend.page.getByRole("heading", { name: "A second factor, olaf" })).toBeVisible();
    // His proof is old: he proves himself by his password, as he has nothing else yet.
    await setUpPhone(friend.page);
    await friend.page.getByRole("button", { name: "I keep them, go on" }).click();
    await inside(friend.page);
    expect(await statusOf(friend.context, "/jails")).toBe(200);
  });

  await test.step("taking a factor off is proved too, and the last one leads back to the set-up", async () => {
    await page.goto(`${panel.url}/you`);
    await page.getByRole("button", { name: "Remove the authenticator" }).click();
    await expect(page.getByRole("button", { name: "Set up an authenticator" })).toBeVisible();
    await page.getByRole("button", { name: "Remove the passkey the laptop" }).click();
    await page.goto(`${panel.url}/jails`);
    await expect(page.getByRole("heading", { name: "A second factor, erdgeist" })).toBeVisible();
  });
});
