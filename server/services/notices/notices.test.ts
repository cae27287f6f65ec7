import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { newPasswordLink } from "../accounts/new-password-link.ts";
import { setPassword } from "../accounts/set-password.ts";
import { takeGrant } from "../grants/take-grant.ts";
import { listPlannedWork, planWork, takeBackWork } from "../bases/plan-work.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { fillDisk } from "../testing/fill-disk.ts";
import { grantColumns } from "../grants/grant-columns.ts";
import { hexId, jail, job } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { countUnread, listNotices } from "./list-notices.ts";
import { markRead } from "./mark-read.ts";
import { notify } from "./notify.ts";
import { renewWebhookSecret, setPreferences, showPreferences } from "./preferences.ts";
import { pruneNotices } from "./run-notices.ts";
import { watchHost } from "./watch-host.ts";
import { watchLimits } from "./watch-limits.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let mail: ReturnType<typeof jail>;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  mail = jail("mail", { state: "running", jid: 3 });
  panel.daemon.jails = [mail];
  await grant(olaf, ["power", "processes", "invite"]);
});
afterEach(() => panel.stop());

const grant = (who: Ctx, rights: Parameters<typeof grantColumns>[0], id = mail.id!) =>
  db().grant.create({ data: { accountId: who.actor.id, jailId: id, jailName: "mail", ...grantColumns(rights) } });
const titles = async (who: Ctx) => (await listNotices(who)).notices.map(({ title }) => title).toReversed();
const ended = (verb: string, actor: string, over: Parameters<typeof job>[2] = {}) => {
  const endedAt = new Date().toISOString();
  const made = job(verb, "mail", { jailId: mail.id, actor, state: "done", endedAt, ...over });
  panel.daemon.jobs.unshift(made);
  return made;
};
const refused = { code: "disk_full" as const, message: "The disk is full. Nothing was changed.", problems: [] };
const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );

describe("the host's watcher", () => {
  it("tells who may start and stop the jail, except the one who did it", async () => {
    const [helper, viewer, stranger] = [
      await panel.actor("hilda"),
      await panel.actor("vera"),
      await panel.actor("stig"),
    ];
    await grant(helper, ["power"]);
    await grant(viewer, []);
    await watchHost();
    ended("jail.stop", "hilda");
    Object.assign(mail, { state: "stopped", jid: null });
    await watchHost();
    expect(await titles(olaf)).toEqual(["hilda stopped mail"]);
    for (const who of [helper, viewer, stranger, admin]) expect(await titles(who), who.actor.name).toEqual([]);
  });

  it("neither misses nor repeats a job, whenever it is started again", async () => {
    await watchHost();
    ended("jail.stop", "anna");
    // Killed before the notices and what was told are written together: nothing of it is there.
    const broken = panel.daemon.answer;
    panel.daemon.answer = { "jail.list": () => ({ nonsense: true }) };
    expect(await code(watchHost())).toBe("internal");
    panel.daemon.answer = broken;
    expect(await titles(olaf)).toEqual([]);
    Object.assign(mail, { state: "stopped", jid: null });
    for (let i = 0; i < 3; i++) await watchHost();
    expect(await titles(olaf)).toEqual(["anna stopped mail"]);
    // While knast-web was away: a start by somebody, then a stop by hand.
    ended("jail.start", "anna");
    ended("jail.restart", "anna");
    for (let i = 0; i < 3; i++) await watchHost();
    // Both ended in one moment: which stands first does not matter.
    expect((await titles(olaf)).toSorted()).toEqual(["anna restarted mail", "anna started mail", "anna stopped mail"]);
  });

  it("writes what it told and the notices together or not at all", async () => {
    await watchHost();
    ended("jail.stop", "anna");
    const free = await fillDisk(panel.database, "Setting");
    expect(await code(watchHost())).not.toBe("ok");
    expect(await db().notice.count()).toBe(0);
    await free();
    await watchHost();
    expect(await db().notice.count()).toBe(1);
  });

  it("tells a failure to who began it and to the jail's people, a nightly one on nobody's jail to the admins", async () => {
    await watchHost();
    ended("archive.create", "olaf", { state: "failed", failure: refused });
    ended("jail.start", "anna", { state: "failed", failure: refused });
    ended("host.archive", "schedule", { state: "failed", failure: refused, jail: null, jailId: null });
    await watchHost();
    expect((await titles(olaf)).toSorted()).toEqual(["archive.create failed on mail", "jail.start failed on mail"]);
    expect((await titles(admin)).toSorted()).toEqual(["host.archive failed", "jail.start failed on mail"]);
    expect((await listNotices(admin)).notices.at(-1)!.text).toContain("The disk is full.");
  });

  it("tells of a jail that was stopped by hand, and of one that is no more", async () => {
    await watchHost();
    Object.assign(mail, { state: "stopped", jid: null });
    await watchHost();
    ended("jail.destroy", "anna");
    panel.daemon.jails = [];
    await watchHost();
    expect(await titles(olaf)).toEqual(["mail was stopped by hand on the host", "anna destroyed mail"]);
  });

  it("tells a jail's own people only, not those of one that bears its name now", async () => {
    await watchHost();
    const stig = await panel.actor("stig");
    const again = jail("mail", { id: hexId() });
    await grant(stig, ["power"], again.id!);
    ended("jail.destroy", "anna");
    panel.daemon.jails = [again];
    await watchHost();
    expect([await titles(olaf), await titles(stig)]).toEqual([["anna destroyed mail"], []]);
  });
});

