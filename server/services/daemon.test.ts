import { createServer, type ServerResponse } from "node:http";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { KnastError } from "../contract/errors.ts";
import type { JobEvent } from "../contract/job.ts";
import { call, follow } from "./daemon.ts";
import { getJob } from "./jobs/get-job.ts";
import { followJob } from "./jobs/follow-job.ts";
import { authorizeTerminal, whoIsStillAllowed } from "./terminals/authorize.ts";
import { closeTerminal } from "./terminals/close-terminal.ts";
import { listTerminals, lookAtTerminals } from "./terminals/list-terminals.ts";
import { openTerminal } from "./terminals/open-terminal.ts";
import { assignJail } from "./accounts/assign-jail.ts";
import { disableAccount } from "./accounts/disable-account.ts";
import { takeGrant } from "./grants/take-grant.ts";
import { showJail } from "./jails/show-jail.ts";
import { jail, job, terminal } from "./testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "./testing/panel.ts";

let panel: TestPanel;
beforeEach(async () => {
  panel = await testPanel();
});
afterEach(() => panel.stop());

const code = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => (error instanceof KnastError ? error.code : String(error)),
  );

it("passes on the daemon's failures with their problems, and calls what leaves the contract internal", async () => {
  const problems = [{ field: "ip4.0", code: "address_taken" as const, message: "10.0.2.2 belongs to mail." }];
  panel.daemon.answer["jail.list"] = () => {
    throw new KnastError("address_taken", { problems });
  };
  await expect(call("jail.list", {}, { actor: "a" })).rejects.toMatchObject({ code: "address_taken", problems });
  panel.daemon.answer["jail.list"] = () => ({ jails: [], more: 1 });
  expect(await code(call("jail.list", {}, { actor: "a" }))).toBe("internal");
  panel.daemon.answer["jail.list"] = () => ({ jails: [{ ...jail("mail"), jid: "1" }] });
  expect(await code(call("jail.list", {}, { actor: "a" }))).toBe("internal");
});

it("says unavailable when there is no daemon", async () => {
  process.env.KNAST_SOCKET = `${panel.daemon.dir}/nobody.sock`;
  expect(await code(call("jail.list", {}, { actor: "a" }))).toBe("unavailable");
});

it("lets one person ask a few things at once and the rest in turn, and others meanwhile", async () => {
  const open: ServerResponse[] = [];
  const server = createServer((_request, response) => void open.push(response));
  process.env.KNAST_SOCKET = `${panel.daemon.dir}/slow.sock`;
  await new Promise<void>((resolve) => server.listen(process.env.KNAST_SOCKET, resolve));
  const ask = (actor: string) => code(call("jail.list", {}, { actor }));
  const flood = Array.from({ length: 320 }, () => ask("olaf"));
  const other = ask("anna");
  await vi.waitFor(() => expect(open.length).toBe(7));
  expect((await Promise.race([flood.at(-1), flood.at(-14)]))!).toBe("too_many");
  const answer = () => open.splice(0).forEach((response) => response.end('{"jails":[]}'));
  server.on("request", () => setImmediate(answer));
  answer();
  expect(await other).toBe("ok");
  expect((await Promise.all(flood)).filter((one) => one === "ok")).toHaveLength(306);
  server.close();
});

it("shows no jail that was made under the name after its door was passed", async () => {
  const admin = await panel.actor("anna", "admin");
  panel.daemon.jails = [jail("mail")];
  const detail = { config: null, fstab: null, parameters: [], base: null, dataset: null, last: null };
  panel.daemon.answer["jail.show"] = () => ({ ...panel.daemon.jails[0]!, ...detail });
  expect(await code(showJail(admin, { name: "mail" }))).toBe("ok");
  panel.daemon.answer["jail.show"] = () => ({ ...jail("mail"), ...detail });
  expect(await code(showJail(admin, { name: "mail" }))).toBe("not_found");
});

it("follows a job from where the reader stopped", async () => {
  const running = job("jail.start", "mail");
  const at = new Date().toISOString();
  panel.daemon.jobs = [running];
  const events: JobEvent[] = [0, 1, 2].map((seq) => ({ kind: "output", seq, at, text: `line ${seq}` }));
  panel.daemon.events.set(running.id, [...events, { kind: "done", seq: 3, at }]);
  const seqs = [];
  for await (const event of follow(running.id, 0, { actor: "a" })) seqs.push(event.seq);
  expect(seqs).toEqual([1, 2, 3]);
});

