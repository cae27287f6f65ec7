import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AuditEntry } from "../../contract/audit.ts";
import type { Share } from "../../contract/together.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { disableAccount } from "../accounts/disable-account.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { listNotices } from "../notices/list-notices.ts";
import { listJailRecordings, listRecordings, recordingFor } from "../recordings/find-recording.ts";
import { removeRecording } from "../recordings/remove-recording.ts";
import { giveGet } from "../shell-files/give-get.ts";
import { jail, terminal } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { whoIsStillAllowed } from "./authorize.ts";
import { endLostGuests } from "./end-lost-guests.ts";
import { closeTerminal } from "./close-terminal.ts";
import { isGuest, knock, lookAtShare } from "./join-terminal.ts";
import { nameTerminal } from "./name-terminal.ts";
import { recordTerminal } from "./record-terminal.ts";
import { admitGuest, shareTerminal, unshareTerminal } from "./share-terminal.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let greta: Ctx;
let shell: string;
const TOKEN = "t".repeat(43);
const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code?: string }) => error.code,
  );
const shareOf = (guest: Ctx, over: Partial<Share["guests"][number]> = {}): Share => ({
  terminal: shell,
  jail: "mail",
  owner: "olaf",
  guests: [{ name: guest.actor.name, account: guest.actor.id, mode: "read", unheard: 0, ...over }],
});
const heard = (verb: string) => panel.daemon.heard.filter((each) => each.verb === verb);

beforeAll(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  greta = await panel.actor("greta");
  const mail = jail("mail", { state: "running" });
  panel.daemon.jails.push(mail, jail("web", { state: "running" }));
  await assignJail(admin, { name: "mail", account: olaf.actor.id });
  const his = terminal(mail, "olaf");
  shell = his.terminal;
  panel.daemon.terminals.push(his);
  panel.daemon.answer["terminal.share"] = () => ({ token: TOKEN, until: "2026-01-01T00:00:00.000Z" });
  const done = ["terminal.unshare", "terminal.admit", "terminal.name", "terminal.close", "shell.give-get"] as const;
  for (const verb of [...done, "recording.remove"] as const) panel.daemon.answer[verb] = () => ({});
  panel.daemon.answer["terminal.record"] = () => ({ recording: null });
});
afterAll(() => panel.stop());
beforeEach(() => {
  panel.daemon.shares = [];
  panel.daemon.heard = [];
});

