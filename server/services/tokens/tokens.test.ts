import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { GrantRight, InviteForm } from "../../contract/grants.ts";
import { TokenForm } from "../../contract/token.ts";
import { deleteAccount } from "../accounts/delete-account.ts";
import { disableAccount } from "../accounts/disable-account.ts";
import { enableAccount } from "../accounts/enable-account.ts";
import { newPasswordLink } from "../accounts/new-password-link.ts";
import { setPassword } from "../accounts/set-password.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { beginSession } from "../accounts/sessions.ts";
import { cameBy, stillActor } from "../accounts/still-actor.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { setGrant } from "../grants/set-grant.ts";
import { takeGrant } from "../grants/take-grant.ts";
import { acceptInvitation } from "../invitations/accept-invitation.ts";
import { invitationsOf } from "../invitations/list-invitations.ts";
import { makeInvitation } from "../invitations/make-invitation.ts";
import { revokeInvitation } from "../invitations/revoke-invitation.ts";
import { listJails } from "../jails/list-jails.ts";
import { jail } from "../testing/fake-daemon.ts";
import { setPolicy } from "../second-factor/set-policy.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { endToken } from "./end-token.ts";
import { listTokens, listTokensOfOthers } from "./list-tokens.ts";
import { makeToken } from "./make-token.ts";
import { readToken, tokenActor } from "./read-token.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  panel.daemon.jails.push(jail("web"), jail("mail"), jail("by_hand", { id: null }));
  for (const name of ["web", "mail"]) await assignJail(admin, { name, account: olaf.actor.id });
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );
const make = (ctx: Ctx, over: Partial<TokenForm> = {}) =>
  makeToken(ctx, TokenForm.parse({ name: "backup", rights: [...GrantRight.options], jails: null, days: 90, ...over }));
const invitationTo = (name: string, rights: GrantRight[]) => InviteForm.parse({ grants: [{ name, rights }] });
const come = (secret: string, source = "192.0.2.9") => readToken(`Bearer ${secret}`, source);
const as = async (secret: string): Promise<Ctx> => ({ ...visitor, actor: (await come(secret))! });

describe("a token", () => {
  it("is shown once, of 256 random bits, and stored as a hash only", async () => {
    const secrets = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const { secret, token } = await make(olaf);
      expect(secret).toMatch(/^knast_[A-Za-z0-9_-]{43}$/);
      expect(secret.startsWith(token.hint)).toBe(true);
      expect(token.hint).toHaveLength(10);
      secrets.add(secret);
    }
    expect(secrets.size).toBe(5);
    const stored = JSON.stringify([await db().apiToken.findMany(), panel.audit, await listTokens(olaf)]);
    for (const secret of secrets) expect(stored).not.toContain(secret);
  });

  it("says who comes, and from where he came last", async () => {
    const { secret, token } = await make(olaf, { rights: ["see", "power"], jails: ["web"] });
    const actor = await come(secret, "192.0.2.9");
    expect(actor).toMatchObject({ id: olaf.actor.id, name: "olaf", role: "friend", session: "" });
    expect(actor?.scope).toMatchObject({ token: token.id, rights: ["see", "power"], admin: false });
    expect(actor?.scope?.jails).toEqual([panel.daemon.jails[0]!.id]);
    const [noted] = await listTokens(olaf);
    expect(noted).toMatchObject({ lastUsedFrom: "192.0.2.9", state: "good", jails: [{ name: "web" }] });
    expect(Date.now() - Date.parse(noted!.lastUsedAt!)).toBeLessThan(60_000);
    await come(secret, "192.0.2.10");
    expect((await listTokens(olaf))[0]?.lastUsedFrom).toBe("192.0.2.10");
    // Asking whether an open stream may go on is no use.
    await db().apiToken.update({ where: { id: token.id }, data: { lastUsedAt: null, lastUsedFrom: null } });
    expect(await stillActor(cameBy(actor!), true)).not.toBeNull();
    expect((await listTokens(olaf))[0]?.lastUsedFrom).toBeNull();
  });

  it("is nobody's in any other spelling", async () => {
    const { secret } = await make(olaf);
    for (const header of [
      undefined,
      "",
      secret,
      `Basic ${secret}`,
      `Bearer ${secret} x`,
      `Bearer ${secret}x`,
      `Bearer ${secret.slice(0, -1)}`,
      `Bearer ${secret.toUpperCase()}`,
      `Bearer knast_${"A".repeat(43)}`,
      `Bearer\t${secret}`,
      `Bearer ${secret}, Bearer ${secret}`,
    ])
      expect(await readToken(header, "x"), String(header)).toBeNull();
    expect(await readToken(`bearer  ${secret}`, "x")).not.toBeNull();
  });

  it("lives no longer than it was made for, and that is a year at most", async () => {
    const { secret, token } = await make(olaf, { days: 1 });
    const end = Date.parse(token.expiresAt!);
    expect(await tokenActor(token.id, undefined, end - 1000)).not.toBeNull();
    expect(await tokenActor(token.id, undefined, end)).toBeNull();
    await db().apiToken.update({ where: { id: token.id }, data: { expiresAt: new Date(Date.now() - 1) } });
    expect(await come(secret)).toBeNull();
    expect((await listTokens(olaf))[0]?.state).toBe("expired");
    for (const days of [0, -1, 367, 1.5, Infinity])
      expect(TokenForm.safeParse({ name: "x", rights: [], jails: null, days }).success, String(days)).toBe(false);
  });

  it("ends with what ends its account's sessions, and stays ended", async () => {
    const ends: Record<string, () => Promise<unknown>> = {
      disabled: () => disableAccount(admin, { account: olaf.actor.id }),
      enabled: () => enableAccount(admin, { account: olaf.actor.id }),
    };
    const { secret } = await make(olaf);
    const passes = await as(secret);
    for (const [name, act] of Object.entries(ends)) {
      await act();
      expect(await come(secret), name).toBeNull();
      expect(await stillActor(cameBy(passes.actor), true), name).toBeNull();
    }
    expect((await listTokensOfOthers(admin))[0]).toMatchObject({ state: "ended", account: { name: "olaf" } });
    // His session has ended too: he signs in again.
    const { sid } = await beginSession(olaf.actor.id);
    const back = { ...olaf, actor: { ...olaf.actor, session: sid } };
    const second = await make(back);
    expect(await come(second.secret)).not.toBeNull();
    const { url } = await newPasswordLink(admin, { account: olaf.actor.id });
    expect(await come(second.secret)).not.toBeNull();
    await setPassword(visitor, { token: url.split("/").at(-1)!, password: "another password" });
    expect(await come(second.secret)).toBeNull();
    const again = await beginSession(olaf.actor.id);
    const third = await make({ ...olaf, actor: { ...olaf.actor, session: again.sid } });
    await db().account.update({ where: { id: olaf.actor.id }, data: { endsAt: new Date(Date.now() - 1) } });
    expect(await come(third.secret)).toBeNull();
    await db().account.update({ where: { id: olaf.actor.id }, data: { endsAt: null } });
    expect(await come(third.secret)).not.toBeNull();
    await deleteAccount(admin, { account: olaf.actor.id });
    expect(await come(third.secret)).toBeNull();
    expect(await db().apiToken.count()).toBe(0);
  });
});