it("shows a job to the admin and to who may see its jail, and answers all others as if there were none", async () => {
  panel.daemon.jails = [jail("mail")];
  const [admin, owner, stranger] = [
    await panel.actor("anna", "admin"),
    await panel.actor("olaf"),
    await panel.actor("s"),
  ];
  await assignJail(admin, { name: "mail", account: owner.actor.id });
  const jailId = panel.daemon.jails[0]!.id;
  panel.daemon.jobs = [
    job("jail.start", "mail", { jailId }),
    job("base.install", null),
    job("jail.destroy", "old"),
    // of a jail that had the name before
    job("jail.start", "mail", { jailId: "1".repeat(32) }),
  ];
  const [start, base, old, before] = panel.daemon.jobs.map((each) => each.id) as [string, string, string, string];
  const seen = async (ctx: typeof admin) =>
    Promise.all([start, base, old, before, "0".repeat(32)].map((id) => code(getJob(ctx, { job: id }))));
  expect(await seen(admin)).toEqual(["ok", "ok", "ok", "ok", "not_found"]);
  expect(await seen(owner)).toEqual(["ok", "not_found", "not_found", "not_found", "not_found"]);
  expect(await seen(stranger)).toEqual(["not_found", "not_found", "not_found", "not_found", "not_found"]);
  const messages = await Promise.all(
    [start, "0".repeat(32)].map((id) => getJob(stranger, { job: id }).catch((error: KnastError) => error.toFailure())),
  );
  expect(messages[0]).toEqual(messages[1]);
  expect(await code(followJob(stranger, { job: start, after: -1 }))).toBe("not_found");
});

it("keeps everybody's shells to himself, the admin's eyes included", async () => {
  panel.daemon.jails = [jail("mail"), jail("web")];
  const [mail, web] = panel.daemon.jails as [(typeof panel.daemon.jails)[0], (typeof panel.daemon.jails)[0]];
  const [admin, owner] = [await panel.actor("anna", "admin"), await panel.actor("olaf")];
  await assignJail(admin, { name: "mail", account: owner.actor.id });
  const opened = await openTerminal(owner, { name: "mail", cols: 80, rows: 24 });
  panel.daemon.terminals.push(terminal(web, "olaf"), terminal(mail, "anna"));
  expect((await listTerminals(owner)).map((each) => each.terminal)).toEqual([opened.terminal]);
  expect((await listTerminals(admin)).map((each) => each.actor)).toEqual(["anna"]);
  expect(await code(closeTerminal(admin, { terminal: opened.terminal }))).toBe("not_found");
  expect(await code(openTerminal(owner, { name: "web", cols: 80, rows: 24 }))).toBe("not_found");
  expect(await code(closeTerminal(owner, { terminal: opened.terminal }))).toBe("ok");
  expect((await lookAtTerminals(owner)).ended).toMatchObject([{ terminal: opened.terminal, reason: "closed" }]);
  expect((await lookAtTerminals(admin)).ended).toEqual([]);
  await takeGrant(admin, { name: "mail", account: owner.actor.id });
  expect((await lookAtTerminals(owner)).ended).toEqual([]);
});

it("takes an open shell's pass away with the grant, the session, the account and the jail", async () => {
  panel.daemon.jails = [jail("mail"), jail("web")];
  const admin = await panel.actor("anna", "admin");
  const allowed = async (who: Awaited<ReturnType<typeof panel.actor>>, name: string) =>
    (await whoIsStillAllowed())(
      { accountId: who.actor.id, jail: name, as: "root", sessionKey: who.actor.session, actor: who.actor.name },
      false,
    );
  const first = await panel.actor("olaf");
  await assignJail(admin, { name: "mail", account: first.actor.id });
  expect(await allowed(first, "mail")).toBe(true);
  expect(await allowed(first, "web")).toBe(false);
  expect(await allowed({ ...first, actor: { ...first.actor, session: admin.actor.session } }, "mail")).toBe(false);
  await takeGrant(admin, { name: "mail", account: first.actor.id });
  expect(await allowed(first, "mail")).toBe(false);
  await assignJail(admin, { name: "mail", account: first.actor.id });
  panel.daemon.jails = [jail("mail")];
  expect(await allowed(first, "mail")).toBe(false);
  expect(await allowed(admin, "mail")).toBe(true);
  const second = await panel.actor("berta", "admin");
  await disableAccount(second, { account: admin.actor.id });
  expect(await allowed(admin, "mail")).toBe(false);
});

it("lets nobody upgrade without a session", async () => {
  const request = { headers: { cookie: "knast=nonsense" }, socket: { remoteAddress: "192.0.2.1" } } as never;
  expect(await authorizeTerminal(request, "0".repeat(32))).toEqual({ ok: false, status: 401 });
});
