import { afterEach, beforeEach, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { PRESETS } from "../../contract/grants.ts";
import { Right } from "../../contract/panel.ts";
import type { Ctx } from "../context.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { takeGrant } from "../grants/take-grant.ts";
import { db } from "../db.ts";
import { hexId, jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { destroyJail } from "./destroy-jail.ts";
import { getJailFor } from "./get-jail-for.ts";
import { listJails } from "./list-jails.ts";
import { listProcesses } from "./list-processes.ts";
import { showJail } from "./show-jail.ts";
import { startJail } from "./start-jail.ts";

let panel: TestPanel;
let who: Record<"admin" | "owner" | "exOwner" | "stranger", Ctx>;

beforeEach(async () => {
  panel = await testPanel();
  who = {
    admin: await panel.actor("anna", "admin"),
    owner: await panel.actor("olaf"),
    exOwner: await panel.actor("xenia"),
    stranger: await panel.actor("stig"),
  };
  panel.daemon.jails = [
    jail("mail"),
    jail("remade"),
    jail("byhand", { id: null }),
    jail("by.hand", { id: null }),
    jail("strangers"),
  ];
  for (const name of ["mail", "remade"]) await assignJail(who.admin, { name, account: who.owner.actor.id });
  await assignJail(who.admin, { name: "strangers", account: who.stranger.actor.id });
  await assignJail(who.admin, { name: "mail", account: who.exOwner.actor.id });
  await takeGrant(who.admin, { name: "mail", account: who.exOwner.actor.id });
  panel.daemon.jails = panel.daemon.jails.map((each) => (each.name === "remade" ? { ...each, id: hexId() } : each));
});
afterEach(() => panel.stop());

const outcome = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => {
      if (!(error instanceof KnastError)) throw error;
      return JSON.stringify(error.toFailure());
    },
  );
const absent = JSON.stringify(new KnastError("not_found").toFailure());

it("lets everybody through its door to his own jails only, and says the same of foreign and absent ones", async () => {
  const names = ["mail", "remade", "byhand", "by.hand", "strangers", "absent", "", "*", "../mail", "MAIL", "mail "];
  const open: Record<keyof typeof who, string[]> = {
    admin: ["mail", "remade", "byhand", "by.hand", "strangers"],
    owner: ["mail"],
    exOwner: [],
    stranger: ["strangers"],
  };
  for (const [actor, ctx] of Object.entries(who) as [keyof typeof who, Ctx][])
    for (const name of names) {
      const expected = open[actor].includes(name) ? "ok" : absent;
      const heardBefore = panel.daemon.heard.length;
      expect(await outcome(getJailFor(ctx, name, "see")), `${actor} ${name}`).toBe(expected);
      // The same questions to the daemon, whatever the answer is.
      expect(panel.daemon.heard.slice(heardBefore).map((each) => each.verb)).toEqual(["jail.list"]);
    }
});

it("closes every verb by the same door", async () => {
  for (const ctx of [who.exOwner, who.stranger])
    for (const name of ["mail", "absent"])
      for (const verb of [showJail, startJail, listProcesses]) expect(await outcome(verb(ctx, { name }))).toBe(absent);
  expect(panel.daemon.jobs).toEqual([]);
});

it("gives a friend no right to make or destroy, and nobody one over a jail that can't be named", async () => {
  const rights = async (ctx: Ctx, name: string) => (await getJailFor(ctx, name, "see")).rights;
  expect(await rights(who.owner, "mail")).toEqual([...PRESETS.owner]);
  expect(await rights(who.admin, "mail")).toEqual([...Right.options]);
  expect(await rights(who.admin, "byhand")).toEqual(["see", "power", "shell", "processes"]);
  expect(await rights(who.admin, "by.hand")).toEqual(["see"]);
  expect(await outcome(destroyJail(who.owner, { name: "mail", confirm: "mail" }))).toContain("forbidden");
  expect(await outcome(destroyJail(who.admin, { name: "mail", confirm: "mai" }))).toContain("confirm");
  expect(await outcome(destroyJail(who.admin, { name: "byhand", confirm: "byhand" }))).toContain("foreign");
  expect(panel.daemon.jobs).toEqual([]);
});

it("binds a verb to the id that the grant is for", async () => {
  await startJail(who.owner, { name: "mail" });
  const { name, id } = panel.daemon.jails[0]!;
  expect(panel.daemon.heard.at(-1)).toMatchObject({ verb: "jail.start", input: { name, id }, actor: "olaf" });
});

it("lists to each his own; the owners of one jail know each other", async () => {
  await assignJail(who.admin, { name: "mail", account: who.stranger.actor.id });
  const seen = await listJails(who.owner);
  expect(seen.map((row) => [row.name, row.owners.map((owner) => owner.name)])).toEqual([["mail", ["olaf", "stig"]]]);
  expect((await listJails(who.admin)).find((row) => row.name === "mail")?.owners.map((owner) => owner.name)).toEqual([
    "olaf",
    "stig",
  ]);
  expect(await listJails(who.exOwner)).toEqual([]);
});

it("gives each holder what his grant ticks and nothing after its end", async () => {
  const { id, name } = panel.daemon.jails[0]!;
  const helper = await panel.actor("hilde");
  const key = { accountId: helper.actor.id, jailId: id! };
  await db().grant.create({ data: { ...key, jailName: name, power: true } });
  expect((await getJailFor(helper, name, "power")).rights).toEqual(["see", "power"]);
  expect((await getJailFor(helper, name, "see")).owners).toEqual([]);
  expect(await outcome(getJailFor(helper, name, "shell"))).toContain("forbidden");
  await db().grant.update({ where: { accountId_jailId: key }, data: { endsAt: new Date(Date.now() - 1) } });
  expect(await outcome(getJailFor(helper, name, "see"))).toBe(absent);
});

it("narrows a token to its rights and jails, the admin's too", async () => {
  const { id, name } = panel.daemon.jails[0]!;
  const scope = { token: "t", rights: ["see", "power"] as const, jails: [id!], admin: false };
  const narrow = (ctx: Ctx): Ctx => ({ ...ctx, actor: { ...ctx.actor, scope } });
  for (const ctx of [who.admin, who.owner]) {
    expect((await listJails(narrow(ctx))).map((row) => [row.name, row.rights])).toEqual([[name, ["see", "power"]]]);
    expect(await outcome(getJailFor(narrow(ctx), "remade", "see"))).toBe(absent);
  }
  expect(await outcome(destroyJail(narrow(who.admin), { name, confirm: name }))).toContain("forbidden");
});
