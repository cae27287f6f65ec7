import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { GrantForm, PRESETS } from "../../contract/grants.ts";
import { deleteAccount } from "../accounts/delete-account.ts";
import { setAccountEnd } from "../accounts/set-account-end.ts";
import { setRole } from "../accounts/set-role.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { acceptAsGuest, acceptInvitation, lookAtInvitation } from "../invitations/accept-invitation.ts";
import { makeInvitation } from "../invitations/make-invitation.ts";
import { revokeInvitation } from "../invitations/revoke-invitation.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { endLostShells } from "../terminals/end-lost-shells.ts";
import { hexId, jail, terminal } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { listPeople } from "./list-people.ts";
import { reachOf } from "./reach-of.ts";
import { setGrant } from "./set-grant.ts";
import { takeGrant } from "./take-grant.ts";

let panel: TestPanel;
let who: Record<"admin" | "anna" | "berta" | "carl" | "emil", Ctx>;
const { owner, helper, viewer } = PRESETS;
const give = (by: Ctx, to: Ctx, rights: readonly string[], endsAt: string | null = null, name = "mail") =>
  setGrant(by, GrantForm.parse({ name, account: to.actor.id, rights, endsAt }));
/** The same, with shells as one account of the jail only. */
const giveAs = (by: Ctx, to: Ctx, shellAs: string, rights: readonly string[] = owner) =>
  setGrant(by, GrantForm.parse({ name: "mail", account: to.actor.id, rights, shellAs }));
const invite = (by: Ctx, rights: readonly string[], name = "mail", days = 7, shellAs = "root") =>
  makeInvitation(by, {
    grants: [{ name, rights: rights as never, shellAs, endsAt: null }],
    email: null,
    note: "",
    days,
  }).then(({ link }) => link.url.split("/").at(-1)!);
const rights = (ctx: Ctx, name = "mail") =>
  getJailFor(ctx, name, "see").then(
    (row) => row.rights,
    () => null,
  );
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => {
      if (!(error instanceof KnastError)) throw error;
      return error.problems[0] ? `${error.code} ${error.problems[0].field}` : error.code;
    },
  );
const later = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString();

beforeEach(async () => {
  panel = await testPanel();
  who = {
    admin: await panel.actor("root_admin", "admin"),
    anna: await panel.actor("anna"),
    berta: await panel.actor("berta"),
    carl: await panel.actor("carl"),
    emil: await panel.actor("emil"),
  };
  panel.daemon.jails = [jail("mail"), jail("www")];
  await give(who.admin, who.anna, owner);
});
afterEach(() => panel.stop());

