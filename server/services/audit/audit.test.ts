import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type AuditRecord, filterOf } from "../../contract/audit.ts";
import { KnastError } from "../../contract/errors.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { verifyPassword } from "../accounts/verify-password.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { setGrant } from "../grants/set-grant.ts";
import { stopJail } from "../jails/stop-jail.ts";
import { hexId, jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel, visitor } from "../testing/panel.ts";
import { exportAudit, exportJailAudit } from "./export-audit.ts";
import { listAudit, listJailAudit } from "./list-audit.ts";
import { useSink } from "./record.ts";
import { verifyAudit } from "./verify-audit.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let helper: Ctx;
let stranger: Ctx;
/** what the daemon was asked for by audit.list */
let asked: Record<string, unknown>[];
let trail: AuditRecord[];

beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  helper = await panel.actor("helga");
  stranger = await panel.actor("mallory");
  panel.daemon.jails.push(jail("mail", { state: "running" }), jail("web"));
  await assignJail(admin, { name: "mail", account: olaf.actor.id });
  await setGrant(admin, {
    name: "mail",
    account: helper.actor.id,
    rights: ["see", "power"],
    shellAs: "root",
    endsAt: null,
  });
  await assignJail(admin, { name: "web", account: stranger.actor.id });
  asked = [];
  trail = [];
  panel.daemon.answer["audit.list"] = (input: Record<string, unknown>) => {
    asked.push(input);
    return { records: trail.splice(0, 200), next: trail.length > 0 ? 1 : null };
  };
});
afterEach(() => panel.stop());

const stays = () => ({ signal: new AbortController().signal });
const line = (seq: number, over: Partial<AuditRecord> = {}): AuditRecord => ({
  seq,
  at: "2026-01-01T00:00:00.000Z",
  origin: "knastd",
  who: "anna",
  source: "192.0.2.99",
  token: "tok",
  what: "jail.stop",
  jail: "mail",
  requestId: "r",
  result: "ok",
  prev: "0".repeat(64),
  hash: "1".repeat(64),
  ...over,
});
const code = (work: Promise<unknown>) => work.then(() => "ok", (error: KnastError) => error.code); // prettier-ignore
const textOf = (body: ReadableStream) => new Response(body).text();

describe("the trail", () => {
  it("is the admin's as a whole, with sources and tokens", async () => {
    trail = [line(2), line(1, { who: "olaf" })];
    const { records } = await listAudit(admin, { what: "jail." });
    expect(records).toMatchObject([{ source: "192.0.2.99", token: "tok" }, { source: "192.0.2.99" }]);
    expect(records[0]).not.toHaveProperty("hash");
    expect(asked).toEqual([{ what: "jail.", limit: 50 }]);
    for (const other of [olaf, helper, stranger]) {
      expect(await code(listAudit(other, {}))).toBe("forbidden");
      expect(await code(exportAudit(other, {}, stays()))).toBe("forbidden");
      expect(await code(verifyAudit(other))).toBe("forbidden");
    }
    expect(asked).toHaveLength(1);
  });

  it("of a jail is for who may invite to it: by its id, without where others came from", async () => {
    trail = [line(3), line(2, { who: "olaf", source: "192.0.2.5" }), line(1, { who: "mallory", result: "refused" })];
    const { records } = await listJailAudit(olaf, { name: "mail" });
    expect(records.map(({ who, source, token }) => [who, source, token])).toEqual([
      ["anna", null, null],
      ["olaf", "192.0.2.5", "tok"],
      ["mallory", null, null],
    ]);
    expect(asked).toEqual([{ jail: "mail", jailId: panel.daemon.jails[0]!.id, limit: 50 }]);
    expect(await code(listJailAudit(helper, { name: "mail" }))).toBe("forbidden");
    expect(await code(listJailAudit(stranger, { name: "mail" }))).toBe("not_found");
    expect(await code(listJailAudit(olaf, { name: "absent" }))).toBe("not_found");
    expect(await code(exportJailAudit(stranger, { name: "mail" }, stays()))).toBe("not_found");
    expect(asked).toHaveLength(1);
  });

  it("of a jail that was made anew under the name is not the earlier one's", async () => {
    panel.daemon.jails[0] = jail("mail", { id: hexId() });
    expect(await code(listJailAudit(olaf, { name: "mail" }))).toBe("not_found");
    await listJailAudit(admin, { name: "mail" });
    expect(asked).toMatchObject([{ jailId: panel.daemon.jails[0].id }]);
  });

  it("a token reaches no more of it than it was made for", async () => {
    const scoped = (scope: Partial<NonNullable<Ctx["actor"]["scope"]>>, of = olaf): Ctx => ({
      ...of,
      actor: { ...of.actor, scope: { token: "t", rights: ["see", "invite"], jails: null, admin: false, ...scope } },
    });
    expect(await code(listJailAudit(scoped({}), { name: "mail" }))).toBe("ok");
    expect(await code(listJailAudit(scoped({ rights: ["see"] }), { name: "mail" }))).toBe("forbidden");
    expect(await code(listJailAudit(scoped({ jails: [] }), { name: "mail" }))).toBe("not_found");
    expect(await code(listAudit(scoped({}, admin), {}))).toBe("forbidden");
    trail = [line(1)];
    expect((await listJailAudit(scoped({}, admin), { name: "mail" })).records[0]).toMatchObject({
      source: "192.0.2.99",
    });
    trail = [line(1, { who: "olaf" })];
    expect((await listJailAudit(scoped({}, admin), { name: "mail" })).records[0]).toMatchObject({ source: null });
  });

  it("goes on looking where the daemon has found nothing yet, and gives up at last", async () => {
    let left = 3;
    panel.daemon.answer["audit.list"] = (input: { before?: number }) => {
      asked.push(input);
      return left-- > 0 ? { records: [], next: (input.before ?? 1000) - 100 } : { records: [line(5)], next: 5 };
    };
    expect(await listAudit(admin, {})).toMatchObject({ records: [{ seq: 5 }], next: 5 });
    expect(asked.map(({ before }) => before)).toEqual([undefined, 900, 800, 700]);
    left = 1000;
    expect((await listAudit(admin, {})).records).toEqual([]);
    expect(asked.length).toBeLessThan(20);
  });

  it("a day counts from its beginning and to its end", () => {
    expect(filterOf({ from: "2026-02-27", to: "2026-02-28" })).toEqual({
      from: "2026-02-27T00:00:00Z",
      to: "2026-03-01T00:00:00.000Z",
    });
    expect(filterOf({ to: "2026-02-28T10:00:00Z" })).toEqual({ to: "2026-02-28T10:00:00Z" });
  });
});

