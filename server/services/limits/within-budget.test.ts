import { afterEach, beforeEach, expect, it } from "vitest";
import { KnastError } from "../../contract/errors.ts";
import type { JailSummary } from "../../contract/jail.ts";
import type { Limits } from "../../contract/limits.ts";
import { assignJail } from "../accounts/assign-jail.ts";
import { listAccounts } from "../accounts/list-accounts.ts";
import { setBudget } from "../accounts/set-budget.ts";
import type { Ctx } from "../context.ts";
import { restartJail } from "../jails/restart-jail.ts";
import { startJail } from "../jails/start-jail.ts";
import { stopJail } from "../jails/stop-jail.ts";
import { startAll } from "../order/start-all.ts";
import { jail, job } from "../testing/fake-daemon.ts";
import { type TestPanel, testPanel } from "../testing/panel.ts";
import { setLimits } from "./set-limits.ts";

const G = 1024 ** 3;
const NONE: Limits = { memoryBytes: null, processes: null, cpuPercent: null, openFiles: null, terminals: null };
const memory = (memoryBytes: number | null): Limits => ({ ...NONE, memoryBytes });
let panel: TestPanel;
let admin: Ctx;
let anna: Ctx;
let olaf: Ctx;

const give = (who: Ctx, name: string) => assignJail(admin, { name, account: who.actor.id });
const budget = (who: Ctx, limits: Limits) => setBudget(admin, { account: who.actor.id, budget: limits });
const state = (name: string, to: JailSummary["state"]) => {
  panel.daemon.jails = panel.daemon.jails.map((one) => (one.name === name ? { ...one, state: to } : one));
};
const said = (work: Promise<unknown>) =>
  work.then(
    () => "ok",
    (error: unknown) => {
      if (!(error instanceof KnastError)) throw error;
      return `${error.code}: ${error.message}`;
    },
  );
const asked = () => panel.daemon.jobs.map((one) => `${one.verb} ${one.jail}`);

beforeEach(async () => {
  panel = await testPanel();
  [admin, anna, olaf] = [await panel.actor("boss", "admin"), await panel.actor("anna"), await panel.actor("olaf")];
  panel.daemon.jails = ["mail", "www", "db", "bare"].map((name) => jail(name, { autostart: name !== "bare" }));
  for (const name of ["mail", "www", "db"]) panel.daemon.limits[name] = memory(G);
  for (const name of ["mail", "www", "bare"]) await give(anna, name);
  await give(olaf, "db");
});
afterEach(() => panel.stop());

it("a friend can't set budgets, an admin has none, and what is set is told", async () => {
  for (const ctx of [anna, olaf])
    expect(await said(setBudget(ctx, { account: anna.actor.id, budget: NONE }))).toContain("forbidden");
  expect(await said(budget(admin, NONE))).toBe("forbidden: An admin has no budget.");
  expect(await said(setBudget(admin, { account: "nobody", budget: NONE }))).toContain("not_found");
  const all = { memoryBytes: 2 ** 50, processes: 99_999, cpuPercent: 1, openFiles: 10_000_000, terminals: 0 };
  await budget(anna, all);
  const of = async (name: string) => (await listAccounts(admin)).find((one) => one.name === name)!.budget;
  expect(await of("anna")).toEqual(all);
  expect(await of("olaf")).toEqual(NONE);
  await budget(anna, NONE);
  expect(await of("anna")).toEqual(NONE);
  expect(panel.audit.filter((line) => line.includes("account.budget"))).toHaveLength(6);
});

it("holds starts against what runs: up to the budget, not beyond, and not what is stopped", async () => {
  await budget(anna, memory(G));
  state("mail", "running");
  expect(await said(startJail(anna, { name: "www" }))).toBe(
    "over_budget: Your jails may use 1 G of memory together and would use 2 G of memory with www running.",
  );
  expect(await said(startJail(admin, { name: "www" }))).toContain("anna's jails may use 1 G");
  expect(panel.audit.at(-1)).toContain("over_budget");
  expect(asked()).toEqual([]);
  for (const up of ["starting", "stopping"] as const) {
    state("mail", up);
    expect(await said(startJail(anna, { name: "www" }))).toContain("over_budget");
  }
  state("mail", "stopped");
  expect(await said(startJail(anna, { name: "www" }))).toBe("ok");
  state("mail", "running");
  await budget(anna, memory(2 * G));
  expect(await said(startJail(anna, { name: "www" }))).toBe("ok");
  expect(await said(startJail(anna, { name: "bare" }))).toContain("bare has no memory limit. Give it one first.");
});

