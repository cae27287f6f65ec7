import { createHash } from "node:crypto";
import { z } from "zod";
import { GrantRight } from "../../contract/grants.ts";
import { JailId } from "../../contract/names.ts";
import { TOKEN } from "../../contract/token.ts";
import { mayAct, mustSettle } from "../accounts/sessions.ts";
import type { Actor, Scope } from "../context.ts";
import { db } from "../db.ts";

/** Uses within this time of the last noted one, from the same address, are not written again. */
const NOTED_EVERY_MS = 60_000;
const BEARER = /^Bearer +([^ ]+)$/i;

export const hashOfToken = (secret: string): string => createHash("sha256").update(secret).digest("hex");

type Row = { id: string; rights: string; jails: string | null };

/** @returns what a stored token narrows its account to; what can't be read is no right and no jail */
export function scopeOf({ id, rights, jails }: Row): Scope {
  const listed = rights.split(",");
  return {
    token: id,
    admin: listed.includes("admin"),
    rights: GrantRight.options.filter((right) => listed.includes(right)),
    jails: jails === null ? null : z.array(JailId).catch([]).parse(parsed(jails)),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Who comes with `Authorization: Bearer knast_…` (RFC 6750 2.1), now; null for any other header, an unknown, expired or ended token.
 * The use is noted with the address that it came from.
 */
export async function readToken(authorization: string | undefined, source: string): Promise<Actor | null> {
  const secret = BEARER.exec(authorization?.slice(0, 200) ?? "")?.[1];
  if (!secret || !TOKEN.test(secret)) return null;
  const found = await db().apiToken.findUnique({ where: { tokenHash: hashOfToken(secret) }, select: { id: true } });
  return found && tokenActor(found.id, source);
}

/**
 * Who a token is, now; nobody while its account has yet to set up the second factor that it must have, as at every other door.
 * @param source the address of a use; without one nothing is noted, as nobody uses it
 */
export async function tokenActor(id: string, source?: string, now = Date.now()): Promise<Actor | null> {
  const include = { account: { include: { _count: { select: { passkeys: true } } } } } as const;
  const row = await db().apiToken.findUnique({ where: { id }, include });
  if (!row || (row.expiresAt && row.expiresAt.getTime() <= now)) return null;
  const { account } = row;
  if (account.sessionVersion !== row.version || !mayAct(account, now) || (await mustSettle(account))) return null;
  const stale = !row.lastUsedAt || now - row.lastUsedAt.getTime() > NOTED_EVERY_MS || row.lastUsedFrom !== source;
  if (source !== undefined && stale)
    await db().apiToken.updateMany({ where: { id }, data: { lastUsedAt: new Date(now), lastUsedFrom: source } });
  return { id: account.id, name: account.name, role: account.role, session: "", scope: scopeOf(row) };
}