describe("the person of a shell", () => {
  it("shares it, lets people in, records it; nobody else does, the admin neither", async () => {
    expect(await shareTerminal(olaf, { terminal: shell, minutes: 60 })).toMatchObject({
      link: `${olaf.origin}/shells/together/${TOKEN}`,
    });
    await admitGuest(olaf, { terminal: shell, guest: "greta", as: "type" });
    await recordTerminal(olaf, { terminal: shell, on: true });
    await unshareTerminal(olaf, { terminal: shell });
    const before = panel.daemon.heard.filter(({ verb }) => !/list/.test(verb)).length;
    for (const ctx of [admin, greta]) {
      expect(await code(shareTerminal(ctx, { terminal: shell, minutes: 60 }))).toBe("not_found");
      expect(await code(unshareTerminal(ctx, { terminal: shell }))).toBe("not_found");
      expect(await code(admitGuest(ctx, { terminal: shell, guest: ctx.actor.name, as: "type" }))).toBe("not_found");
      expect(await code(recordTerminal(ctx, { terminal: shell, on: true }))).toBe("not_found");
    }
    expect(panel.daemon.heard.filter(({ verb }) => !/list/.test(verb)).length).toBe(before);
  });

  it("is on record with its jail, and who tried it with another's shell too", async () => {
    panel.audit.length = 0;
    await admitGuest(olaf, { terminal: shell, guest: "greta", as: "type" });
    await shareTerminal(olaf, { terminal: shell, minutes: 60 });
    for (const on of [true, false]) await recordTerminal(olaf, { terminal: shell, on });
    await unshareTerminal(olaf, { terminal: shell });
    await nameTerminal(olaf, { terminal: shell, name: "build" });
    await closeTerminal(olaf, { terminal: shell });
    await giveGet(olaf, { terminal: shell });
    await code(shareTerminal(greta, { terminal: shell, minutes: 60 }));
    await code(shareTerminal(greta, { terminal: "0".repeat(32), minutes: 60 }));
    const lines = panel.audit.map((line) => (JSON.parse(line) as { audit: AuditEntry }).audit);
    expect(lines.map(({ what, who, jail, result }) => [what, who, jail, result])).toEqual([
      ["terminal.admit type", "olaf", "mail", "ok"],
      ["terminal.share", "olaf", "mail", "ok"],
      ["terminal.record", "olaf", "mail", "ok"],
      ["terminal.stop-recording", "olaf", "mail", "ok"],
      ["terminal.unshare", "olaf", "mail", "ok"],
      ["terminal.name", "olaf", "mail", "ok"],
      ["terminal.close", "olaf", "mail", "ok"],
      ["shell.give-get", "olaf", "mail", "ok"],
      ["terminal.share", "greta", "mail", "refused"],
      ["terminal.share", "greta", undefined, "refused"],
    ]);
  });

  it("is named to knastd, and so is the guest with his account", async () => {
    const answer = { owner: "olaf", until: "x", state: "asking", shell: null, unseen: null };
    panel.daemon.answer["terminal.knock"] = () => answer;
    await shareTerminal(olaf, { terminal: shell, minutes: 5 });
    await knock(greta, { token: TOKEN });
    expect(heard("terminal.share")[0]).toMatchObject({ actor: "olaf", input: { terminal: shell, minutes: 5 } });
    expect(heard("terminal.knock")[0]).toMatchObject({
      actor: "greta",
      input: { token: TOKEN, account: greta.actor.id },
    });
  });
});

describe("a guest", () => {
  it("who asks while its person looks elsewhere is told to that person, and to nobody else", async () => {
    const answer = { owner: "olaf", until: "x", state: "asking", shell: null };
    const { id } = panel.daemon.jails[0]!;
    let unseen: { jail: string; id: string | null } | null = { jail: "mail", id };
    panel.daemon.answer["terminal.knock"] = () => ({ ...answer, unseen });
    // What he is told himself has neither the jail nor whether anybody is there.
    expect(await knock(greta, { token: TOKEN })).toEqual(answer);
    unseen = null;
    expect(await knock(greta, { token: TOKEN })).toEqual(answer);
    const asked = (who: Ctx) => db().notice.findMany({ where: { accountId: who.actor.id, kind: "guest-asks" } });
    const [first, ...more] = await asked(olaf);
    expect([first, more.length]).toMatchObject([{ jailId: id, jailName: "mail", data: '{"by":"greta"}' }, 0]);
    expect((await listNotices(olaf)).notices[0]).toMatchObject({
      title: "greta asks to look at your shell in mail",
      read: false,
    });
    expect([...(await asked(greta)), ...(await asked(admin))]).toEqual([]);
  });

  it("is a person with a good link: no program, and nothing that is no token reaches knastd", async () => {
    const scope = { token: "x", rights: ["shell"], jails: null, admin: false };
    const program = { ...greta, actor: { ...greta.actor, scope } } as unknown as Ctx;
    expect(await code(lookAtShare(program, { token: TOKEN }))).toBe("forbidden");
    expect(await code(knock(program, { token: TOKEN }))).toBe("forbidden");
    for (const token of ["", "x", "../..", "t".repeat(44)]) expect(await lookAtShare(greta, { token })).toBeNull();
    expect(heard("terminal.invited")).toEqual([]);
    expect(isGuest(program, [shareOf(greta)], shell)).toBeNull();
  });

  it("may attach only while he is let in, by his account and his name, to that one shell", () => {
    expect(isGuest(greta, [shareOf(greta)], shell)).not.toBeNull();
    expect(isGuest(greta, [shareOf(greta, { mode: null })], shell)).toBeNull();
    expect(isGuest(greta, [shareOf(greta, { account: "another" })], shell)).toBeNull();
    expect(isGuest(greta, [shareOf(greta, { name: "another" })], shell)).toBeNull();
    expect(isGuest(greta, [shareOf(greta)], "0".repeat(32))).toBeNull();
    expect(isGuest(admin, [shareOf(greta)], shell)).toBeNull();
  });

  it("loses his line when he is sent away, and everything when his account ends", async () => {
    const pass = {
      accountId: greta.actor.id,
      jail: "mail",
      sessionKey: greta.actor.session,
      actor: "greta",
      as: null,
      guestOf: shell,
    };
    const allowed = async () => (await whoIsStillAllowed())(pass, false);
    expect(await allowed()).toBe(false);
    panel.daemon.shares = [shareOf(greta)];
    expect(await allowed()).toBe(true);
    expect(await endLostGuests()).toBe(0);
    panel.daemon.shares = [shareOf(greta, { mode: null })];
    expect(await allowed()).toBe(false);
    const emil = await panel.actor("emil");
    panel.daemon.shares = [shareOf(emil)];
    await disableAccount(admin, { account: emil.actor.id });
    expect(await endLostGuests()).toBe(1);
    expect(heard("terminal.admit").at(-1)!.input).toEqual({ terminal: shell, guest: "emil", as: "none" });
    await db().account.delete({ where: { id: emil.actor.id } });
    const second = await panel.actor("emil");
    expect(second.actor.id).not.toBe(emil.actor.id);
    expect(await endLostGuests()).toBe(1);
  });
});

