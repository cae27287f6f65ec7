import type { JailSummary } from "../../contract/jail.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Job } from "../../contract/job.ts";
import type { LimitKind, Limits } from "../../contract/limits.ts";
import type { HostOrder } from "../../contract/order.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { budgetOf, HAS_BUDGET } from "../accounts/budget-of.ts";
import type { Ctx } from "../context.ts";
import { call } from "../daemon.ts";
import { type AccountRecord, db } from "../db.ts";
import { lookAtJails, ownersOf } from "../jails/look-at-jails.ts";
import { Turns } from "../turns.ts";
import { type Excess, excesses, LIMIT_KINDS, raised, together } from "./budget.ts";

/** What is about to be asked for: a jail started, all that start at boot, a jail's limits set, jails given to an account. */
export type Wish =
  | { start: string }
  | { startAll: true }
  | { limit: string; limits: Limits }
  | { give: readonly string[]; account: string };

// Two bundles in one process (see db.ts): one line for both. A person's own line first, so that nobody fills the common one.
const shared = globalThis as { knastBudgetTurns?: { own: Turns; all: Turns } };
const turns = (shared.knastBudgetTurns ??= { own: new Turns(1, 20), all: new Turns(1, 1000) });

const UP = new Set<JailSummary["state"]>(["running", "starting", "stopping", "dying"]);
/** In between they stop a jail that runs; it comes back. */
const RESTARTS = new Set(["jail.configure", "jail.set-mounts", "base.move"]);

/**
 * Asks for something unless jails of somebody would then have more than his budget. One after the other: what the one before has
 * asked for is at work when the next is looked at.
 * @throws KnastError over_budget; busy while limits that count are being changed; what `ask` throws
 */
export async function withinBudget<T>(ctx: Ctx, wish: Wish, ask: () => Promise<T>): Promise<T> {
  const guarded = async () => {
    const accounts = await db().account.findMany({ where: HAS_BUDGET, orderBy: { name: "asc" } });
    if (accounts.length > 0) await check(ctx, wish, accounts);
    return ask();
  };
  return turns.own.run(ctx.actor.id, () => turns.all.run("", guarded));
}

async function check(ctx: Ctx, wish: Wish, accounts: AccountRecord[]): Promise<void> {
  const by = { actor: ctx.actor.name };
  // Jobs first: one that has ended by then shows in what is asked after it.
  const jobs = (await call("job.list", {}, by)).jobs.filter((job) => job.state === "running");
  const [{ jails, holders }, { jails: limited }, order] = await Promise.all([
    lookAtJails(ctx.actor.name),
    call("limits.list", {}, by),
    call("host.order", {}, by),
  ]);
  const limits = new Map(limited.map((one) => [one.name, one.limits]));
  const limitsOf = (name: string): Limits => limits.get(name) ?? NONE;
  const up = upNow(jails, jobs, order);
  const started = toStart(wish, up, order);
  const found: { account: AccountRecord; excess: Excess }[] = [];
  for (const account of accounts) {
    const own = jails
      .filter(({ id, name }) => {
        const granted = ownersOf(holders, id).some((owner) => owner.id === account.id);
        return granted || ("give" in wish && wish.give.includes(name) && wish.account === account.id);
      })
      .map(({ name }) => name);
    const asked = own.filter((name) => touches(wish, account.id, name, up, started));
    if (asked.length === 0) continue;
    const counted = own.filter((name) => up.has(name) || started.has(name));
    refuseUnsettled(counted, jobs);
    const claims = counted.map((name) => ({
      name,
      limits: "limit" in wish && wish.limit === name ? wish.limits : limitsOf(name),
    }));
    const kinds: LimitKind[] = "limit" in wish ? raised(limitsOf(wish.limit), wish.limits) : LIMIT_KINDS;
    const whose = account.id === ctx.actor.id ? "Your jails" : `${account.name}'s jails`;
    const how = "limit" in wish ? "with this limit" : `with ${listed(asked)} ${"give" in wish ? "too" : "running"}`;
    for (const excess of excesses(whose, budgetOf(account), claims, how, kinds)) found.push({ account, excess });
  }
  if (found.length > 0) throw refusal(ctx, wish, found);
}

const NONE: Limits = { memoryBytes: null, processes: null, cpuPercent: null, openFiles: null, terminals: null };

/** @returns the jails that run or will in a moment */
function upNow(jails: JailSummary[], jobs: Job[], order: HostOrder): Set<string> {
  const up = new Set(order.jails.filter((one) => one.running).map((one) => one.name));
  const restarts = new Set(jobs.filter((job) => RESTARTS.has(job.verb)).map((job) => job.id));
  for (const jail of jails) if (UP.has(jail.state) || (jail.job !== null && restarts.has(jail.job))) up.add(jail.name);
  if (jobs.some((job) => job.verb === "host.start-all")) for (const name of order.rows.flat()) up.add(name);
  return up;
}

/** @returns the jails that the wish starts, with what they depend on */
function toStart(wish: Wish, up: ReadonlySet<string>, order: HostOrder): Set<string> {
  if ("startAll" in wish) return new Set(order.rows.flat().filter((name) => !up.has(name)));
  if (!("start" in wish)) return new Set();
  const depend = new Map(order.jails.map((one) => [one.name, one.depend]));
  const all = new Set([wish.start]);
  for (const name of all) for (const needed of depend.get(name) ?? []) if (!up.has(needed)) all.add(needed);
  return all;
}

function touches(
  wish: Wish,
  account: string,
  name: string,
  up: ReadonlySet<string>,
  started: ReadonlySet<string>,
): boolean {
  if ("limit" in wish) return wish.limit === name && up.has(name);
  if ("give" in wish) return wish.give.includes(name) && wish.account === account && up.has(name);
  return started.has(name);
}

/** rctl.conf(5) says something else in a moment. */
function refuseUnsettled(counted: string[], jobs: Job[]): void {
  const job = jobs.find((one) => one.verb === "jail.set-limits" && one.jail !== null && counted.includes(one.jail));
  if (job)
    throw new KnastError("busy", {
      message: `The limits of ${job.jail} are being changed. Try again when that is done.`,
    });
}

/** A friend is told of his own budget only: who else has his jail is the admin's business. */
function refusal(ctx: Ctx, wish: Wish, found: { account: AccountRecord; excess: Excess }[]): KnastError {
  const own = found.filter(({ account }) => isAdmin(ctx.actor) || account.id === ctx.actor.id);
  if (own.length === 0)
    return new KnastError("over_budget", {
      message: "Another owner of this jail, or of one that it depends on, has used up his budget. Ask the admin.",
    });
  const sentences = own.map(({ excess }) => excess.sentence);
  const problems = own.slice(0, 50).map(({ excess }) => ({
    field: `limits.${excess.kind}`,
    code: "over_budget" as const,
    message: excess.sentence.slice(0, 500),
  }));
  return new KnastError("over_budget", {
    message: together(sentences),
    ...("limit" in wish ? { problems } : {}),
  });
}

/** @returns "mail", "mail and www", "mail, www and 3 more" */
function listed(names: string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
