import type { AccountSshKey } from "../../contract/ssh.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { mayAct } from "../accounts/sessions.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";

/** @returns the actor's own keys, newest first */
export const listSshKeys = (ctx: Ctx): Promise<AccountSshKey[]> => keys({ accountId: ctx.actor.id });

/** @returns the keys of all others. Admin only. */
export async function listSshKeysOfOthers(ctx: Ctx): Promise<AccountSshKey[]> {
  assertAdmin(ctx);
  return keys({ accountId: { not: ctx.actor.id } });
}

async function keys(where: { accountId: string | { not: string } }, now = Date.now()): Promise<AccountSshKey[]> {
  const rows = await db().sshKey.findMany({ where, include: { account: true }, orderBy: { createdAt: "desc" } });
  return rows.map(({ id, name, type, fingerprint, account, ...row }) => ({
    id,
    name,
    type,
    fingerprint,
    account: { id: account.id, name: account.name },
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedFrom: row.lastUsedFrom,
    state: row.version === account.sessionVersion && mayAct(account, now) ? "good" : "ended",
  }));
}
