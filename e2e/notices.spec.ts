import { randomUUID } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Page } from "@playwright/test";
import { signedHeaders } from "../server/services/notices/webhook-signature.ts";
import { SELF_MADE } from "../server/services/testing/self-made-certificate.ts";
import { smtpServer, type TestSmtpServer } from "../server/services/testing/smtp-server.ts";
import { type Claims, oidcServer } from "./oidc-server.ts";
import { ADMIN } from "./pages/panel-page.ts";
import { freePort } from "./panel.ts";
import { findProcess } from "./processes.ts";
import { expect, JAIL, type Panel, test as story } from "./story.ts";

let panel: Panel;
let smtp: TestSmtpServer;
let club: Awaited<ReturnType<typeof oidcServer>>;
const authority = join(tmpdir(), `knast-e2e-${randomUUID()}.pem`);
const hooks: { headers: IncomingHttpHeaders; body: string }[] = [];
const receiver = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => (hooks.push({ headers: request.headers, body }), response.end("thanks")));
});

const test = story.extend({
  // oxlint-disable-next-line no-empty-pattern
  launch: async ({}, use) => {
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    smtp = await smtpServer();
    club = await oidcServer(`${origin}/api/auth/callback/sign-on`);
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    writeFileSync(authority, SELF_MADE.cert, { mode: 0o644 });
    const mail = {
      KNAST_SMTP_URL: `smtp://panel:right%20p%40ss@127.0.0.1:${smtp.port}?tls=required`,
      NODE_EXTRA_CA_CERTS: authority,
      KNAST_MAIL_FROM: "KnastHorst <panel@example.org>",
    };
    await use({ port, env: { KNAST_ORIGIN: origin, ...mail, ...club.env } });
    receiver.closeAllConnections();
    receiver.close();
    club.stop();
    await smtp.stop();
    rmSync(authority, { force: true });
  },
});
test.use({ beginning: "one jail" });
test.beforeEach(({ panel: started }) => void (panel = started));

/** At the provider: its own pages, once in each browser. */
async function beAtClub(page: Page, name: string) {
  await page.waitForURL(/localhost/);
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}
const inPanel = (page: Page) => expect(page.getByRole("button", { name: "Account" })).toBeVisible();
const byClub = async (page: Page) => {
  await page.goto(`${panel.url}/sign-in`);
  await page.getByRole("button", { name: "Sign in by the club" }).click();
};
const refused = (page: Page, why: string) =>
  expect(page.getByRole("alert").filter({ hasText: why }).first()).toBeVisible();
/** Whatever the browser holds, it is no session. */
const noSession = async (context: BrowserContext) =>
  expect((await context.request.get(`${panel.url}/api/notices`)).status()).toBe(401);
const list = (page: Page) => page.getByRole("list", { name: "Notices" }).getByRole("listitem");

