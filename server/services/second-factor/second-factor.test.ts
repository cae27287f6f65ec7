import { TOTP, Secret } from "otpauth";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { RecoveryCodeText } from "../../contract/second-factor.ts";
import { changePassword } from "../accounts/change-password.ts";
import { disableAccount } from "../accounts/disable-account.ts";
import { hashPassword } from "../accounts/password-hash.ts";
import { assertProved, prove, PROOF_MS, proveWays } from "../accounts/prove.ts";
import { actorOf, beginSession, whoIs } from "../accounts/sessions.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { destroyJail } from "../jails/destroy-jail.ts";
import { readPolicy } from "./policy.ts";
import { seal, unseal } from "../seal.ts";
import { endOneSession, endOtherSessions, endSessionsOf } from "../sessions/end-sessions.ts";
import { listSessions } from "../sessions/list-sessions.ts";
import { setSessionLimits } from "../sessions/session-limits.ts";
import { enter, redeemTicket, type Entry } from "../sign-in/enter.ts";
import { lookAtPending } from "../sign-in/pending.ts";
import { takeStep } from "../sign-in/second-step.ts";
import { signInByPassword } from "../sign-in/sign-in.ts";
import { listNotices } from "../notices/list-notices.ts";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { isChallenge, makeChallenge, useChallenge } from "./challenges.ts";
import { newRecoveryCodes, useRecoveryCode } from "./recovery-codes.ts";
import { noPasskeysAt } from "./relying-party.ts";
import { removeTotp } from "./remove-totp.ts";
import { resetSecondFactor } from "./reset-second-factor.ts";
import { setPolicy } from "./set-policy.ts";
import { beginTotp, confirmTotp } from "./set-up-totp.ts";
import { stepOf, useTotp } from "./totp.ts";

const PASSWORD = "right password";
let panel: TestPanel;
let anna: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  anna = await panel.actor("anna", "admin", await hashPassword(PASSWORD));
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );
const shows = (secret: string, at = Date.now()) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at });
const browser = (device: string | null = null) => ({ userAgent: "curl/8", device: () => device });
const password = (name: string, given = PASSWORD) => signInByPassword(visitor, { name, password: given }, browser());
const old = (ctx: Ctx, ago = PROOF_MS + 1000) =>
  db().session.update({ where: { id: ctx.actor.session }, data: { provedAt: new Date(Date.now() - ago) } });
async function withTotp(ctx: Ctx) {
  const { secret } = await beginTotp(ctx);
  // The first code is of the step before, so that the present one is still good.
  const { codes } = await confirmTotp(ctx, { code: shows(secret, Date.now() - 30_000) });
  return { secret, codes: codes.map((each) => RecoveryCodeText.parse(each)) };
}
const personOf = (ctx: Ctx) => db().account.findUniqueOrThrow({ where: { id: ctx.actor.id } });
const pendingOf = (entry: Entry) => (entry.step === "second" ? entry.pending : expect.fail("no second step"));

describe("what is sealed", () => {
  it("opens for its purpose and its owner only, and not when touched", () => {
    const sealed = seal("totp", "a", "text ünï");
    expect(unseal("totp", "a", sealed)).toBe("text ünï");
    expect(seal("totp", "a", "text ünï")).not.toBe(sealed);
    for (const [purpose, owner, what] of [
      ["totp", "b", sealed],
      ["webhook", "a", sealed],
      ["totp", "a", sealed.replace(/.$/, "")],
      ["totp", "a", ""],
      ["totp", "a", "v1.a.b.c"],
      ["totp", "a", sealed.replace("v1", "v2")],
    ] as const)
      expect(unseal(purpose, owner, what)).toBeNull();
  });
});

describe("codes", () => {
  it("are those of RFC 6238, one step before and after included", () => {
    const secret = Secret.fromUTF8("12345678901234567890").base32;
    expect(stepOf(secret, "287082", 59_000)).toBe(1); // appendix B, the last six digits
    expect(stepOf(secret, "287082", 29_000)).toBe(1);
    expect(stepOf(secret, "287082", 89_000)).toBe(1);
    expect(stepOf(secret, "287082", 90_000)).toBeNull();
    expect(stepOf(secret, "287083", 59_000)).toBeNull();
  });

  it("work once, also when sixteen come at the same time, and none of an earlier step after it", async () => {
    const { secret } = await withTotp(anna);
    const now = Date.now();
    const all = await Promise.all(Array.from({ length: 16 }, () => useTotp(anna.actor.id, shows(secret, now), now)));
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await useTotp(anna.actor.id, shows(secret, now - 30_000), now)).toBe(false);
    expect(await useTotp(anna.actor.id, shows(secret, now + 30_000), now)).toBe(true);
  });

  it("count only once one has confirmed the secret; the secret stands nowhere in the open", async () => {
    const { secret, svg } = await beginTotp(anna);
    expect(svg).toMatch(/^<svg [^]*<\/svg>\s*$/);
    expect(svg).not.toMatch(/href|url\(|<script/);
    expect(await useTotp(anna.actor.id, shows(secret))).toBe(false);
    expect(await code(confirmTotp(anna, { code: "000000" }))).toBe("invalid");
    expect((await password("anna")).step).toBe("in");
    const { codes } = await confirmTotp(anna, { code: shows(secret) });
    expect(codes).toHaveLength(10);
    const all = JSON.stringify([await db().account.findMany(), await db().recoveryCode.findMany()], (_, v: unknown) =>
      typeof v === "bigint" ? Number(v) : v,
    );
    for (const text of [secret, ...codes, ...codes.map((each) => each.replaceAll("-", ""))])
      expect(all).not.toContain(text);
    expect(panel.audit.join("")).not.toContain(secret);
    expect(await code(beginTotp(anna))).toBe("exists");
  });
});