describe("an owner", () => {
  it("shares by invitation, changes what came through him, and nothing else", async () => {
    await acceptInvitation(who.berta, { token: await invite(who.anna, helper) });
    expect(await rights(who.berta)).toEqual(helper);
    await give(who.anna, who.berta, viewer);
    expect(await rights(who.berta)).toEqual(viewer);
    await give(who.admin, who.emil, owner);
    expect(await outcome(give(who.anna, who.emil, viewer))).toBe("forbidden");
    expect(await outcome(takeGrant(who.anna, { name: "mail", account: who.emil.actor.id }))).toBe("forbidden");
    // No oracle for accounts: one that is there and one that is not are the same.
    expect(await outcome(give(who.anna, who.carl, viewer))).toBe("forbidden");
    expect(
      await outcome(
        setGrant(who.anna, { name: "mail", account: "nobody", rights: ["see"], shellAs: "root", endsAt: null }),
      ),
    ).toBe("forbidden");
    expect(await outcome(give(who.anna, who.berta, viewer, null, "www"))).toBe("not_found");
    expect(await outcome(give(who.berta, who.carl, viewer))).toBe("forbidden");
  });

  it("never gives more than he has, nor for longer", async () => {
    await give(who.admin, who.berta, ["see", "power", "invite"], later(2));
    for (const wish of [owner, helper]) expect(await outcome(invite(who.berta, wish))).toBe("invalid grants.0.rights");
    const until = (endsAt: string | null) =>
      outcome(
        makeInvitation(who.berta, {
          grants: [{ name: "mail", rights: ["see"], shellAs: "root", endsAt }],
          email: null,
          note: "",
          days: 1,
        }),
      );
    expect(await until(null)).toBe("invalid grants.0.endsAt");
    expect(await until(later(3))).toBe("invalid grants.0.endsAt");
    expect(await until(later(1))).toBe("ok");
    expect(await outcome(give(who.berta, who.berta, owner))).toBe("forbidden");
    expect(await outcome(invite(who.carl, viewer))).toBe("not_found");
  });

  it("whose shells run as one account gives no other, and takes the others' back when his are narrowed", async () => {
    await acceptInvitation(who.berta, { token: await invite(who.anna, owner) });
    await acceptInvitation(who.carl, { token: await invite(who.berta, helper, "mail", 7, "www") });
    const his = panel.daemon.jails[0]!;
    const as = (name: string, account: string) => ({ ...terminal(his, name), account });
    panel.daemon.terminals = [as("berta", "root"), as("berta", "anna"), as("carl", "www"), as("emil", "root")];
    await giveAs(who.admin, who.anna, "anna");
    const { holders } = await listPeople(who.admin, { name: "mail" });
    expect(Object.fromEntries(holders.map((one) => [one.name, one.shellAs]))).toEqual({
      anna: "anna",
      berta: "anna",
      carl: "anna",
    });
    expect(panel.daemon.terminals.map((one) => `${one.actor} ${one.account}`)).toEqual(["berta anna", "emil root"]);
    expect(await outcome(invite(who.anna, helper))).toBe("invalid grants.0.shellAs");
    expect(await outcome(giveAs(who.anna, who.berta, "root"))).toBe("invalid shellAs");
    expect(await outcome(giveAs(who.anna, who.berta, "root", viewer))).toBe("ok");
    expect(await outcome(giveAs(who.anna, who.berta, "anna"))).toBe("ok");
    // What was promised before is narrowed as what was given.
    await giveAs(who.admin, who.anna, "root");
    const token = await invite(who.anna, helper);
    await giveAs(who.admin, who.anna, "anna");
    expect((await lookAtInvitation(token))?.grants).toMatchObject([{ shellAs: "anna" }]);
    await acceptInvitation(who.emil, { token });
    expect((await listPeople(who.admin, { name: "mail" })).holders.find((one) => one.name === "emil")?.shellAs).toBe(
      "anna",
    );
  });

  it("loses with his part what came through him, shells and all", async () => {
    await acceptInvitation(who.berta, { token: await invite(who.anna, owner) });
    await acceptInvitation(who.carl, { token: await invite(who.berta, helper) });
    const his = panel.daemon.jails[0]!;
    panel.daemon.terminals = [terminal(his, "carl"), terminal(his, "anna"), terminal(his, "root_admin")];
    expect(
      (await listPeople(who.anna, { name: "mail" })).holders.map((one) => [one.name, one.changeable, one.below]),
    ).toEqual([
      ["anna", false, ["berta", "carl"]],
      ["berta", true, ["carl"]],
      ["carl", true, []],
    ]);
    await takeGrant(who.admin, { name: "mail", account: who.anna.actor.id });
    for (const ctx of [who.anna, who.berta, who.carl]) expect(await rights(ctx)).toBeNull();
    expect(panel.daemon.terminals.map((one) => one.actor)).toEqual(["root_admin"]);
  });

  it("takes along what came through him when his account is deleted", async () => {
    await acceptInvitation(who.berta, { token: await invite(who.anna, helper) });
    await deleteAccount(who.admin, { account: who.anna.actor.id });
    expect(await rights(who.berta)).toBeNull();
    expect(await db().grant.count()).toBe(0);
  });

  it("may give back his own part", async () => {
    await give(who.admin, who.carl, viewer);
    await takeGrant(who.carl, { name: "mail", account: who.carl.actor.id });
    expect(await rights(who.carl)).toBeNull();
  });
});

