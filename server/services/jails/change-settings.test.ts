import { afterEach, beforeEach, expect, it } from "vitest";
import { SETTING_FLAGS, SETTING_NUMBERS, type Settings } from "../../contract/settings.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { openSettings } from "../grants/open-settings.ts";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { configureJail, planSettings, readSettings } from "./change-settings.ts";

let panel: TestPanel;
let who: Record<"admin" | "owner" | "stranger", Ctx>;

beforeEach(async () => {
  panel = await testPanel();
  who = {
    admin: await panel.actor("anna", "admin"),
    owner: await panel.actor("olaf"),
    stranger: await panel.actor("stig"),
  };
  panel.daemon.jails = [jail("mail"), jail("byhand", { id: null })];
  await assignJail(who.admin, { name: "mail", account: who.owner.actor.id });
});
afterEach(() => panel.stop());

const flags = Object.fromEntries(Object.keys(SETTING_FLAGS).map((key) => [key, false]));
const numbers = Object.fromEntries(Object.keys(SETTING_NUMBERS).map((key) => [key, null]));
const rest = { hostname: null, network: null, sysvipc: null, depend: null, autostart: false };
const wish = (name: string) => ({ name, digest: "0".repeat(64), settings: { ...rest, ...numbers, flags } }) as never;
const verbs = () => panel.daemon.heard.map((one) => one.verb).filter((verb) => /settings|configure/.test(verb));

it("is nobody else's: a stranger finds no jail, a helper may not", async () => {
  const { id, name } = panel.daemon.jails[0]!;
  const helper = await panel.actor("hilde");
  await db().grant.create({ data: { accountId: helper.actor.id, jailId: id!, jailName: name, power: true } });
  for (const work of [readSettings, planSettings, configureJail]) {
    for (const absent of ["mail", "absent"])
      await expect(work(who.stranger, wish(absent))).rejects.toMatchObject({ code: "not_found" });
    await expect(work(helper, wish("mail"))).rejects.toMatchObject({ code: "forbidden" });
  }
  expect(verbs()).toEqual([]);
});

it("lets an owner change what the admin has opened, and not one thing more", async () => {
  const now = (wish("mail") as { settings: Settings; digest: string }).settings;
  const digest = "0".repeat(64);
  panel.daemon.answer["jail.settings"] = () => ({
    settings: now,
    digest,
    config: { path: "/etc/jail.conf.d/mail.conf", text: "" },
    others: [],
  });
  panel.daemon.answer["jail.configure"] = () => ({ job: "a".repeat(32) });
  const change = (more: object, ctx = who.owner, as = digest) =>
    configureJail(ctx, { name: "mail", digest: as, settings: { ...now, ...more }, apply: "none" });
  const flag = (key: string) => ({ flags: { ...now.flags, [key]: true } });
  expect((await readSettings(who.owner, { name: "mail" })).open).toEqual(["autostart"]);
  await change({ autostart: true });
  for (const more of [flag("rawSockets"), flag("procfs"), { sysvipc: true }, { childrenMax: 9 }, { hostname: "x.org" }])
    await expect(change({ ...more, autostart: true })).rejects.toMatchObject({ code: "forbidden" });
  await expect(change({ autostart: true }, who.owner, "1".repeat(64))).rejects.toMatchObject({ code: "changed" });
  await openSettings(who.admin, { open: ["procfs"] });
  await change(flag("procfs"));
  await expect(change({ autostart: true })).rejects.toMatchObject({ code: "forbidden" });
  await expect(openSettings(who.owner, { open: ["procfs"] })).rejects.toMatchObject({ code: "forbidden" });
  await change({ ...flag("rawSockets"), childrenMax: 9 }, who.admin);
  expect(verbs().filter((verb) => verb === "jail.configure")).toHaveLength(3);
});

it("leaves a jail that was made by hand alone", async () => {
  for (const work of [readSettings, planSettings, configureJail]) {
    await expect(work(who.admin, wish("byhand"))).rejects.toMatchObject({ code: "foreign" });
    await expect(work(who.admin, wish("absent"))).rejects.toMatchObject({ code: "not_found" });
  }
  expect(verbs()).toEqual([]);
});

it("binds a change to the id of the jail that the admin looked at", async () => {
  panel.daemon.answer["jail.configure"] = () => ({ job: "a".repeat(32) });
  await configureJail(who.admin, { ...(wish("mail") as object), apply: "restart" } as never);
  const { name, id } = panel.daemon.jails[0]!;
  expect(panel.daemon.heard.at(-1)).toMatchObject({
    verb: "jail.configure",
    actor: "anna",
    input: { name, id, digest: "0".repeat(64), apply: "restart" },
  });
});
