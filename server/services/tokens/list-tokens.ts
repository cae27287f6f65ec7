import { KnastError } from "../../contract/errors.ts";
import type { Token } from "../../contract/token.ts";
import { assertAdmin, isAdmin } from "../accounts/assert-admin.ts";
import { mayAct } from "../accounts/sessions.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { listJails } from "../jails/list-jails.ts";
import { scopeOf } from "./read-token.ts";

/** @returns the actor's own tokens, newest first; a token sees itself only, unless it is an admin's */
export async function listTokens(ctx: Ctx): Promise<Token[]> {
  const { actor } = ctx;
  return tokens(ctx, { accountId: actor.id, ...(actor.scope && !isAdmin(actor) ? { id: actor.scope.token } : {}) });
}

/** @returns the tokens of all others. Admin only. */
export async function listTokensOfOthers(ctx: Ctx): Promise<Token[]> {
  assertAdmin(ctx);
  return tokens(ctx, { accountId: { not: ctx.actor.id } });
}

type Where = { accountId: string | { not: string }; id?: string };

async function tokens(ctx: Ctx, where: Where, now = Date.now()): Promise<Token[]> {
  const [rows, jails] = await Promise.all([
    db().apiToken.findMany({ where, include: { account: true }, orderBy: { createdAt: "desc" } }),
    namesFor(ctx),
  ]);
  return rows.map((row) => {
    const scope = scopeOf(row);
    const expired = row.expiresAt !== null && row.expiresAt.getTime() <= now;
    const ended = row.version !== row.account.sessionVersion || !mayAct(row.account, now);
    return {
      id: row.id,
      name: row.name,
      hint: row.hint,
      account: { id: row.account.id, name: row.account.name },
      admin: scope.admin,
      rights: [...scope.rights],
      jails: scope.jails && scope.jails.map((id) => ({ id, name: jails.get(id) ?? null })),
      createdAt: row.createdAt.toISOString(),
      expiresAt: row.expiresAt?.toISOString() ?? null,
      lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
      lastUsedFrom: row.lastUsedFrom,
      state: ended ? "ended" : expired ? "expired" : "good",
    };
  });
}

/** Names are for reading: a token can be ended while the daemon is away. */
async function namesFor(ctx: Ctx): Promise<Map<string, string>> {
  const rows = await listJails(ctx).catch((error: unknown) => {
    if (error instanceof KnastError && error.code === "unavailable") return [];
    throw error;
  });
  return new Map(rows.flatMap(({ id, name }) => (id === null ? [] : [[id, name] as const])));
}