describe("an invitation", () => {
  it("makes an account once, whoever comes first", async () => {
    const token = await invite(who.admin, owner);
    expect(await lookAtInvitation(token)).toMatchObject({
      by: "root_admin",
      grants: [{ jail: "mail", rights: owner }],
    });
    const guests = ["guest1", "guest2", "guest3"];
    const results = await Promise.all(
      guests.map((name) => outcome(acceptAsGuest(who.admin, { token, name, password: "a long password" }))),
    );
    expect(results.toSorted()).toEqual(["invalid", "invalid", "ok"]);
    expect(await db().account.count({ where: { name: { in: guests } } })).toBe(1);
    expect(await lookAtInvitation(token)).toBeNull();
  });

  it("does not tell who comes with it the names of all accounts", async () => {
    const token = await invite(who.admin, viewer);
    const ask = (name: string, source = "192.0.2.7") =>
      outcome(acceptAsGuest({ ...who.admin, source }, { token, name, password: "a long password" }));
    const told = [];
    vi.useFakeTimers({ toFake: ["Date"] });
    for (let i = 0; i < 25; i++) told.push(await ask("anna"));
    expect(told).toEqual([...Array(20).fill("exists name"), ...Array(5).fill("too_many")]);
    vi.useRealTimers();
    expect(await ask("gustav", "192.0.2.8")).toBe("ok");
  });

  it("stays good when the name was taken, and tells so at the field", async () => {
    const token = await invite(who.admin, viewer);
    expect(await outcome(acceptAsGuest(who.admin, { token, name: "anna", password: "a long password" }))).toBe(
      "exists name",
    );
    expect(await outcome(acceptAsGuest(who.admin, { token, name: "gustav", password: "a long password" }))).toBe("ok");
  });

  it("is worth what its sender may still give when it is taken", async () => {
    const [full, gone] = [await invite(who.anna, owner), await invite(who.anna, helper)];
    await give(who.admin, who.anna, ["see", "shell", "invite"]);
    await acceptInvitation(who.berta, { token: full });
    expect(await rights(who.berta)).toEqual(["see", "shell", "invite"]);
    await takeGrant(who.admin, { name: "mail", account: who.anna.actor.id });
    expect(await outcome(acceptInvitation(who.carl, { token: gone }))).toBe("invalid");
    expect(await lookAtInvitation(gone)).toBeNull();
  });

  it("is nothing once it is taken back, too old, unknown, its sender disabled, or its jail made anew", async () => {
    const tokens = { back: await invite(who.anna, viewer), old: await invite(who.anna, viewer) };
    const [first] = (await listPeople(who.anna, { name: "mail" })).invitations.slice(-1);
    expect(await outcome(revokeInvitation(who.berta, { invitation: first!.id }))).toBe("not_found");
    await revokeInvitation(who.anna, { invitation: first!.id });
    await db().invitation.updateMany({ where: { revokedAt: null }, data: { expiresAt: new Date(Date.now() - 1) } });
    for (const token of [...Object.values(tokens), "x".repeat(43), ""])
      expect(await outcome(acceptInvitation(who.carl, { token }))).toBe("invalid");
    const disabled = await invite(who.anna, viewer);
    await db().account.update({ where: { id: who.anna.actor.id }, data: { disabledAt: new Date() } });
    expect(await outcome(acceptInvitation(who.carl, { token: disabled }))).toBe("invalid");
    const anew = await invite(who.admin, viewer);
    panel.daemon.jails = [jail("mail", { id: hexId() })];
    expect(await outcome(acceptInvitation(who.carl, { token: anew }))).toBe("invalid");
    expect(await outcome(acceptInvitation(who.admin, { token: await invite(who.admin, viewer) }))).toBe("forbidden");
  });

  it("never mixes two parts: the larger counts, else it is refused and stays good", async () => {
    await give(who.admin, who.berta, ["see", "shell"], later(1));
    await give(who.admin, who.anna, ["see", "power", "invite"]);
    const token = await invite(who.anna, ["see"]);
    expect(await outcome(acceptInvitation(who.berta, { token }))).toBe("invalid");
    expect(await rights(who.berta)).toEqual(["see", "shell"]);
    expect(await outcome(acceptInvitation(who.carl, { token }))).toBe("ok");
    await acceptInvitation(who.carl, { token: await invite(who.anna, ["see", "power"]) });
    expect(await rights(who.carl)).toEqual(["see", "power"]);
    await acceptInvitation(who.carl, { token: await invite(who.anna, ["see"]) });
    expect(await rights(who.carl)).toEqual(["see", "power"]);
  });

  it("makes nobody come through somebody whom he brought himself", async () => {
    await give(who.admin, who.anna, owner, later(3));
    const end = (await db().grant.findFirstOrThrow({ where: { accountId: who.anna.actor.id } })).endsAt!.toISOString();
    const same = {
      grants: [{ name: "mail", rights: [...owner], shellAs: "root", endsAt: end }],
      email: null,
      note: "",
      days: 1,
    };
    const link = async (by: Ctx) => (await makeInvitation(by, same)).link.url.split("/").at(-1)!;
    await acceptInvitation(who.berta, { token: await link(who.anna) });
    await acceptInvitation(who.anna, { token: await link(who.berta) });
    expect((await listPeople(who.anna, { name: "mail" })).holders.map((one) => one.through?.name)).toEqual([
      "root_admin",
      "anna",
    ]);
    expect(await outcome(takeGrant(who.berta, { name: "mail", account: who.anna.actor.id }))).toBe("forbidden");
  });

  it("of two owned jails is taken in one go, and holds up nobody behind it", async () => {
    const both = ["mail", "www"].map((name) => ({ name, rights: [...owner], shellAs: "root", endsAt: null }));
    const make = () => makeInvitation(who.admin, { grants: both, email: null, note: "", days: 1 });
    for (const ctx of [who.berta, who.carl])
      await acceptInvitation(ctx, { token: (await make()).link.url.split("/").at(-1)! });
    expect([await rights(who.carl, "mail"), await rights(who.berta, "www")]).toEqual([owner, owner]);
  });

  it("brings nothing that its sender loses while the guest chooses his password", async () => {
    const token = await invite(who.anna, helper);
    const joining = outcome(acceptAsGuest(who.admin, { token, name: "gustav", password: "a long password" }));
    await takeGrant(who.admin, { name: "mail", account: who.anna.actor.id });
    expect(await joining).toBe("invalid");
    expect(await db().account.count({ where: { name: "gustav" } })).toBe(0);
  });
});

