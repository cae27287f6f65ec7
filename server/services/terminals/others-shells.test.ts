import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { assignJail } from "../accounts/assign-jail.ts";
import type { Ctx } from "../context.ts";
import { jail, terminal } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { endOthersShell, listOthersShells } from "./others-shells.ts";

// What an admin may do with the shells of others: know that they are there, and end them.

let panel: TestPanel;
let admin: Ctx;
let olaf: Ctx;
let ids: { his: string; own: string; host: string };
const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: { code?: string }) => error.code,
  );

beforeAll(async () => {
  panel = await testPanel();
  admin = await panel.actor("anna", "admin");
  olaf = await panel.actor("olaf");
  const mail = jail("mail", { state: "running" });
  panel.daemon.jails.push(mail);
  await assignJail(admin, { name: "mail", account: olaf.actor.id });
  const [his, own, host] = [terminal(mail, "olaf"), terminal(mail, "anna"), terminal(mail, "root")];
  Object.assign(his, { name: "diary", title: "secret", lastLine: "secret", lastOutputAt: "2036-02-01T00:00:00.000Z" });
  panel.daemon.terminals.push(his, own, host);
  ids = { his: his.terminal, own: own.terminal, host: host.terminal };
  panel.daemon.answer["terminal.close"] = () => ({});
});
afterAll(() => panel.stop());
beforeEach(() => (panel.daemon.heard = []));

it("shows an admin whose they are, and nothing that is on them", async () => {
  const shells = await listOthersShells(admin);
  expect(shells.map((each) => each.terminal)).toEqual([ids.his]);
  expect(shells[0]).toMatchObject({ person: "olaf", jail: "mail", quietSince: "2036-02-01T00:00:00.000Z" });
  expect(JSON.stringify(shells)).not.toMatch(/secret|diary/);
  expect(await code(listOthersShells(olaf))).toBe("forbidden");
});

it("ends one by its reason; a friend ends none, nobody his own or the host's by this way", async () => {
  expect(await code(endOthersShell(olaf, { terminal: ids.own }))).toBe("forbidden");
  for (const terminal of [ids.own, ids.host, "0".repeat(32)])
    expect(await code(endOthersShell(admin, { terminal }))).toBe("not_found");
  expect(panel.daemon.heard.filter(({ verb }) => verb === "terminal.close")).toEqual([]);
  expect(await code(endOthersShell(admin, { terminal: ids.his }))).toBe("ok");
  const closed = panel.daemon.heard.filter(({ verb }) => verb === "terminal.close");
  expect(closed.map(({ input }) => input)).toEqual([{ terminal: ids.his, reason: "ended-by-admin" }]);
});
