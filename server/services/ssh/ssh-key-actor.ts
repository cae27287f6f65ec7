import { mayAct, mustSettle, type Who } from "../accounts/sessions.ts";
import type { Actor } from "../context.ts";
import { db } from "../db.ts";

/** Uses within this time of the last noted one, from the same address, are not written again. */
const NOTED_EVERY_MS = 60_000;

/**
 * Who comes by a key, now; null when it, or its account, has ended. `settling`: he must set up a second factor first.
 * @param source the address of a use; without one nothing is noted
 */
export async function whoByKey(id: string, source?: string, now = Date.now()): Promise<Who | null> {
  const include = { account: { include: { _count: { select: { passkeys: true } } } } } as const;
  const row = await db().sshKey.findUnique({ where: { id }, include });
  // An account that was deleted in between is null, whatever its type says.
  if (!row || !(row.account as typeof row.account | null)) return null;
  const { account } = row;
  if (row.version !== account.sessionVersion || !mayAct(account, now)) return null;
  const stale = !row.lastUsedAt || now - row.lastUsedAt.getTime() > NOTED_EVERY_MS || row.lastUsedFrom !== source;
  if (source !== undefined && stale)
    await db().sshKey.updateMany({ where: { id }, data: { lastUsedAt: new Date(now), lastUsedFrom: source } });
  const actor = { id: account.id, name: account.name, role: account.role, session: "", sshKey: id };
  return { actor, settling: await mustSettle(account) };
}

/** The same, for what is open already: whoever has yet to set up his second factor is nobody. */
export async function sshKeyActor(id: string): Promise<Actor | null> {
  const who = await whoByKey(id);
  return who && !who.settling ? who.actor : null;
}
