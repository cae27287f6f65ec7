import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { setAdminSettings } from "../panel-settings/admin-settings.ts";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { smtpServer } from "../testing/smtp-server.ts";
import { Deliveries } from "./deliver.ts";
import { listNotices } from "./list-notices.ts";
import { notify } from "./notify.ts";
import { postWebhook } from "./post-webhook.ts";
import { setPreferences } from "./preferences.ts";
import { MAX_ATTEMPTS, waitAfter } from "./retry-plan.ts";
import { signedHeaders } from "./webhook-signature.ts";

type Got = { path: string; headers: IncomingMessage["headers"]; body: string };
let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
const undo: (() => unknown)[] = [];
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
});
afterEach(async () => {
  delete process.env.KNAST_SMTP_URL;
  delete process.env.KNAST_MAIL_FROM;
  for (const each of undo.splice(0)) await each();
  await panel.stop();
});

async function receiver(
  answer: (response: ServerResponse, got: Got) => void = (response) => response.end("no secret"),
) {
  const got: Got[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const one = { path: request.url!, headers: request.headers, body };
    got.push(one);
    answer(response, one);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => (server.closeAllConnections(), server.close()));
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` };
}
const allow = (privateWebhooks: boolean) => setAdminSettings(admin, { privateWebhooks, accountsBySignOn: false });
const prefer = (over: object) => setPreferences(olaf, { email: null, byMail: false, webhook: null, off: {}, ...over });
const tell = () =>
  notify({
    accounts: [olaf.actor.id],
    kind: "jail-stopped",
    jail: { id: "a".repeat(32), name: "mail" },
    facts: { by: "anna" },
  });
/** One turn, to its end. */
async function turn(now = Date.now(), deliveries = new Deliveries()): Promise<number> {
  const begun = await deliveries.begin(now);
  await deliveries.settled();
  return begun;
}
const fate = async () => (await listNotices(olaf)).notices.flatMap(({ deliveries }) => deliveries);

it("posts a signed notice once", async () => {
  const { got, url } = await receiver();
  await allow(true);
  const { secret } = await prefer({ webhook: url });
  await tell();
  expect([await turn(), await turn(Date.now() + 24 * 3_600_000)]).toEqual([1, 0]);
  expect(got).toHaveLength(1);
  const { headers, body } = got[0]!;
  const [id, time] = [String(headers["webhook-id"]), Number(headers["webhook-timestamp"])];
  expect(headers).toMatchObject(signedHeaders(secret!, id, time, body));
  expect(Math.abs(Date.now() / 1000 - time)).toBeLessThan(60);
  expect(JSON.parse(body)).toMatchObject({
    type: "jail-stopped",
    data: { kind: "jail-stopped", jail: { name: "mail" }, title: "anna stopped mail", facts: { by: "anna" } },
  });
  expect(await fate()).toEqual([{ channel: "webhook", state: "sent", failure: null }]);
});

it("sends a mail with what the panel says and where it says so", async () => {
  const { port, mails, stop } = await smtpServer();
  undo.push(stop);
  Object.assign(process.env, { KNAST_SMTP_URL: `smtp://127.0.0.1:${port}`, KNAST_MAIL_FROM: "panel@example.org" });
  await prefer({ email: "olaf@example.org", byMail: true });
  await tell();
  await turn();
  expect(mails).toMatchObject([{ to: ["olaf@example.org"] }]);
  expect(mails[0]!.raw).toMatch(/^Subject: anna stopped mail\r$/m);
  expect(await fate()).toEqual([{ channel: "mail", state: "sent", failure: null }]);
});

it("goes nowhere near the host or a jail without the admin's leave, by number or by name", async () => {
  const { got, url } = await receiver();
  panel.daemon.jails = [jail("mail", { addresses: ["93.184.216.34", "2606:2800:220:1::1"] })];
  for (const bad of [
    url,
    url.replace("127.0.0.1", "localhost"),
    "http://93.184.216.34/",
    "http://[2606:2800:220:1:0::1]/",
  ]) {
    await prefer({ webhook: bad });
    await tell();
    await turn();
    const [last] = await fate();
    expect(last, bad).toMatchObject({ state: "waiting", failure: expect.stringMatching(/^It leads to an address/) });
    await db().notice.deleteMany();
  }
  expect(got).toEqual([]);
});

it("does not guess that an address is nobody's while the daemon can't say so", async () => {
  await prefer({ webhook: "http://93.184.216.34/" });
  await tell();
  panel.daemon.answer["jail.list"] = () => {
    throw new Error("away");
  };
  await turn();
  expect(await fate()).toMatchObject([{ state: "waiting", failure: expect.stringMatching(/went wrong/) }]);
});