test("a friend is told what happens to his jail, in the panel, by mail and by webhook, and signs in by single sign-on", async ({
  admin,
  visitor,
}) => {
  await test.step("the admin tries the mail server", async () => {
    const { page } = admin;
    await page.goto(`${panel.url}/notices`);
    const to = page.getByLabel("Send a test mail to");
    const send = page.getByRole("button", { name: "Send a test mail" });
    await to.fill("nobody@example.org");
    await send.click();
    await expect(page.getByText("The mail server takes no mail for this address.")).toBeVisible();
    await to.fill("erdgeist@example.org");
    await send.click();
    await expect(page.getByText("The mail server took the mail for erdgeist@example.org.")).toBeVisible();
    expect(smtp.mails).toMatchObject([{ to: ["erdgeist@example.org"], user: "panel", secure: true }]);
  });

  const link = await admin.createFriend("olaf", [JAIL]);
  const olaf = await visitor();

  await test.step("his welcome link is taken by single sign-on, from another site, with a Strict session", async () => {
    await olaf.page.goto(link);
    await olaf.page.getByRole("button", { name: "No password, but the club" }).click();
    await olaf.page.waitForURL(/localhost/);
    const before = await olaf.context.cookies(panel.url);
    const ways = before.filter(({ name }) => /-way-(intent|state|pkce|nonce)-/.test(name));
    expect(ways).toHaveLength(4);
    for (const cookie of ways) expect(cookie, cookie.name).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    await beAtClub(olaf.page, "olaf-at-club");
    await inPanel(olaf.page);
    await expect(olaf.page.getByRole("link", { name: JAIL }).first()).toBeVisible();
    const after = await olaf.context.cookies(panel.url);
    expect(after.filter(({ name }) => /-way-(intent|state|pkce|nonce)-/.test(name))).toEqual([]);
    expect(after.find(({ name }) => /^knast-[0-9a-f]{8}$/.test(name))).toMatchObject({
      httpOnly: true,
      sameSite: "Strict",
    });
  });

  const secret = await test.step("he says how he wants to be told", async () => {
    const { page } = olaf;
    await page.goto(`${panel.url}/notices`);
    await page.getByLabel("Mail address").fill("olaf@example.org");
    await page.getByRole("switch", { name: "Notices by mail" }).click();
    await page
      .getByLabel("Webhook", { exact: true })
      .fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`);
    await page.getByRole("checkbox", { name: "Somebody else restarted a jail: by mail" }).uncheck();
    await page.getByRole("button", { name: "Save how I am told" }).click();
    const shown = page.getByText(/^whsec_/);
    await expect(shown).toBeVisible();
    return (await shown.textContent())!;
  });

  await test.step("the admin starts his jail: it is in the bar, on the page, in his mail; the webhook may not lead there", async () => {
    await admin.startJail(JAIL);
    const { page } = olaf;
    await expect.poll(() => smtp.mails.length, { timeout: 30_000 }).toBe(2);
    expect(smtp.mails[1]!.raw).toMatch(/^Subject: erdgeist started erdgeist_org\r$/m);
    expect(smtp.mails[1]!.raw).toContain(`${panel.url}/notices`);
    await expect(async () => {
      await page.reload();
      await expect(list(page).first()).toContainText("It leads to an address of this host", { timeout: 3000 });
    }).toPass({ timeout: 30_000 });
    await expect(page.getByRole("link", { name: "Notices, 1 new" })).toBeVisible();
    await expect(list(page).first()).toContainText("erdgeist started erdgeist_org");
    expect(hooks).toEqual([]);
  });

  await test.step("with the admin's leave it is posted there, signed", async () => {
    await admin.page.goto(`${panel.url}/notices`);
    await admin.page.getByRole("switch", { name: "Webhooks into private networks" }).click();
    await expect(admin.page.getByRole("switch", { name: "Webhooks into private networks" })).toBeChecked();
    await admin.stopJail(JAIL);
    await expect.poll(() => hooks.length, { timeout: 30_000 }).toBe(1);
    const { headers, body } = hooks[0]!;
    const at = Number(headers["webhook-timestamp"]);
    expect(headers).toMatchObject(signedHeaders(secret, String(headers["webhook-id"]), at, body));
    expect(JSON.parse(body)).toMatchObject({ type: "jail-stopped", data: { title: "erdgeist stopped erdgeist_org" } });
  });

  await test.step("knast-web is killed: nothing is told twice, and what happened meanwhile is not missed", async () => {
    process.kill(findProcess("dist/knast-web.js", `:${smtp.port}?`), "SIGKILL");
    // By hand, through the daemon, while nobody looks.
    panel.onHost("jail", "-f", `${panel.etc}/jail.conf.d/${JAIL}.conf`, "-c", JAIL);
    await expect.poll(() => hooks.length, { timeout: 60_000 }).toBe(2);
    expect(JSON.parse(hooks[1]!.body)).toMatchObject({
      data: { title: "erdgeist_org was started by hand on the host" },
    });
    await olaf.page.goto(`${panel.url}/notices`);
    await expect(list(olaf.page)).toHaveCount(3);
    expect(new Set(hooks.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
  });

  await test.step("work on the base is said beforehand and taken back; all is read", async () => {
    const { page } = admin;
    await page.goto(`${panel.url}/bases/basejail/update`);
    await page.getByLabel("When").fill(new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 16));
    await page.getByLabel("Note").fill("Ten minutes.");
    await page.getByRole("button", { name: "Tell the jails' people" }).click();
    await expect(page.getByRole("list", { name: "Planned work" })).toContainText(JAIL);
    await page.getByRole("button", { name: /^Take back/ }).click();
    await expect(page.getByRole("list", { name: "Planned work" })).toHaveCount(0);
    await olaf.page.goto(`${panel.url}/notices`);
    await expect(list(olaf.page)).toHaveCount(5);
    await expect(list(olaf.page).nth(1)).toContainText("Ten minutes.");
    await expect(list(olaf.page).first()).toContainText("was taken back");
    if (process.env["KNAST_LOOK"]) await look(olaf.page, process.env["KNAST_LOOK"]);
    await olaf.page.getByRole("button", { name: "Mark all as read" }).click();
    await expect(olaf.page.getByRole("link", { name: "Notices", exact: true })).toBeVisible();
  });

  await test.step("the admin links his account on purpose, and olaf's there is not to be had", async () => {
    const { page } = admin;
    await page.goto(`${panel.url}/notices`);
    await page.getByRole("button", { name: "Link my account at the club" }).click();
    await beAtClub(page, "boss-at-club");
    await expect(page.getByRole("list", { name: "Linked sign-ons" })).toContainText("boss-at-club");
    const other = await visitor();
    await other.signIn(ADMIN);
    await other.page.goto(`${panel.url}/notices`);
    await other.page.getByRole("button", { name: "Link my account at the club" }).click();
    await beAtClub(other.page, "olaf-at-club");
    await refused(other.page, "This sign-on belongs to another account.");
    await other.page.goto(`${panel.url}/notices`);
    await expect(other.page.getByRole("list", { name: "Linked sign-ons" })).not.toContainText("olaf-at-club");
    await other.context.close();
  });

  const boss = await visitor();
  await test.step("and signs in by it", async () => {
    await byClub(boss.page);
    await beAtClub(boss.page, "boss-at-club");
    await inPanel(boss.page);
    await boss.page.goto(`${panel.url}/notices`);
    await expect(boss.page.getByText("You signed in from a new device").first()).toBeVisible();
    await boss.page.goto(`${panel.url}/friends`);
    await expect(boss.page.getByText("olaf").first()).toBeVisible();
    await boss.context.request.get(`${panel.url}/jails`);
    await boss.page.getByRole("button", { name: "Account" }).click();
    await boss.page.getByRole("menuitem", { name: "Sign out" }).click();
    await expect(boss.page).toHaveURL(/\/sign-in/);
    await noSession(boss.context);
  });

  await test.step("whom the panel does not know is nobody here, whatever his mail address is", async () => {
    const stig = await visitor();
    await byClub(stig.page);
    await beAtClub(stig.page, "stig-at-club");
    await refused(stig.page, "Nobody here is known by this sign-on.");
    await noSession(stig.context);
    await admin.page.goto(`${panel.url}/friends`);
    await expect(admin.page.getByText("stig")).toHaveCount(0);
    await admin.page.goto(`${panel.url}/notices`);
    await admin.page.getByRole("switch", { name: "Accounts by single sign-on" }).click();
    await expect(admin.page.getByRole("switch", { name: "Accounts by single sign-on" })).toBeChecked();
    await byClub(stig.page);
    await inPanel(stig.page);
    await expect(stig.page.getByText("No jail yet.").first()).toBeVisible();
    expect((await stig.context.request.get(`${panel.url}/friends`)).status()).toBe(404);
    await stig.context.close();
  });

  await test.step("a provider that lies in its token gets nobody in", async () => {
    const without = (claims: Claims, name: string): Claims =>
      Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
    const lies: Record<string, (claims: Claims) => Claims> = {
      "another nonce": (claims) => ({ ...claims, nonce: "x".repeat(43) }),
      "no nonce": (claims) => without(claims, "nonce"),
      "another audience": (claims) => ({ ...claims, aud: "another-client" }),
      "another issuer": (claims) => ({ ...claims, iss: "http://localhost:1" }),
      "an old token": (claims) => ({ ...claims, iat: 1_000_000_000, exp: 1_000_000_600 }),
      "no subject": (claims) => without(claims, "sub"),
      "a subject that is no text": (claims) => ({ ...claims, sub: { not: "" } }),
    };
    const before = club.exchanged;
    for (const [what, lie] of Object.entries(lies)) {
      club.lie = lie;
      await byClub(boss.page);
      await expect(boss.page.getByText("The single sign-on did not come to its end."), what).toBeVisible();
      await noSession(boss.context);
    }
    club.lie = null;
    expect(club.exchanged - before).toBe(Object.keys(lies).length);
  });

  await test.step("a way back works once, in the browser that set out, with its own state, and leads nowhere else", async () => {
    const failed = "The single sign-on did not come to its end.";
    let out = "";
    const provider = `${club.issuer}/auth?*`;
    // Answered and not aborted: Chromium loads a page that failed again by itself.
    await boss.page.route(provider, (route) => ((out = route.request().url()), route.fulfill({ body: "not now" })));
    await byClub(boss.page);
    await expect.poll(() => out).toContain("state=");
    await boss.page.unroute(provider);
    const back = await boss.context.request.get(out, { maxRedirects: 0 });
    const way = back.headers()["location"] ?? "";
    expect(way).toMatch(/^http:\/\/127\.0\.0\.1.*code=/);
    const victim = await visitor();
    await victim.page.goto(way);
    await refused(victim.page, failed);
    await byClub(victim.page);
    await victim.page.waitForURL(/localhost/);
    await victim.page.goto(way);
    await refused(victim.page, failed);
    await noSession(victim.context);
    await boss.page.goto(way.replace(/iss=[^&]+/, "iss=http%3A%2F%2Flocalhost%3A1"));
    await refused(boss.page, failed);
    await noSession(boss.context);
    await byClub(boss.page);
    await inPanel(boss.page);
    await boss.page.goto(way);
    await refused(boss.page, failed);

    // next-auth's own form, without our page: it sets out, but nobody comes in by it, and no wish of its decides the page.
    const { csrfToken } = (await (await victim.context.request.get(`${panel.url}/api/auth/csrf`)).json()) as {
      csrfToken: string;
    };
    const answer = await victim.context.request.post(`${panel.url}/api/auth/signin/sign-on`, {
      headers: { origin: panel.url },
      form: { csrfToken, callbackUrl: "https://evil.example/" },
      maxRedirects: 0,
    });
    expect(answer.headers()["location"]).toMatch(new RegExp(`^${club.issuer}/`));
    await victim.page.goto(answer.headers()["location"]!);
    await beAtClub(victim.page, "boss-at-club");
    await refused(victim.page, failed);
    expect(victim.page.url()).toMatch(new RegExp(`^${panel.url}/sign-in`));
    await noSession(victim.context);
    const signedIn = await victim.context.request.get(`${panel.url}/signed-in?then=https://evil.example/`);
    expect(await signedIn.text()).toContain(`<meta http-equiv="refresh" content="0; url=/"/>`);
    await victim.context.close();
  });

  await test.step("a disabled account is nobody by single sign-on either", async () => {
    await admin.page.goto(`${panel.url}/friends`);
    await admin.page.getByRole("button", { name: "Disable olaf" }).click();
    await expect(admin.page.getByRole("button", { name: "Enable olaf" })).toBeVisible();
    await byClub(olaf.page);
    await refused(olaf.page, "Nobody here is known by this sign-on.");
    await noSession(olaf.context);
  });
});

async function look(page: Page, to: string) {
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.screenshot({ path: `${to}-1280.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: `${to}-390.png` });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("main").evaluate((main) => main.scrollTo(0, 900));
  await page.screenshot({ path: `${to}-390-dark.png` });
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 1280, height: 720 });
}