it("does not touch who has no budget, nor a stop, nor what a stranger is told", async () => {
  await budget(anna, memory(16 * 1024 ** 2));
  state("mail", "running");
  expect(await said(startJail(olaf, { name: "db" }))).toBe("ok");
  expect(await said(stopJail(anna, { name: "mail" }))).toBe("ok");
  expect(await said(restartJail(anna, { name: "mail" }))).toContain("over_budget");
  expect(await said(startJail(olaf, { name: "mail" }))).toContain("not_found");
});

it("a jail of two owners needs both budgets, and neither hears of the other's", async () => {
  await give(olaf, "mail");
  await budget(olaf, memory(G));
  state("db", "running");
  expect(await said(startJail(anna, { name: "mail" }))).toBe(
    "over_budget: Another owner of this jail, or of one that it depends on, has used up his budget. Ask the admin.",
  );
  expect(await said(startJail(olaf, { name: "mail" }))).toContain("Your jails may use 1 G");
  expect(await said(startJail(admin, { name: "mail" }))).toContain("olaf's jails may use 1 G");
});

it("counts what a start brings along", async () => {
  panel.daemon.depend = { mail: ["www"] };
  await budget(anna, memory(G));
  expect(await said(startJail(anna, { name: "mail" }))).toContain("2 G of memory with mail and www running");
  panel.daemon.depend = { mail: ["db"] };
  await budget(olaf, memory(G / 2));
  expect(await said(startJail(anna, { name: "mail" }))).toContain("Another owner");
});

it("of many starts at the same moment only those pass that the budget holds", async () => {
  panel.daemon.answer["jail.start"] = (({ name }: { name: string }) => {
    state(name, "starting");
    const made = job("jail.start", name);
    panel.daemon.jobs.push(made);
    return { job: made.id };
  }) as never;
  await give(anna, "db");
  await budget(anna, memory(2 * G));
  const tries = [admin, anna].flatMap((ctx) => ["mail", "www", "db"].map((name) => said(startJail(ctx, { name }))));
  await Promise.all(tries);
  expect(new Set(panel.daemon.jobs.map((one) => one.jail)).size).toBe(2);
});

it("all at once is refused whole, with whose and which; what it is starting counts", async () => {
  await budget(anna, memory(G));
  expect(await said(startAll(admin, {}))).toBe(
    "over_budget: anna's jails may use 1 G of memory together and would use 2 G of memory with mail and www running.",
  );
  await budget(anna, memory(2 * G));
  panel.daemon.limits.bare = memory(G);
  expect(await said(startAll(admin, {}))).toBe("ok");
  expect(await said(startJail(anna, { name: "bare" }))).toContain("3 G of memory with bare running");
});

it("a limit of a running jail is raised up to the budget, at its field; a lower one is always taken", async () => {
  await budget(anna, memory(2 * G));
  expect(await said(setLimits(admin, { name: "mail", limits: memory(9 * G) }))).toBe("ok");
  panel.daemon.jobs = [];
  state("mail", "running");
  const failure = await setLimits(admin, { name: "mail", limits: memory(3 * G) }).catch((error: KnastError) => error);
  expect(failure).toMatchObject({
    code: "over_budget",
    message: "anna's jails may use 2 G of memory together and would use 3 G of memory with this limit.",
    problems: [{ field: "limits.memoryBytes" }],
  });
  expect(await said(setLimits(admin, { name: "mail", limits: NONE }))).toContain("mail has no memory limit");
  await budget(anna, memory(G / 2));
  expect(await said(setLimits(admin, { name: "mail", limits: memory(0.75 * G) }))).toBe("ok");
  // As long as that is not done, nobody can say what mail has.
  expect(await said(startJail(anna, { name: "www" }))).toContain("busy: The limits of mail are being changed.");
});

it("a running jail is given to whom it fits, a stopped one to anybody", async () => {
  await budget(olaf, memory(G));
  state("db", "running");
  expect(await said(give(olaf, "mail"))).toBe("ok");
  state("www", "running");
  expect(await said(give(olaf, "www"))).toBe(
    "over_budget: olaf's jails may use 1 G of memory together and would use 2 G of memory with www too.",
  );
  expect((await listAccounts(admin)).find((one) => one.name === "olaf")!.jails).toEqual(["db", "mail"]);
  await budget(olaf, memory(G / 2));
  expect(await said(give(olaf, "db"))).toBe("ok");
});

it("counts a jail that is down in the middle of a restart by its settings", async () => {
  const busy = job("jail.configure", "mail");
  panel.daemon.jobs.push(busy);
  panel.daemon.jails = panel.daemon.jails.map((one) => (one.name === "mail" ? { ...one, job: busy.id } : one));
  await budget(anna, memory(G));
  expect(await said(startJail(anna, { name: "www" }))).toContain("over_budget");
});
