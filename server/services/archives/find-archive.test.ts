import { afterEach, beforeEach, expect, it } from "vitest";
import type { Archive, Manifest } from "../../contract/archive.ts";
import { KnastError } from "../../contract/errors.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { hexId, jail } from "../testing/fake-daemon.ts";
import { useSink } from "../audit/record.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { downloadArchive } from "./download-archive.ts";
import { archiveFor, listArchives, listJailArchives } from "./find-archive.ts";
import {
  cloneJail,
  createArchive,
  importArchive,
  removeArchive,
  restoreArchive,
  verifyArchive,
} from "./keep-archives.ts";

let panel: TestPanel;
let who: Record<"admin" | "owner" | "stranger", Ctx>;
const MAIL = "mail-20260101T000000Z.knast.tar";
const OLD = "mail-20250101T000000Z.knast.tar";
const WEB = "web-20260101T000000Z.knast.tar";

const archive = (name: string, id: string): Archive => {
  const manifest: Manifest = {
    format: "knast-jail-1",
    createdAt: "2026-01-01T00:00:00Z",
    name: name.split("-")[0]!,
    id,
    release: "14.2-RELEASE",
    architecture: "amd64",
    baseRelease: null,
    owners: [],
    running: false,
    scheduled: false,
    settings: null,
    untranslated: [],
    warnings: 0,
    entries: 1,
    contentBytes: 1,
    members: [],
  };
  return { archive: name, bytes: 1, manifest };
};

beforeEach(async () => {
  panel = await testPanel();
  who = {
    admin: await panel.actor("anna", "admin"),
    owner: await panel.actor("olaf"),
    stranger: await panel.actor("stig"),
  };
  panel.daemon.jails = [jail("mail"), jail("web")];
  await assignJail(who.admin, { name: "mail", account: who.owner.actor.id });
  await assignJail(who.admin, { name: "web", account: who.stranger.actor.id });
  const [mail, web] = panel.daemon.jails.map((one) => one.id!);
  // OLD is of an earlier jail of the same name.
  const archives = [archive(MAIL, mail!), archive(OLD, hexId()), archive(WEB, web!)];
  panel.daemon.answer["archive.list"] = () => ({ archives });
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error as KnastError).code,
  );

it("gives a friend the archives of his jails, and says the same of another's, an earlier jail's and none", async () => {
  const names = [MAIL, OLD, WEB, "none-20260101T000000Z.knast.tar", ""];
  const seen = async (ctx: Ctx) => Promise.all(names.map((name) => code(archiveFor(ctx, name))));
  expect(await seen(who.admin)).toEqual(["ok", "ok", "ok", "not_found", "not_found"]);
  expect(await seen(who.owner)).toEqual(["ok", "not_found", "not_found", "not_found", "not_found"]);
  expect(await seen(who.stranger)).toEqual(["not_found", "not_found", "ok", "not_found", "not_found"]);
  expect((await listJailArchives(who.owner, { name: "mail" })).map((one) => one.archive)).toEqual([MAIL]);
  expect(await code(listJailArchives(who.owner, { name: "web" }))).toBe("not_found");
  expect(await code(listArchives(who.owner))).toBe("forbidden");
});

it("lets a friend do nothing that makes a jail, and nothing to another's archive", async () => {
  for (const archive of [WEB, OLD])
    for (const verb of [verifyArchive, removeArchive])
      expect(await code(verb(who.owner, { archive }))).toBe("not_found");
  expect(await code(restoreArchive(who.owner, { archive: MAIL, as: {} }))).toBe("forbidden");
  expect(await code(cloneJail(who.owner, { name: "mail", as: {} }))).toBe("forbidden");
  expect(await code(importArchive(who.owner, { upload: hexId() }))).toBe("forbidden");
  expect(await code(createArchive(who.owner, { name: "web" }))).toBe("not_found");
  expect(panel.daemon.jobs).toEqual([]);
});

it("archives by the id that the grant is for, and says whose it was", async () => {
  panel.daemon.answer["archive.create"] = () => ({ job: hexId() });
  await createArchive(who.owner, { name: "mail" });
  const { name, id } = panel.daemon.jails[0]!;
  expect(panel.daemon.heard.at(-1)).toMatchObject({ verb: "archive.create", input: { name, id, owners: ["olaf"] } });
});

it("tells knastd who downloads and from where, which records it; the panel does not do so once more", async () => {
  useSink();
  panel.daemon.file = Buffer.alloc(10);
  const { signal } = new AbortController();
  const scope = { token: "tok1", rights: ["archive" as const], jails: null, admin: false };
  const owner = { ...who.owner, actor: { ...who.owner.actor, scope } };
  const { body } = await downloadArchive(owner, { archive: MAIL, range: null, ifRange: null, signal });
  expect(panel.daemon.headers.at(-1)).toMatchObject({
    "knast-actor": "olaf",
    "knast-source": owner.source,
    "knast-request": owner.requestId,
    "knast-token": "tok1",
  });
  expect(panel.daemon.recorded.filter(({ what }) => what === "archive.download")).toEqual([]);
  await body.cancel();
});

it("cuts a download off when its jail is his no more", async () => {
  panel.daemon.file = Buffer.alloc(1000);
  const { signal } = new AbortController();
  const { body } = await downloadArchive(who.owner, { archive: MAIL, range: null, ifRange: null, signal });
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  expect((await reader.read()).value).toHaveLength(1000);
  await db().grant.deleteMany();
  await expect(reader.read()).rejects.toThrow();
}, 20_000);
