import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { makeSetUpLink } from "../setup/make-set-up-link.ts";
import { redeemSetUp } from "../setup/redeem-set-up.ts";
import { jail, terminal } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { assignJail } from "./assign-jail.ts";
import { createFriend } from "./create-friend.ts";
import { deleteAccount } from "./delete-account.ts";
import { disableAccount } from "./disable-account.ts";
import { enableAccount } from "./enable-account.ts";
import { listAccounts } from "./list-accounts.ts";
import { newPasswordLink } from "./new-password-link.ts";
import { hashPassword } from "./password-hash.ts";
import { ABSOLUTE_MS, actorOf, beginSession, endSession, IDLE_MS } from "./sessions.ts";
import { setPassword } from "./set-password.ts";
import { SignInLimits } from "./sign-in-limits.ts";
import { takeGrant } from "../grants/take-grant.ts";
import { verifyPassword } from "./verify-password.ts";

let panel: TestPanel;
let admin: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );
const tokenOf = (url: string) => url.split("/").at(-1)!;
const signIn = (name: string, password: string, limits = new SignInLimits()) =>
  verifyPassword(visitor, { name, password }, { limits });

describe("links", () => {
  it("work once, also when sixteen come at the same time", async () => {
    const { account, link } = await createFriend(admin, { name: "olaf", jails: [], rights: [] });
    expect(link.url).toMatch(/^http:\/\/127\.0\.0\.1:3000\/welcome\/[A-Za-z0-9_-]{43}$/);
    expect(account).toMatchObject({ name: "olaf", state: "invited", role: "friend" });
    const token = tokenOf(link.url);
    const tries = Array.from({ length: 16 }, (_, i) =>
      code(setPassword(visitor, { token, password: `password ${i}` })),
    );
    const outcomes = await Promise.all(tries);
    expect(outcomes.filter((each) => each === "ok")).toHaveLength(1);
    expect(await code(signIn("olaf", `password ${outcomes.indexOf("ok")}`))).toBe("ok");
    expect(await code(setPassword(visitor, { token, password: "another one" }))).toBe("invalid");
  });

  it("are stored as hashes only, expire, and end with the next one", async () => {
    const first = await createFriend(admin, { name: "olaf", jails: [], rights: [] });
    const token = tokenOf(first.link.url);
    expect(JSON.stringify(await db().link.findMany())).not.toContain(token);
    const second = await newPasswordLink(admin, { account: first.account.id });
    expect(await code(setPassword(visitor, { token, password: "long enough" }))).toBe("invalid");
    await db().link.updateMany({ data: { expiresAt: new Date(Date.now() - 1) } });
    const late = setPassword(visitor, { token: tokenOf(second.url), password: "long enough" });
    expect(await code(late)).toBe("invalid");
    expect(panel.audit.join("")).not.toContain(token);
  });

  it("of one purpose do not serve another", async () => {
    await db().account.deleteMany();
    const link = await makeSetUpLink(visitor.origin);
    const token = tokenOf(link!.url);
    expect(await code(setPassword(visitor, { token, password: "long enough" }))).toBe("invalid");
    const tries = Array.from({ length: 8 }, (_, i) =>
      code(redeemSetUp(visitor, { token, name: `admin${i}`, password: "long enough" })),
    );
    expect((await Promise.all(tries)).filter((each) => each === "ok")).toHaveLength(1);
    expect(await db().account.count()).toBe(1);
    expect(await makeSetUpLink(visitor.origin)).toBeNull();
  });
});

describe("sign-in", () => {
  it("says the same of unknown, invited, disabled and wrong", async () => {
    const passwordHash = await hashPassword("right password ünï 漢字");
    await db().account.create({ data: { name: "olaf", passwordHash } });
    await db().account.create({ data: { name: "gone", passwordHash, disabledAt: new Date() } });
    await db().account.create({ data: { name: "new" } });
    expect(await signIn("Olaf ", "right password ünï 漢字")).toMatchObject({ name: "olaf", role: "friend" });
    const failures = [];
    for (const [name, password] of [
      ["olaf", "right password ünï 漢"],
      ["gone", "right password ünï 漢字"],
      ["new", ""],
      ["nobody", "x"],
    ] as const)
      failures.push(await signIn(name, password).catch((error: KnastError) => JSON.stringify(error.toFailure())));
    expect(new Set(failures).size).toBe(1);
  });

  it("takes a password of 200 characters to the last one", async () => {
    const long = `${"漢".repeat(199)}x`;
    await db().account.create({ data: { name: "olaf", passwordHash: await hashPassword(long) } });
    expect(await code(signIn("olaf", long))).toBe("ok");
    expect(await code(signIn("olaf", `${"漢".repeat(199)}y`))).toBe("invalid");
  });

  it("refuses the right password too while the account has to wait", async () => {
    await db().account.create({ data: { name: "olaf", passwordHash: await hashPassword("right password") } });
    const limits = new SignInLimits();
    for (let i = 0; i < 6; i++) await code(signIn("olaf", "wrong", limits));
    expect(await code(signIn("olaf", "right password", limits))).toBe("too_many");
  });

  it("takes objects for what they are", async () => {
    for (const form of [null, {}, { name: { contains: "" }, password: "x" }, { name: "anna", password: ["x"] }])
      expect(await code(verifyPassword(visitor, form, { limits: new SignInLimits() }))).toBe("invalid");
    expect(panel.audit.join("")).not.toContain("contains");
  });
});