describe("a recording", () => {
  const NAME = "mail-20260101T000000Z-00000000.knast.cast";
  const OLD = "mail-20250101T000000Z-00000000.knast.cast";
  beforeAll(() => {
    const one = { recording: NAME, bytes: 1, since: "x", seconds: 1, jail: "mail", by: "berta", live: false };
    panel.daemon.recordings = [
      { ...one, id: panel.daemon.jails[0]!.id },
      // Of an earlier jail of that name.
      { ...one, recording: OLD, id: "f".repeat(32) },
    ];
  });

  it("is for who may have a shell in that very jail, and the admin", async () => {
    expect((await listJailRecordings(olaf, { name: "mail" })).map(({ recording }) => recording)).toEqual([NAME]);
    expect((await recordingFor(olaf, NAME)).recording).toBe(NAME);
    expect(await code(recordingFor(olaf, OLD))).toBe("not_found");
    expect(await code(recordingFor(greta, NAME))).toBe("not_found");
    expect(await code(listJailRecordings(greta, { name: "mail" }))).toBe("not_found");
    expect(await code(listRecordings(olaf))).toBe("forbidden");
    expect((await recordingFor(admin, OLD)).recording).toBe(OLD);
  });

  it("is removed by who made it, or may archive the jail", async () => {
    const helper = await panel.actor("helga");
    const { id: jailId, name: jailName } = panel.daemon.jails[0]!;
    await db().grant.create({ data: { accountId: helper.actor.id, jailId: jailId!, jailName, shell: true } });
    expect((await recordingFor(helper, NAME)).recording).toBe(NAME);
    expect(await code(removeRecording(helper, { recording: NAME }))).toBe("forbidden");
    panel.daemon.recordings[0]!.by = "helga";
    expect(await code(removeRecording(helper, { recording: NAME }))).toBe("ok");
    panel.daemon.recordings[0]!.by = "berta";
    expect(await code(removeRecording(olaf, { recording: NAME }))).toBe("ok");
    expect(await code(removeRecording(greta, { recording: NAME }))).toBe("not_found");
  });
});