describe("limits", () => {
  it("are told once to who may see the jail's processes", async () => {
    const helper = await panel.actor("hilda");
    await grant(helper, ["power"]);
    const limits = { memoryBytes: 512 * 1024 ** 2, processes: 100, cpuPercent: null, openFiles: null, terminals: null };
    panel.daemon.limits = { mail: limits };
    const use = { memoryBytes: 500 * 1024 ** 2, processes: 50, cpuPercent: 1, openFiles: 1, terminals: 0 };
    panel.daemon.answer["jail.limits"] = () => ({
      limits,
      use,
      holds: true,
      file: { path: "/etc/rctl.conf", text: "" },
    });
    await watchLimits();
    await watchLimits();
    expect(await titles(olaf)).toEqual(["mail is at its limit of memory"]);
    expect((await listNotices(olaf)).notices[0]!.text).toMatch(/^It uses 500 MB of 512 MB\./);
    expect(await titles(helper)).toEqual([]);
    Object.assign(mail, { state: "stopped" });
    panel.daemon.heard = [];
    await watchLimits();
    expect(panel.daemon.heard.map(({ verb }) => verb)).toEqual(["limits.list", "jail.list"]);
  });
});

describe("notices", () => {
  it("are one's own: another's is neither listed nor marked", async () => {
    await notify({ accounts: [olaf.actor.id, admin.actor.id], kind: "new-device", facts: { device: "Firefox" } });
    const [his] = (await listNotices(olaf)).notices;
    const [hers] = (await listNotices(admin)).notices;
    await markRead(olaf, { notice: hers!.id });
    expect(await countUnread(admin.actor)).toBe(1);
    expect((await listNotices(olaf, { before: hers!.id })).notices.map(({ id }) => id)).toEqual([his!.id]);
    await markRead(olaf, { notice: null });
    expect([await countUnread(olaf.actor), await countUnread(admin.actor)]).toEqual([0, 1]);
  });

  it("are shown fifty at a time, by jail, and the new ones alone", async () => {
    for (let i = 0; i < 60; i++)
      await notify({
        accounts: [olaf.actor.id],
        kind: "jail-stopped",
        jail: i % 2 ? mail : null,
        facts: { by: `a${i}` },
      });
    const first = await listNotices(olaf);
    const second = await listNotices(olaf, { before: first.more });
    expect([first.notices.length, second.notices.length, second.more]).toEqual([50, 10, null]);
    expect(new Set([...first.notices, ...second.notices].map(({ title }) => title)).size).toBe(60);
    expect(first.jails).toEqual([{ id: mail.id, name: "mail" }]);
    expect((await listNotices(olaf, { jail: mail.id })).notices).toHaveLength(30);
    await markRead(olaf, { notice: first.notices[0]!.id });
    expect((await listNotices(olaf, { unread: true })).notices[0]!.id).toBe(first.notices[1]!.id);
  });

  it("are forgotten when they are many or old", async () => {
    for (let i = 0; i < 8; i++)
      await notify({ accounts: [olaf.actor.id], kind: "jail-stopped", jail: mail, facts: { by: `a${i}` } });
    await notify({ accounts: [admin.actor.id], kind: "new-device" });
    const created = await db().notice.findMany({ where: { accountId: olaf.actor.id }, orderBy: { id: "asc" } });
    for (const [i, { id }] of created.entries())
      await db().notice.update({ where: { id }, data: { createdAt: new Date(Date.now() - i * 1000) } });
    await pruneNotices(Date.now(), 5);
    expect((await listNotices(olaf)).notices.map(({ id }) => id)).toEqual(created.slice(0, 5).map(({ id }) => id));
    await pruneNotices(Date.now() + 91 * 24 * 3_600_000);
    expect(await db().notice.count()).toBe(0);
  });

  it("come of grants and of a new password, not of a first one", async () => {
    const stig = await panel.actor("stig", "friend", "none");
    await assignJail(admin, { name: "mail", account: stig.actor.id });
    await assignJail(admin, { name: "mail", account: stig.actor.id });
    await takeGrant(admin, { name: "mail", account: stig.actor.id });
    await takeGrant(admin, { name: "mail", account: stig.actor.id });
    const fresh = async () => (await newPasswordLink(admin, { account: stig.actor.id })).url.split("/").at(-1)!;
    await setPassword(visitor, { token: await fresh(), password: "a new password" });
    expect(await titles(stig)).toEqual(["anna gave you mail", "anna took mail from you", "Your password was changed"]);
    await db().account.update({ where: { id: stig.actor.id }, data: { passwordHash: null } });
    await setPassword(visitor, { token: await fresh(), password: "a new password" });
    expect(await titles(stig)).toHaveLength(3);
  });
});