describe("sessions", () => {
  it("end idle, in the end anyhow, and by sign-out", async () => {
    const claims = await beginSession(admin.actor.id);
    const now = Date.now();
    expect(await actorOf(claims, false, now + IDLE_MS - 1000)).not.toBeNull();
    expect(await actorOf(claims, false, now + IDLE_MS + 1000)).toBeNull();
    for (let at = now; at < now + ABSOLUTE_MS; at += IDLE_MS / 2)
      expect(await actorOf(claims, true, at)).not.toBeNull();
    expect(await actorOf(claims, true, now + ABSOLUTE_MS + 1000)).toBeNull();
    const other = await beginSession(admin.actor.id);
    await endSession(other.sid);
    expect(await actorOf(other, true)).toBeNull();
  });

  it("are nobody's without every claim in its place", async () => {
    const claims = await beginSession(admin.actor.id);
    const stranger = await panel.actor("stig");
    for (const bad of [
      null,
      {},
      { ...claims, sub: undefined },
      { ...claims, sub: stranger.actor.id },
      { ...claims, ver: claims.ver + 1 },
      { ...claims, sid: "" },
      { ...claims, sid: { not: "" } },
      { sub: claims.sub, ver: claims.ver },
    ])
      expect(await actorOf(bad, true)).toBeNull();
    expect(await actorOf(claims, true)).toMatchObject({ name: "anna", role: "admin" });
  });

  it("end at the next request when the account is disabled, deleted or gets a new password", async () => {
    const ends = [
      (id: string) => disableAccount(admin, { account: id }),
      (id: string) => deleteAccount(admin, { account: id }),
      async (id: string) => {
        const { url } = await newPasswordLink(admin, { account: id });
        await setPassword(visitor, { token: tokenOf(url), password: "a new password" });
      },
    ];
    for (const [i, end] of ends.entries()) {
      const { actor } = await panel.actor(`friend${i}`);
      const claims = await beginSession(actor.id);
      await end(actor.id);
      expect(await actorOf(claims, true), `way ${i}`).toBeNull();
    }
    const { actor } = await panel.actor("olaf");
    const claims = await beginSession(actor.id);
    await disableAccount(admin, { account: actor.id });
    await enableAccount(admin, { account: actor.id });
    expect(await actorOf(claims, true)).toBeNull();
  });
});

describe("accounts", () => {
  it("are the admin's business", async () => {
    const friend = await panel.actor("olaf");
    const account = admin.actor.id;
    panel.daemon.jails = [jail("mail")];
    for (const work of [
      listAccounts(friend),
      createFriend(friend, { name: "x", jails: [], rights: [] }),
      newPasswordLink(friend, { account }),
      disableAccount(friend, { account }),
      enableAccount(friend, { account }),
      deleteAccount(friend, { account }),
    ])
      expect(await code(work)).toBe("forbidden");
    expect(panel.daemon.heard).toEqual([]);
    // A jail that is not his is none.
    expect(await code(assignJail(friend, { name: "mail", account: friend.actor.id }))).toBe("not_found");
    expect(await code(takeGrant(friend, { name: "mail", account }))).toBe("not_found");
    expect(await db().grant.count()).toBe(0);
  });

  it("always leave an admin who can sign in", async () => {
    expect(await code(disableAccount(admin, { account: admin.actor.id }))).toBe("forbidden");
    expect(await code(deleteAccount(admin, { account: admin.actor.id }))).toBe("forbidden");
    const second = await panel.actor("berta", "admin");
    const both = await Promise.all(
      [admin, second].map((ctx, i, all) => code(disableAccount(ctx, { account: all[1 - i]!.actor.id }))),
    );
    expect(both.filter((each) => each === "ok")).toHaveLength(1);
  });

  it("have names that nobody else has", async () => {
    await createFriend(admin, { name: "olaf", jails: [], rights: [] });
    const again = await createFriend(admin, { name: "olaf", jails: [], rights: [] }).catch(
      (error: KnastError) => error,
    );
    expect(again).toMatchObject({ code: "exists", problems: [{ field: "name" }] });
  });

  it("take their shells with them", async () => {
    panel.daemon.jails = [jail("mail"), jail("web")];
    const [mail, web] = panel.daemon.jails as [(typeof panel.daemon.jails)[0], (typeof panel.daemon.jails)[0]];
    const { account } = await createFriend(admin, { name: "olaf", jails: ["mail", "web"], rights: ["see", "shell"] });
    expect((await listAccounts(admin)).find((each) => each.name === "olaf")?.jails).toEqual(["mail", "web"]);
    panel.daemon.terminals = [terminal(mail, "olaf"), terminal(web, "olaf"), terminal(mail, "anna")];
    await takeGrant(admin, { name: "mail", account: account.id });
    expect(panel.daemon.terminals.map((each) => [each.jail, each.actor])).toEqual([
      ["web", "olaf"],
      ["mail", "anna"],
    ]);
    await deleteAccount(admin, { account: account.id });
    expect(panel.daemon.terminals.map((each) => each.actor)).toEqual(["anna"]);
    expect(panel.daemon.ended.map((each) => [each.jail, each.actor, each.reason])).toEqual([
      ["web", "olaf", "account-ended"],
      ["mail", "olaf", "access-ended"],
    ]);
    expect(await db().grant.count()).toBe(0);
  });

  it("do not get a jail that was made by hand or is not there", async () => {
    panel.daemon.jails = [jail("byhand", { id: null })];
    const { actor } = await panel.actor("olaf");
    expect(await code(assignJail(admin, { name: "byhand", account: actor.id }))).toBe("foreign");
    expect(await code(assignJail(admin, { name: "absent", account: actor.id }))).toBe("not_found");
    expect(await code(assignJail(admin, { name: "byhand", account: "nobody" }))).toBe("not_found");
    expect(await db().grant.count()).toBe(0);
  });
});
