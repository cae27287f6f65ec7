import { afterEach, beforeEach, expect, it } from "vitest";
import { InviteForm } from "../../contract/grants.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { type Db, db, type Transaction, useDb } from "../db.ts";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { smtpServer, type TestSmtpServer } from "../testing/smtp-server.ts";
import { makeInvitation } from "./make-invitation.ts";

const ORIGIN = "https://panel.example.org";
let panel: TestPanel;
let smtp: TestSmtpServer;
let anna: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  smtp = await smtpServer();
  anna = { ...(await panel.actor("anna", "admin")), origin: ORIGIN };
  panel.daemon.jails = [jail("mail")];
  const KNAST_SMTP_URL = `smtp://127.0.0.1:${smtp.port}`;
  Object.assign(process.env, { KNAST_SMTP_URL, KNAST_MAIL_FROM: "panel@example.org", KNAST_ORIGIN: ORIGIN });
});
afterEach(async () => {
  for (const name of ["KNAST_SMTP_URL", "KNAST_MAIL_FROM", "KNAST_ORIGIN"]) delete process.env[name];
  await smtp.stop();
  await panel.stop();
});

const invite = (ctx: Ctx, email: string | null = "guest@example.org") =>
  makeInvitation(ctx, InviteForm.parse({ grants: [{ name: "mail", rights: ["see"] }], email }));

it("mails ten an hour of one account, and shows the link of each", async () => {
  for (let i = 0; i < 12; i++) {
    const { link, mailed } = await invite(anna);
    expect([link.url.startsWith(`${ORIGIN}/invitation/`), mailed], `mail ${i}`).toEqual([true, i < 10]);
  }
  expect(smtp.mails).toHaveLength(10);
  expect(smtp.mails[0]!.raw).toContain(`${ORIGIN}/invitation/`);
  expect((await invite({ ...(await panel.actor("berta", "admin")), origin: ORIGIN })).mailed).toBe(true);
});

it("mails no link that leads where a request says", async () => {
  delete process.env.KNAST_ORIGIN;
  const { link, mailed } = await invite({ ...anna, origin: "http://evil.example.org" });
  expect([link.url.startsWith("http://evil.example.org/"), mailed]).toEqual([true, false]);
  expect(smtp.mails).toEqual([]);
});

/** Whoever has counted dawdles, so that others count before he writes. */
function dawdling<T extends Transaction>(on: T): T {
  const count = async (args: object) => {
    const open = await on.invitation.count(args);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return open;
  };
  const transact = (work: (on: Transaction) => Promise<unknown>) =>
    (on as unknown as Db).$transaction((inner) => work(dawdling(inner)));
  const invitation = new Proxy(on.invitation, {
    get: (target, name) => (name === "count" ? count : Reflect.get(target, name, target)),
  });
  const own: Record<string | symbol, unknown> = { invitation, $transaction: transact };
  return new Proxy(on, { get: (target, name) => own[name] ?? Reflect.get(target, name, target) });
}

it("keeps to fifty that are open, also of many at once", async () => {
  const row = { createdById: anna.actor.id, expiresAt: new Date(Date.now() + 3_600_000) };
  await db().invitation.createMany({ data: Array.from({ length: 48 }, (_, i) => ({ ...row, tokenHash: String(i) })) });
  useDb(dawdling(db()));
  const code = (error: unknown) => (error instanceof KnastError ? error.code : String(error));
  const all = Array.from({ length: 6 }, () => invite(anna, null).then(() => "ok", code));
  expect((await Promise.all(all)).toSorted()).toEqual(["ok", "ok", ...Array(4).fill("too_many")].toSorted());
  expect(await db().invitation.count()).toBe(50);
});