it("of whoever has yet to set up a second factor is nobody's until he has", async () => {
  const [his, hers] = [await make(olaf), await make(admin)];
  const both = async () => [await come(his.secret), await come(hers.secret)].map((actor) => actor?.name ?? null);
  const passes = (await come(hers.secret))!;
  await setPolicy(admin, { policy: "admins" });
  expect(await both()).toEqual(["olaf", null]);
  expect(await stillActor(cameBy(passes), true)).toBeNull();
  await setPolicy(admin, { policy: "all" });
  expect(await both()).toEqual([null, null]);
  await db().account.update({ where: { id: olaf.actor.id }, data: { totpConfirmedAt: new Date() } });
  const key = { id: "k", accountId: admin.actor.id, name: "k", publicKey: new Uint8Array(), counter: 0n };
  await db().passkey.create({ data: { ...key, transports: "" } });
  expect(await both()).toEqual(["olaf", "anna"]);
});

describe("tokens", () => {
  it("never may more than their account, nor more than they say", async () => {
    const all = await as((await make(olaf)).secret);
    expect((await listJails(all)).map(({ name, rights }) => [name, rights.length])).toEqual([
      ["mail", 7],
      ["web", 7],
    ]);
    const few = await as((await make(olaf, { rights: ["power"], jails: ["web"] })).secret);
    expect((await listJails(few)).map(({ name, rights }) => [name, rights])).toEqual([["web", ["see", "power"]]]);
    const { jailId } = (await db().grant.findFirst({ where: { jailName: "web" } }))!;
    await db().grant.updateMany({ where: { jailId }, data: { power: false } });
    expect((await listJails(few)).map(({ rights }) => rights)).toEqual([["see"]]);
    await db().grant.deleteMany({ where: { jailId } });
    expect(await listJails(few)).toEqual([]);
    expect((await listTokens(olaf))[0]?.jails).toEqual([{ id: jailId, name: null }]);
    // A jail made anew under the name is another one.
    const annas = await as((await make(admin, { jails: ["mail"] })).secret);
    expect((await listJails(annas)).map(({ name }) => name)).toEqual(["mail"]);
    panel.daemon.jails[1] = jail("mail");
    expect(await listJails(annas)).toEqual([]);
  });

  it("share no right that they lack, and without the one to invite nothing", async () => {
    const give = (ctx: Ctx, rights: GrantRight[]) => code(makeInvitation(ctx, invitationTo("web", rights)));
    const some = await as((await make(olaf, { rights: ["power", "invite"] })).secret);
    expect(await give(some, ["see", "power", "shell"])).toBe("invalid");
    expect(await give(some, ["see", "power"])).toBe("ok");
    const { link } = await makeInvitation(olaf, invitationTo("web", ["see", "shell"]));
    const berta = await panel.actor("berta");
    await acceptInvitation(berta, { token: link.url.split("/").at(-1)! });
    const hers = { name: "web", account: berta.actor.id, shellAs: "root", endsAt: null };
    expect(await code(setGrant(some, { ...hers, rights: ["see", "shell"] }))).toBe("invalid");
    expect(await code(setGrant(some, { ...hers, rights: ["see", "power"] }))).toBe("ok");

    const [open] = await invitationsOf(olaf.actor.id);
    const all = GrantRight.options.filter((right) => right !== "invite");
    const looks = await as((await make(olaf, { rights: all })).secret);
    for (const account of [olaf.actor.id, berta.actor.id])
      expect(await code(takeGrant(looks, { name: "web", account }))).toBe("forbidden");
    expect(await code(revokeInvitation(looks, { invitation: open!.id }))).toBe("forbidden");
    const elsewhere = await as((await make(olaf, { jails: ["mail"] })).secret);
    expect(await code(revokeInvitation(elsewhere, { invitation: open!.id }))).toBe("not_found");
    expect(await code(revokeInvitation(some, { invitation: open!.id }))).toBe("ok");
    for (const ctx of [await as((await make(berta, { rights: ["invite"] })).secret), some])
      expect(await code(takeGrant(ctx, { name: "web", account: ctx.actor.id }))).toBe("ok");
  });

  it("are an admin's only for an admin, and for all jails", async () => {
    expect(await code(make(olaf, { admin: true }))).toBe("forbidden");
    const form = { name: "x", admin: true, rights: [], jails: ["web"], days: 1 };
    expect(TokenForm.safeParse(form).success).toBe(false);
    const whole = await as((await make(admin, { admin: true, rights: [] })).secret);
    expect(await code(listTokensOfOthers(whole))).toBe("ok");
    expect((await listJails(whole)).at(-1)?.rights).toContain("destroy");
    const narrow = await as((await make(admin)).secret);
    expect(await code(listTokensOfOthers(narrow))).toBe("forbidden");
    expect((await listJails(narrow)).at(-1)?.rights).not.toContain("destroy");
    // An admin who is one no more.
    await db().account.update({ where: { id: admin.actor.id }, data: { role: "friend" } });
    const { actor } = whole;
    const now = await stillActor(cameBy(actor), false);
    expect(await code(listTokensOfOthers({ ...visitor, actor: now! }))).toBe("forbidden");
    expect(await listJails({ ...visitor, actor: now! })).toEqual([]);
  });

  it("are for jails that one has, made here", async () => {
    expect(await code(make(admin, { jails: ["by_hand"] }))).toBe("foreign");
    const berta = await panel.actor("berta");
    expect(await code(make(berta, { jails: ["web"] }))).toBe("not_found");
    expect(await code(make(berta, { jails: ["nowhere"] }))).toBe("not_found");
  });

  it("are made by people only, so many, and ended by themselves, their owner or the admin", async () => {
    const { secret, token } = await make(olaf);
    const other = (await make(olaf)).token;
    const itself = await as(secret);
    expect(await code(make(itself))).toBe("forbidden");
    expect((await listTokens(itself)).map(({ id }) => id)).toEqual([token.id]);
    expect(await code(endToken(itself, { token: other.id }))).toBe("not_found");
    const berta = await panel.actor("berta");
    expect(await code(endToken(berta, { token: other.id }))).toBe("not_found");
    expect(await code(endToken(berta, { token: "nothing" }))).toBe("not_found");
    expect(await code(endToken(itself, { token: token.id }))).toBe("ok");
    expect(await come(secret)).toBeNull();
    expect(await code(endToken(admin, { token: other.id }))).toBe("ok");
    expect(await listTokens(olaf)).toEqual([]);
    const row = { accountId: olaf.actor.id, name: "x", hint: "x", rights: "see" };
    await db().apiToken.createMany({ data: Array.from({ length: 50 }, (_, i) => ({ ...row, tokenHash: String(i) })) });
    expect(await code(make(olaf))).toBe("too_many");
    const lines = panel.audit.map((line) => JSON.parse(line).audit as { what: string; token?: string; result: string });
    expect(lines).toContainEqual(expect.objectContaining({ what: "token.end", token: token.id, result: "ok" }));
  });
});
