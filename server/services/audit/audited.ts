import { KnastError } from "../../contract/errors.ts";
import type { Actor, Ctx, Visitor } from "../context.ts";
import { db } from "../db.ts";
import { type Act, within } from "./current-act.ts";
import { type AuditLine, record } from "./record.ts";

type Subject = Pick<AuditLine, "jail" | "account">;

const REFUSALS: ReadonlySet<string> = new Set([
  "forbidden",
  "prove_first",
  "not_found",
  "unauthenticated",
  "too_many",
  "over_budget",
]);

/**
 * Runs a mutating action and records how it went, whatever it was, before anybody is told; rethrows its error. The daemon records
 * its own verbs: one of the same name is not recorded twice.
 */
export async function audited<T>(
  ctx: Ctx | Visitor,
  what: string,
  subject: Subject,
  act: () => Promise<T>,
): Promise<T> {
  const actor = "actor" in ctx ? ctx.actor : null;
  const { source, requestId } = ctx;
  const from = { source, requestId, ...cameWith(actor) };
  const named = await withName(subject);
  const doing: Act = { what, ...from, recorded: null };
  const say = async (outcome: Pick<AuditLine, "result" | "code" | "job">) => {
    const { account, jail } = doing;
    const found = {
      ...named,
      ...(account === undefined ? {} : await withName({ account })),
      ...(jail === undefined ? {} : { jail }),
    };
    // Who has signed in was not signed in before.
    const who = actor?.name ?? (outcome.result === "ok" ? found.account : undefined) ?? "-";
    // The daemon knows nothing of accounts.
    const byDaemon = doing.recorded === (outcome.result === "ok" ? "ok" : "failed") && found.account === undefined;
    await record({ what, who, ...from, ...found, ...outcome }, { byDaemon });
  };
  let value: T;
  try {
    value = await within(doing, act);
  } catch (error) {
    const code = error instanceof KnastError ? error.code : "internal";
    await say({ result: REFUSALS.has(code) ? "refused" : "failed", code });
    throw error;
  }
  const job = (value as { job?: unknown } | null | undefined)?.job;
  await say({ ...(typeof job === "string" ? { job } : {}), result: "ok" });
  return value;
}

/** By which token, or by which ssh key, somebody came. */
export function cameWith(actor: Actor | null): { token?: string } {
  if (actor?.scope) return { token: actor.scope.token };
  return actor?.sshKey ? { token: `ssh:${actor.sshKey}` } : {};
}

/** An account that is named by its id is called by its name: it may be gone when somebody reads this. */
async function withName(subject: Subject): Promise<Subject> {
  if (!/^c[a-z0-9]{24}$/.test(subject.account ?? "")) return subject;
  const found = await db()
    .account.findUnique({ where: { id: subject.account! }, select: { name: true } })
    .catch(() => null);
  return found ? { ...subject, account: found.name } : subject;
}
