import { afterEach, beforeEach, expect, it } from "vitest";
import { CreateJailForm } from "../../contract/panel.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { type Db, db, useDb } from "../db.ts";
import { takeGrant } from "../grants/take-grant.ts";
import { jail } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { createJail } from "./create-jail.ts";
import { listJails } from "./list-jails.ts";
import { settleGrantIntents } from "./settle-grant-intents.ts";

let panel: TestPanel;
let admin: Ctx;
let friend: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  friend = await panel.actor("olaf");
});
afterEach(() => panel.stop());

const form = (owner: string | null) =>
  CreateJailForm.parse({ hostname: "erdgeist.org", interface: "em0", ip4: ["10.0.2.5"], owner });
const finish = (state: "done" | "failed") => {
  const last = panel.daemon.jobs.at(-1)!;
  Object.assign(last, { state, endedAt: new Date().toISOString() });
};
const seen = async (ctx: Ctx) => (await listJails(ctx)).map((row) => row.name);

it("gives the jail to its owner when the job is done, not before", async () => {
  await createJail(admin, form(friend.actor.id));
  panel.daemon.jails = [jail("erdgeist_org", { state: "creating" })];
  expect(await seen(friend)).toEqual([]);
  finish("done");
  expect(await seen(friend)).toEqual(["erdgeist_org"]);
  expect(await db().grantIntent.count()).toBe(0);
});

it("finds the job again after a crash between the daemon's answer and its note", async () => {
  await createJail(admin, form(friend.actor.id));
  await db().grantIntent.updateMany({ data: { jobId: null } });
  panel.daemon.jails = [jail("erdgeist_org")];
  finish("done");
  expect(await seen(friend)).toEqual(["erdgeist_org"]);
});

it("gives nothing at a late look, when the grant was given and taken since", async () => {
  await createJail(admin, form(friend.actor.id));
  panel.daemon.jails = [jail("erdgeist_org")];
  finish("done");
  const plain = db();
  let goOn = () => {};
  const held = new Promise<void>((resolve) => (goOn = resolve));
  // This look has read the intents, and is late with the rest.
  const findMany = async ({ args, query }: { args: object; query: (args: object) => Promise<unknown> }) => {
    const intents = await query(args);
    await held;
    return intents;
  };
  useDb(plain.$extends({ query: { grantIntent: { findMany: findMany as never } } }) as unknown as Db);
  const late = settleGrantIntents(panel.daemon.jails);
  useDb(plain);
  expect(await seen(friend)).toEqual(["erdgeist_org"]);
  await takeGrant(admin, { name: "erdgeist_org", account: friend.actor.id });
  goOn();
  await late;
  expect(await seen(friend)).toEqual([]);
});

it("gives nothing for a job that failed, was refused or never came to be", async () => {
  await createJail(admin, form(friend.actor.id));
  finish("failed");
  panel.daemon.jails = [jail("erdgeist_org")];
  expect(await seen(friend)).toEqual([]);
  expect(await db().grantIntent.count()).toBe(0);

  panel.daemon.answer["jail.create"] = () => {
    throw new KnastError("address_taken", { problems: [{ field: "ip4.0", code: "address_taken", message: "taken" }] });
  };
  await expect(createJail(admin, form(friend.actor.id))).rejects.toMatchObject({ problems: [{ field: "ip4.0" }] });
  expect(await db().grantIntent.count()).toBe(0);

  const createdAt = new Date(Date.now() - 120_000);
  const data = { id: "old", accountId: friend.actor.id, jailName: "erdgeist_org", createdAt };
  await db().grantIntent.create({ data });
  panel.daemon.jobs = [];
  expect(await seen(friend)).toEqual([]);
  expect(await db().grantIntent.count()).toBe(0);
});

it("does not hand a jail that was made anew to the owner of the one before", async () => {
  await createJail(admin, form(friend.actor.id));
  finish("done");
  await new Promise((resolve) => setImmediate(resolve));
  panel.daemon.jobs.push({
    ...panel.daemon.jobs[0]!,
    id: "f".repeat(32),
    startedAt: new Date(Date.now() + 5).toISOString(),
  });
  panel.daemon.jails = [jail("erdgeist_org")];
  expect(await seen(friend)).toEqual([]);
});

it("is the admin's, for an owner who exists", async () => {
  await expect(createJail(friend, form(null))).rejects.toMatchObject({ code: "forbidden" });
  await expect(createJail(admin, form("nobody"))).rejects.toMatchObject({ problems: [{ field: "owner" }] });
  expect(panel.daemon.heard.filter((each) => each.verb === "jail.create")).toEqual([]);
  await createJail(admin, form(null));
  const heard = panel.daemon.heard.at(-1)!;
  expect(heard).toMatchObject({ verb: "jail.create", actor: "anna", input: { name: "erdgeist_org" } });
  expect(heard.key).toMatch(/^[0-9a-f]{32}$/);
  expect(heard.input).not.toHaveProperty("owner");
});