describe("recovery codes", () => {
  it("work once each, not another's, and not after new ones were made", async () => {
    const { codes } = await withTotp(anna);
    const stig = await panel.actor("stig");
    expect(await useRecoveryCode(stig.actor.id, codes[0]!)).toBe(false);
    const tries = await Promise.all(Array.from({ length: 4 }, () => useRecoveryCode(anna.actor.id, codes[0]!)));
    expect(tries.filter(Boolean)).toHaveLength(1);
    const anew = (await newRecoveryCodes(anna)).codes.map((each) => RecoveryCodeText.parse(each));
    expect(await useRecoveryCode(anna.actor.id, codes[1]!)).toBe(false);
    expect(await useRecoveryCode(anna.actor.id, anew[1]!)).toBe(true);
    await removeTotp(anna);
    expect(await db().recoveryCode.count()).toBe(0);
    expect(await code(newRecoveryCodes(anna))).toBe("invalid");
  });
});

describe("challenges", () => {
  it("are good for one purpose, one subject, five minutes and one use", async () => {
    const now = Date.now();
    const made = Buffer.from(makeChallenge("prove", "s", now)).toString("base64url");
    expect(isChallenge("prove", "s", made, now)).toBe(true);
    expect(isChallenge("sign-in", "s", made, now)).toBe(false);
    expect(isChallenge("prove", "t", made, now)).toBe(false);
    expect(isChallenge("prove", "s", `${made.startsWith("A") ? "B" : "A"}${made.slice(1)}`, now)).toBe(false);
    expect(isChallenge("prove", "s", made, now + 5 * 60_000)).toBe(false);
    for (const bad of ["", "x", "A".repeat(75)]) expect(isChallenge("prove", "s", bad, now)).toBe(false);
    const uses = await Promise.all(Array.from({ length: 16 }, () => useChallenge("prove", made)));
    expect(uses.filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ["http://127.0.0.1:3000", false],
    ["https://192.0.2.1", false],
    ["https://[2001:db8::1]", false],
    ["http://panel.example.org", false],
    ["https://panel.example.org", true],
    ["http://localhost:3000", true],
  ])("%s can have passkeys: %s", (origin, can) => expect(noPasskeysAt(origin) === null).toBe(can));
});

describe("a sign-in with a second factor", () => {
  it("has no session after the password alone", async () => {
    const { secret } = await withTotp(anna);
    await db().session.deleteMany();
    const entry = await password("anna");
    expect(Object.keys(entry).toSorted()).toEqual(["pending", "step"]);
    expect(await db().session.count()).toBe(0);
    expect((await takeStep(visitor, pendingOf(entry), { code: shows(secret) }, browser())).step).toBe("in");
    expect(await db().session.count()).toBe(1);
    expect(
      await code(takeStep(visitor, pendingOf(entry), { code: shows(secret, Date.now() + 30_000) }, browser())),
    ).toBe("unauthenticated");
  });

  it("allows few tries, also at once, and the right code no more after them", async () => {
    const { secret } = await withTotp(anna);
    const token = pendingOf(await password("anna"));
    const tries = await Promise.all(
      Array.from({ length: 12 }, () => code(takeStep(visitor, token, { code: "000000" }, browser()))),
    );
    expect(tries.filter((each) => each === "invalid")).toHaveLength(5);
    expect(await code(takeStep(visitor, token, { code: shows(secret) }, browser()))).not.toBe("ok");
    expect(await lookAtPending(token)).toBeNull();
  });

  it("counts codes over all of its beginnings, so that knowing the password gives no more guesses", async () => {
    await withTotp(anna);
    // with the clock standing still no try comes back meanwhile
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    let looked = 0;
    for (let i = 0; i < 8; i++) {
      const token = pendingOf(await password("anna"));
      for (let k = 0; k < 4; k++)
        if ((await code(takeStep(visitor, token, { code: "000000" }, browser()))) === "invalid") looked++;
    }
    expect(looked).toBe(6);
  });

  it("ends with five minutes, with the account's disabling, and with a new password", async () => {
    await withTotp(anna);
    const token = pendingOf(await password("anna"));
    expect(await lookAtPending(token, Date.now() + 5 * 60_000)).toBeNull();
    expect(await lookAtPending(token)).not.toBeNull();
    await changePassword(anna, { password: "another right one" });
    expect(await lookAtPending(token)).toBeNull();
    const other = pendingOf(await password("anna", "another right one"));
    const second = await panel.actor("berta", "admin");
    await disableAccount(second, { account: anna.actor.id });
    expect(await lookAtPending(other)).toBeNull();
  });

  it("gives a ticket that works once and never from outside", async () => {
    const entry = await password("anna");
    const ticket = entry.step === "in" ? entry.ticket : "";
    expect(redeemTicket(ticket)?.name).toBe("anna");
    for (const bad of [ticket, "", undefined, {}, "__proto__"]) expect(redeemTicket(bad)).toBeNull();
  });

  it("knows a device again, for its account only", async () => {
    const entry = await enter(visitor, await personOf(anna), browser());
    const device = entry.step === "in" ? entry.device : "";
    const at = (name: string) => signInByPassword(visitor, { name, password: "wrong" }, browser(device));
    for (let i = 0; i < 8; i++) await code(password("anna", "wrong"));
    expect(await code(password("anna"))).toBe("too_many");
    expect((await signInByPassword(visitor, { name: "anna", password: PASSWORD }, browser(device))).step).toBe("in");
    await panel.actor("stig", "friend", await hashPassword(PASSWORD));
    for (let i = 0; i < 8; i++) await code(password("stig", "wrong"));
    expect(await code(at("stig"))).toBe("too_many"); // anna's device is no excuse for him
  });
});

describe("proving again", () => {
  it("is asked for before a destroy, and holds for five minutes", async () => {
    panel.daemon.jails = [jail("mail", { state: "stopped" })];
    await old(anna);
    const destroy = () => code(destroyJail(anna, { name: "mail", confirm: "mail" }));
    expect(await destroy()).toBe("prove_first");
    expect(panel.daemon.heard.map((each) => each.verb)).not.toContain("jail.destroy");
    expect(await code(prove(anna, { password: "wrong" }))).toBe("invalid");
    expect(await destroy()).toBe("prove_first");
    await prove(anna, { password: PASSWORD });
    await expect(assertProved(anna, Date.now() + PROOF_MS - 1000)).resolves.toBeUndefined();
    expect(await code(assertProved(anna, Date.now() + PROOF_MS + 1000))).toBe("prove_first");
    await destroy();
    expect(panel.daemon.heard.map((each) => each.verb)).toContain("jail.destroy");
  });

  it("wants the second factor of whoever has one; other sessions lose their proof when it is set up", async () => {
    const { sid } = await beginSession(anna.actor.id);
    const elsewhere = { ...anna, actor: { ...anna.actor, session: sid } };
    expect(await code(assertProved(elsewhere))).toBe("ok");
    const { secret } = await withTotp(anna);
    expect(await code(assertProved(anna))).toBe("ok");
    expect(await code(assertProved(elsewhere))).toBe("prove_first");
    expect(await proveWays(elsewhere)).toMatchObject({ password: false, ways: { totp: true, passkey: false } });
    expect(await code(prove(elsewhere, { password: PASSWORD }))).toBe("invalid");
    await prove(elsewhere, { code: shows(secret) });
    expect(await code(assertProved(elsewhere))).toBe("ok");
    await old(anna);
    expect(await code(removeTotp(anna))).toBe("prove_first");
  });

  it("is slowed down, and no session proves for another's", async () => {
    const stig = await panel.actor("stig", "friend", await hashPassword(PASSWORD));
    await old(stig);
    const borrowed = { ...stig, actor: { ...stig.actor, session: anna.actor.session } };
    expect(await code(assertProved(borrowed))).toBe("prove_first");
    for (let i = 0; i < 6; i++) expect(await code(prove(stig, { password: "wrong" }))).toBe("invalid");
    expect(await code(prove(stig, { password: PASSWORD }))).toBe("too_many");
  });

  it("is beyond a token, unless it was made for all that its admin may", async () => {
    const token = (admin: boolean): Ctx => ({
      ...anna,
      actor: { ...anna.actor, session: "", scope: { token: "t", rights: ["see"], jails: null, admin } },
    });
    expect(await code(assertProved(token(false)))).toBe("forbidden");
    expect(await code(assertProved(token(true)))).toBe("ok");
    expect(await code(prove(token(true), { password: PASSWORD }))).toBe("forbidden");
  });
});

describe("the policy", () => {
  it("shuts every door but the set-up's to whoever has none", async () => {
    const stig = await panel.actor("stig");
    const of = async (ctx: Ctx) => ({ sub: ctx.actor.id, ver: 1, sid: ctx.actor.session });
    await setPolicy(anna, { policy: "admins" });
    expect(await actorOf(await of(stig), true)).not.toBeNull();
    expect(await actorOf(await of(anna), true)).toBeNull();
    expect(await whoIs(await of(anna), true)).toMatchObject({ settling: true });
    await setPolicy(anna, { policy: "all" });
    expect(await actorOf(await of(stig), true)).toBeNull();
    await withTotp(stig);
    expect(await actorOf(await of(stig), true)).not.toBeNull();
    await db().setting.update({ where: { key: "second-factor" }, data: { value: '"nonsense"' } });
    expect(await readPolicy()).toBe("all");
    await db().setting.update({ where: { key: "second-factor" }, data: { value: "{" } });
    expect(await readPolicy()).toBe("all");
    expect(await actorOf(await of(anna), true)).toBeNull(); // what can't be read opens nothing
    await resetSecondFactor(anna, { account: stig.actor.id });
    expect(await actorOf(await of(stig), true)).toBeNull();
  });

  it("and others' sessions and factors are the admin's business", async () => {
    const stig = await panel.actor("stig");
    const account = anna.actor.id;
    for (const work of [
      setPolicy(stig, { policy: "off" }),
      setSessionLimits(stig, { idleMinutes: 5, longestHours: 1 }),
      endSessionsOf(stig, { account }),
      resetSecondFactor(stig, { account }),
    ])
      expect(await code(work)).toBe("forbidden");
  });
});

describe("the list of sessions", () => {
  it("names device and address, marks this one, and ends one, the others, all of a user", async () => {
    const entry = await enter(visitor, await personOf(anna), browser());
    const claims = redeemTicket(entry.step === "in" ? entry.ticket : "")!.claims;
    const list = await listSessions(anna);
    expect(list).toHaveLength(2);
    expect(list.find((each) => !each.current)).toMatchObject({ device: "a program", source: "192.0.2.1" });
    expect(JSON.stringify(list)).not.toContain(claims.sid);
    const other = list.find((each) => !each.current)!;
    const stig = await panel.actor("stig");
    expect(await code(endOneSession(stig, { id: other.id }))).toBe("not_found");
    await endOneSession(anna, { id: other.id });
    expect(await actorOf(claims, true)).toBeNull();
    const third = await beginSession(anna.actor.id);
    await endOtherSessions(anna);
    expect(await actorOf(third, true)).toBeNull();
    const mine = { sub: anna.actor.id, ver: 1, sid: anna.actor.session };
    expect(await actorOf(mine, true)).not.toBeNull();
    await endSessionsOf(anna, { account: anna.actor.id });
    expect(await actorOf(mine, true)).toBeNull();
  });

  it("is held to the admin's limits, within bounds", async () => {
    const mine = { sub: anna.actor.id, ver: 1, sid: anna.actor.session };
    const now = Date.now();
    await setSessionLimits(anna, { idleMinutes: 5, longestHours: 1 });
    expect(await actorOf(mine, false, now + 4 * 60_000)).not.toBeNull();
    expect(await actorOf(mine, false, now + 6 * 60_000)).toBeNull();
    for (let at = now; at < now + 3_600_000; at += 4 * 60_000) expect(await actorOf(mine, true, at)).not.toBeNull();
    expect(await actorOf(mine, true, now + 3_601_000)).toBeNull();
    await db().setting.updateMany({ data: { value: '{"idleMinutes":99999,"longestHours":1}' } });
    expect(await actorOf(mine, false, now + 95 * 60_000)).toBeNull(); // out of bounds: the default counts
  });
});

it("tells its person what became of it, and nobody else", async () => {
  const stig = await panel.actor("stig", "friend", await hashPassword(PASSWORD));
  const told = async (who: Ctx) =>
    (await listNotices(who)).notices.filter(({ kind }) => kind === "second-factor-changed").map(({ title }) => title);
  await beginTotp(stig);
  await removeTotp(stig); // none yet
  await withTotp(stig);
  await code(confirmTotp(stig, { code: "000000" }));
  await newRecoveryCodes(stig);
  await removeTotp(stig);
  await withTotp(stig);
  await resetSecondFactor(anna, { account: stig.actor.id });
  expect(await told(anna)).toEqual([]);
  expect((await told(stig)).toReversed()).toEqual(
    [
      "an authenticator was added",
      "new recovery codes were made, the old ones are void",
      "the authenticator was removed",
      "an authenticator was added",
      "anna took it off",
    ].map((what) => `Your second factor was changed: ${what}`),
  );
});