it.each([
  ["a redirect", (r: ServerResponse) => r.writeHead(302, { location: "http://127.0.0.1:1/" }).end(), /redirect/],
  [
    "an error",
    (r: ServerResponse) => r.writeHead(500).end("<b>secret of the inside</b>"),
    /^It answered with status 500\.$/,
  ],
  ["a broken answer", (r: ServerResponse) => r.destroy(), /^It can't be reached\.$/],
])("notes %s without a word of the answer, and tries again by the plan until it gives up", async (_, answer, why) => {
  const { got, url } = await receiver(answer);
  await allow(true);
  await prefer({ webhook: url });
  await tell();
  let now = Date.now() + 1000;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    expect(await turn(now), `attempt ${attempt}`).toBe(1);
    expect(await fate()).toMatchObject([
      { state: attempt === MAX_ATTEMPTS ? "given up" : "waiting", failure: expect.stringMatching(why) },
    ]);
    const wait = waitAfter(attempt) ?? 30 * 24 * 3_600_000;
    expect(await turn(now + wait - 1)).toBe(0);
    now += wait;
  }
  expect(await turn(now)).toBe(0);
  expect(got).toHaveLength(MAX_ATTEMPTS);
  expect(new Set(got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
});

it("after a kill in the middle the same delivery comes again, under the same id", async () => {
  const { got, url } = await receiver((response, one) => (got.indexOf(one) === 0 ? undefined : response.end()));
  await allow(true);
  await prefer({ webhook: url });
  await tell();
  const killed = new Deliveries();
  await killed.begin();
  await expect.poll(() => got.length).toBe(1);
  // Another process: it knows nothing but the database.
  expect(await turn()).toBe(0);
  expect(await turn(Date.now() + waitAfter(1)!)).toBe(1);
  expect(got[1]!.headers["webhook-id"]).toBe(got[0]!.headers["webhook-id"]);
  expect(await fate()).toMatchObject([{ state: "sent" }]);
  undo.pop()!();
  await killed.settled();
});

it("two turns at once send nothing twice", async () => {
  const { got, url } = await receiver();
  await allow(true);
  await prefer({ webhook: url });
  for (let i = 0; i < 4; i++) await tell();
  for (let i = 0; i < 4; i++) await Promise.all([turn(), turn(), turn()]);
  expect(new Set(got.map(({ headers }) => headers["webhook-id"])).size).toBe(4);
  expect(got).toHaveLength(4);
});

it("one person's dead server holds up nobody else", async () => {
  const dead = await receiver(() => {});
  const good = await receiver();
  await allow(true);
  await prefer({ webhook: dead.url });
  await setPreferences(admin, { email: null, byMail: false, webhook: good.url, off: {} });
  for (let i = 0; i < 30; i++) await tell();
  await notify({ accounts: [admin.actor.id], kind: "new-device" });
  const deliveries = new Deliveries();
  for (let i = 0; i < 3; i++) await deliveries.begin();
  await expect.poll(() => good.got.length).toBe(1);
  await expect.poll(() => dead.got.length).toBe(2);
  for (const each of undo.splice(0)) await each();
  await deliveries.settled();
});

it("takes no more than thirty mails an hour for one person", async () => {
  const { port, mails, stop } = await smtpServer();
  undo.push(stop);
  Object.assign(process.env, { KNAST_SMTP_URL: `smtp://127.0.0.1:${port}`, KNAST_MAIL_FROM: "panel@example.org" });
  await prefer({ email: "olaf@example.org", byMail: true });
  for (let i = 0; i < 32; i++) await tell();
  while ((await turn()) > 0);
  expect(mails).toHaveLength(30);
  expect((await fate()).filter(({ failure }) => failure === "Too many mails in this hour.")).toHaveLength(2);
  while ((await turn(Date.now() + 2 * 3_600_000)) > 0);
  expect(mails).toHaveLength(32);
});

it("sends nothing for an account that is disabled or has taken the address away", async () => {
  const { got, url } = await receiver();
  await allow(true);
  await prefer({ webhook: url });
  await tell();
  await db().account.update({ where: { id: olaf.actor.id }, data: { endsAt: new Date(0) } });
  await turn();
  await db().account.update({ where: { id: olaf.actor.id }, data: { endsAt: null } });
  await tell();
  await prefer({});
  await turn();
  expect((await fate()).map(({ state }) => state)).toEqual(["given up", "given up"]);
  expect(got).toEqual([]);
});

it("gives up on an answer that does not come, trickles or never ends its head", async () => {
  for (const hang of [
    () => {},
    (response: ServerResponse) => {
      const timer = setInterval(() => response.socket?.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    },
  ]) {
    const { url } = await receiver(hang);
    const post = { url, body: "{}", headers: {}, own: new Set<string>(), allowPrivate: true };
    await expect(postWebhook(post, 300)).rejects.toThrow(/^It (did not answer|can't be reached)/);
  }
});
