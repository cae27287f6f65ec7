import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import { GrantForm } from "../../contract/grants.ts";
import type { ShellChoice } from "../../contract/shell-choice.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { setGrant } from "../grants/set-grant.ts";
import { jail, terminal } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { whoIsStillAllowed } from "./authorize.ts";
import { endLostShells } from "./end-lost-shells.ts";
import { listTerminals } from "./list-terminals.ts";
import { nameTerminal } from "./name-terminal.ts";
import { openTerminal } from "./open-terminal.ts";
import { showChoices } from "./show-choices.ts";

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
beforeEach(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  panel.daemon.jails = [jail("mail", { state: "running" }), jail("web", { state: "running" })];
});
afterEach(() => panel.stop());

const grant = (shellAs: string, rights = ["see", "shell"]) =>
  setGrant(admin, GrantForm.parse({ name: "mail", account: olaf.actor.id, rights, shellAs }));
const open = (who: Ctx, choice: ShellChoice & { last?: boolean } = {}) =>
  openTerminal(who, { name: "mail", cols: 80, rows: 24, ...choice });
const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : Promise.reject(error as Error)),
  );
const asked = () => panel.daemon.heard.findLast((one) => one.verb === "terminal.open")!.input;

describe("who may be root", () => {
  it("opens as any account, also as one to which nobody logs in", async () => {
    await grant("root");
    expect((await open(olaf)).account).toBe("root");
    expect(asked()).not.toHaveProperty("account");
    expect((await open(olaf, { account: "www", shell: "/bin/sh" })).account).toBe("www");
    expect(asked()).toMatchObject({ account: "www", shell: "/bin/sh", evenNologin: true });
    expect((await showChoices(olaf, { name: "mail" })).accounts.map((one) => one.name)).toEqual([
      "root",
      "anna",
      "www",
    ]);
  });
});

describe("whose grant names an account", () => {
  it("gets that one and no other", async () => {
    await grant("anna");
    expect((await open(olaf)).account).toBe("anna");
    expect(asked()).toMatchObject({ account: "anna", evenNologin: false });
    expect((await open(olaf, { account: "anna", shell: "/bin/sh" })).shell).toBe("/bin/sh");
    for (const account of ["root", "www"]) expect(await code(open(olaf, { account }))).toBe("forbidden");
    expect((await showChoices(olaf, { name: "mail" })).accounts.map((one) => one.name)).toEqual(["anna"]);
    expect(await code(showChoices(olaf, { name: "web" }))).toBe("not_found");
  });

  it("does not see, name or keep the shells of root that he had", async () => {
    await grant("root");
    const { terminal: his } = await open(olaf);
    const pass = { accountId: olaf.actor.id, jail: "mail", as: "root", actor: "olaf", sessionKey: olaf.actor.session };
    expect(await (await whoIsStillAllowed())(pass, false)).toBe(true);
    // As after a hand in the database, or while the daemon was away.
    await db().grant.updateMany({ data: { shellAs: "anna" } });
    expect(await listTerminals(olaf)).toEqual([]);
    expect(await code(nameTerminal(olaf, { terminal: his, name: "x" }))).toBe("not_found");
    expect(await (await whoIsStillAllowed())(pass, false)).toBe(false);
    expect(await (await whoIsStillAllowed())({ ...pass, as: "anna" }, false)).toBe(true);
    expect(await endLostShells()).toBe(1);
    expect(panel.daemon.terminals).toEqual([]);
  });
});

describe("what one chose", () => {
  it("is there the next time, by jail, beside other preferences; nothing chosen is nothing kept", async () => {
    await grant("root");
    const last = async () => (await showChoices(olaf, { name: "mail" })).last;
    expect(await last()).toEqual({});
    await db().account.update({ where: { id: olaf.actor.id }, data: { preferences: '{"terminal":{"font":15}}' } });
    await open(olaf, { shell: "/bin/sh", account: "www" });
    expect(await last()).toEqual({ shell: "/bin/sh", account: "www" });
    const { preferences } = await db().account.findUniqueOrThrow({ where: { id: olaf.actor.id } });
    expect(JSON.parse(preferences!)).toMatchObject({ terminal: { font: 15 } });
    expect(await open(olaf, { last: true })).toMatchObject({ shell: "/bin/sh", account: "www" });
    // It is not in the jail any more.
    panel.daemon.answer["terminal.open"] = ({ shell }: { shell?: string }) => {
      if (shell !== undefined) throw new KnastError("invalid");
      return terminal(panel.daemon.jails[0]!, "olaf");
    };
    expect(await open(olaf, { last: true })).toMatchObject({ shell: "/bin/csh", account: "root" });
    panel.daemon.answer = {};
    // His grant names an account by now: the remembered one is not offered.
    await grant("anna");
    expect(await last()).toEqual({ shell: "/bin/sh" });
    expect(await open(olaf, { last: true })).toMatchObject({ shell: "/bin/sh", account: "anna" });
    await open(olaf);
    expect(await last()).toEqual({});
    await db().account.update({ where: { id: olaf.actor.id }, data: { preferences: "not JSON" } });
    expect(await last()).toEqual({});
  });
});

it("names one's own shells only", async () => {
  await grant("root");
  const { terminal: his } = await open(olaf);
  await nameTerminal(olaf, { terminal: his, name: "build" });
  expect((await listTerminals(olaf))[0]?.name).toBe("build");
  panel.daemon.terminals.push(terminal(panel.daemon.jails[0]!, "anna"));
  const other = panel.daemon.terminals.at(-1)!.terminal;
  expect(await code(nameTerminal(olaf, { terminal: other, name: "mine" }))).toBe("not_found");
  expect(await code(nameTerminal(admin, { terminal: his, name: "mine" }))).toBe("not_found");
});