describe("an export", () => {
  it("is JSON lines of all pages, and is on record itself", async () => {
    trail = Array.from({ length: 450 }, (_, i) => line(450 - i));
    const { body, headers } = await exportAudit(admin, { result: "ok" }, stays());
    const lines = (await textOf(body))
      .split("\n")
      .slice(0, -1)
      .map((text) => JSON.parse(text) as AuditRecord);
    expect(lines.map(({ seq }) => seq)).toEqual(Array.from({ length: 450 }, (_, i) => 450 - i));
    expect(lines[0]).toEqual(line(450));
    expect(headers["content-disposition"]).toBe('attachment; filename="audit.jsonl"');
    expect(panel.audit.at(-1)).toContain('"audit.export"');
    expect(asked).toMatchObject([{ result: "ok", limit: 200 }, { before: 1 }, { before: 1 }]);
  });

  it("of an owner shows no more than his page, and ends when the jail is his no more", async () => {
    trail = Array.from({ length: 600 }, (_, i) => line(600 - i));
    const { body } = await exportJailAudit(olaf, { name: "mail" }, stays());
    const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    const first = new TextDecoder().decode((await reader.read()).value).split("\n")[0]!;
    expect(JSON.parse(first)).toMatchObject({ seq: 600, source: null, token: null });
    expect(first).not.toContain("hash");
    await db().grant.deleteMany({ where: { accountId: olaf.actor.id } });
    const rest = async () => {
      for (;;) if ((await reader.read()).done) return;
    };
    await expect(rest()).rejects.toMatchObject({ code: "not_found" });
    // His places are free again.
    await assignJail(admin, { name: "mail", account: olaf.actor.id });
    for (let i = 0; i < 5; i++) await (await exportJailAudit(olaf, { name: "mail" }, stays())).body.cancel();
  });

  it("that nobody reads gives its place back when whoever asked has gone, before the answer too", async () => {
    trail = Array.from({ length: 600 }, (_, i) => line(600 - i));
    const late = () => ({ signal: AbortSignal.abort() });
    for (let i = 0; i < 3; i++) await exportAudit(admin, {}, late());
    const gone = new AbortController();
    for (let i = 0; i < 2; i++) await exportAudit(admin, {}, gone);
    expect(await code(exportAudit(admin, {}, stays()))).toBe("too_many");
    gone.abort();
    await vi.waitFor(async () => (await exportAudit(admin, {}, stays())).body.cancel());
  });
});

describe("what the panel has recorded", () => {
  const lines = () => panel.daemon.recorded;
  beforeEach(() => {
    useSink();
    panel.daemon.recorded.length = 0;
  });

  it("goes to the daemon; what the daemon does itself, it records itself", async () => {
    const headers = async () => {
      panel.daemon.headers.length = 0;
      await stopJail(olaf, { name: "mail" });
      return panel.daemon.headers.at(-1);
    };
    expect(await headers()).toMatchObject({
      "knast-source": visitor.source,
      "knast-request": "r",
      "knast-actor": "olaf",
    });
    expect(lines()).toEqual([]);
    expect(await code(stopJail(stranger, { name: "mail" }))).toBe("not_found");
    expect(await code(stopJail(helper, { name: "web" }))).toBe("not_found");
    expect(lines()).toMatchObject([
      { who: "mallory", what: "jail.stop", jail: "mail", result: "refused", code: "not_found", source: visitor.source },
      { who: "helga", jail: "web", result: "refused" },
    ]);
  });

  it("has a failure of the daemon's once, and one that it could not hear of", async () => {
    panel.daemon.answer["jail.stop"] = () => {
      throw new KnastError("not_running");
    };
    expect(await code(stopJail(olaf, { name: "mail" }))).toBe("not_running");
    expect(lines()).toEqual([]);
  });

  it("names accounts by their names, and who has signed in by his", async () => {
    await setGrant(admin, { name: "mail", account: helper.actor.id, rights: ["see"], shellAs: "root", endsAt: null });
    await code(verifyPassword(visitor, { name: "nobody", password: "wrong" }));
    await code(verifyPassword(visitor, { name: "\u001b[2J", password: "wrong" }));
    expect(lines()).toMatchObject([
      { who: "anna", what: "grant.set", jail: "mail", account: "helga", result: "ok" },
      { who: "-", what: "sign-in", account: "nobody", result: "failed", code: "invalid" },
      { what: "sign-in", account: "?" },
    ]);
  });
});