describe("preferences", () => {
  it("choose the channels by kind; those that warn can't be switched off", async () => {
    const off = { "jail-stopped": ["mail", "panel"], "new-device": ["mail"], "grant-given": [] } as const;
    const base = { email: "olaf@example.org", byMail: true, webhook: "https://example.org/hook" };
    const { secret } = await setPreferences(olaf, { ...base, off: structuredClone(off) as never });
    expect(secret).toMatch(/^whsec_/);
    expect(JSON.stringify(await db().account.findMany(), (_, v) => (typeof v === "bigint" ? 0 : v))).not.toContain(
      secret,
    );
    expect(JSON.stringify(await showPreferences(olaf))).not.toContain("whsec_");
    for (const kind of ["jail-stopped", "new-device", "jail-started"] as const)
      await notify({ accounts: [olaf.actor.id], kind, jail: mail });
    const rows = await db().notice.findMany({ include: { deliveries: true }, orderBy: { kind: "asc" } });
    expect(
      rows.map(({ kind, readAt, deliveries }) => [kind, readAt === null, deliveries.map((d) => d.channel).sort()]),
    ).toEqual([
      ["jail-started", true, ["mail", "webhook"]],
      ["jail-stopped", false, ["webhook"]],
      ["new-device", true, ["mail", "webhook"]],
    ]);
    expect((await setPreferences(olaf, { ...base, off: {} })).secret).toBeNull();
    expect((await setPreferences(olaf, { ...base, webhook: "https://example.org/2", off: {} })).secret).not.toBe(
      secret,
    );
    expect((await renewWebhookSecret(olaf)).secret).toMatch(/^whsec_/);
    expect((await renewWebhookSecret(admin)).secret).toBeNull();
  });
});

describe("planned work", () => {
  const at = new Date(Date.now() + 24 * 3_600_000).toISOString();
  beforeEach(() => {
    const facts = { release: "14.2", source: "host", installedAt: at, sha256: null, bytes: 1, newjailBytes: 1 };
    panel.daemon.answer["base.plan"] = () => ({
      ...{ name: "basejail", ...facts },
      users: [
        { name: "mail", id: mail.id, running: true, problem: null },
        { name: "byhand", id: null, running: true, problem: null },
      ],
    });
  });

  it("is told to the people of the jails on the base, and so is that it was taken back", async () => {
    const viewer = await panel.actor("vera");
    await grant(viewer, []);
    const { work } = await planWork(admin, { base: "basejail", at, note: "Patches. Ten minutes." });
    expect(await listPlannedWork(admin, "basejail")).toMatchObject([
      { id: work, by: "anna", jails: [{ name: "mail" }] },
    ]);
    expect(await listPlannedWork(admin, "basejail-14.2")).toEqual([]);
    await takeBackWork(admin, { work });
    expect(await code(takeBackWork(admin, { work }))).toBe("not_found");
    const day = at.slice(0, 16).replace("T", " ");
    for (const who of [olaf, viewer])
      expect(await titles(who)).toEqual([
        `Work on mail is planned for ${day} UTC`,
        `The work on mail on ${day} UTC was taken back`,
      ]);
    expect((await listNotices(olaf)).notices[1]!.text).toContain("Patches. Ten minutes.");
  });

  it("is the admin's, ahead, and not without bound", async () => {
    expect(await code(planWork(olaf, { base: "basejail", at, note: "" }))).toBe("forbidden");
    expect(await code(listPlannedWork(olaf, "basejail"))).toBe("forbidden");
    expect(await code(takeBackWork(olaf, { work: "x" }))).toBe("forbidden");
    for (const bad of [new Date(0).toISOString(), new Date(Date.now() + 400 * 24 * 3_600_000).toISOString()])
      expect(await code(planWork(admin, { base: "basejail", at: bad, note: "" }))).toBe("invalid");
    expect(await db().notice.count()).toBe(0);
    for (let i = 0; i < 20; i++) await planWork(admin, { base: "basejail", at, note: "" });
    expect(await code(planWork(admin, { base: "basejail", at, note: "" }))).toBe("too_many");
  });
});