describe("an end", () => {
  it("of a grant or an account closes the door and the shells, and nobody else's", async () => {
    await give(who.admin, who.berta, helper, later(1));
    await setAccountEnd(who.admin, { account: who.anna.actor.id, endsAt: later(1) });
    const his = panel.daemon.jails[0]!;
    panel.daemon.terminals = ["berta", "anna", "root_admin", "root"].map((name) => terminal(his, name));
    expect(await endLostShells()).toBe(0);
    await db().grant.updateMany({
      where: { accountId: who.berta.actor.id },
      data: { endsAt: new Date(Date.now() - 1) },
    });
    await db().account.update({ where: { id: who.anna.actor.id }, data: { endsAt: new Date(Date.now() - 1) } });
    expect(await rights(who.berta)).toBeNull();
    expect(await endLostShells()).toBe(2);
    expect(panel.daemon.terminals.map((one) => one.actor)).toEqual(["root_admin", "root"]);
  });

  it("lies ahead, within ten years", () => {
    const parse = (endsAt: unknown) => GrantForm.safeParse({ name: "mail", account: "a", rights: [], endsAt }).success;
    expect([later(1), null, undefined].map(parse)).toEqual([true, true, true]);
    expect([later(-1), later(4000), "tomorrow", "2030-01-01", 5].map(parse)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

it("roles: the last admin stays one, an admin has no end, a friend changes none", async () => {
  const { admin, anna } = who;
  const role = (by: Ctx, of: Ctx, to: "admin" | "friend") => outcome(setRole(by, { account: of.actor.id, role: to }));
  expect(await role(admin, admin, "friend")).toBe("forbidden");
  expect(await role(anna, anna, "admin")).toBe("forbidden");
  expect(await role(admin, anna, "admin")).toBe("ok");
  expect(await outcome(setAccountEnd(admin, { account: anna.actor.id, endsAt: later(1) }))).toBe("forbidden");
  expect(await role(admin, admin, "friend")).toBe("ok");
  expect(await role(anna, anna, "friend")).toBe("forbidden");
});

it("shows the admin what somebody reaches and has passed on", async () => {
  await acceptInvitation(who.berta, { token: await invite(who.anna, viewer) });
  await invite(who.anna, helper);
  const reach = await reachOf(who.admin, { account: who.anna.actor.id });
  expect(reach.jails).toMatchObject([
    { name: "mail", rights: owner, through: { name: "root_admin" }, passedOn: ["berta"] },
  ]);
  expect(reach.invitations).toMatchObject([{ by: "anna", grants: [{ jail: "mail", rights: helper }] }]);
  expect(await outcome(reachOf(who.anna, { account: who.anna.actor.id }))).toBe("forbidden");
});

it("two who change one part at once leave one of both wishes, whole", async () => {
  await Promise.all(Array.from({ length: 8 }, (_, i) => give(who.admin, who.emil, i % 2 ? helper : owner)));
  const now = await rights(who.emil);
  expect([[...helper], [...owner]]).toContainEqual(now);
});
