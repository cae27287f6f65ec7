import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Actor } from "../context.ts";
import { db } from "../db.ts";

/** A session ends 30 minutes after its last use and 12 hours after its beginning (ASVS 7.3.1, 7.3.2). */
export const IDLE_MS = 30 * 60_000;
export const ABSOLUTE_MS = 12 * 3_600_000;
/** Uses within this time of the last noted one are not written again. */
const NOTED_EVERY_MS = 60_000;

/** What the signed cookie carries: the account, its session version at sign-in, and the session's row. */
export const Claims = z.object({ sub: z.string().min(1), ver: z.int(), sid: z.string().min(1) });
export type Claims = z.infer<typeof Claims>;

/** Begins a session for an account whose password has just been checked. */
export async function beginSession(account: string): Promise<Claims> {
  const { sessionVersion: ver } = await db().account.findUniqueOrThrow({ where: { id: account } });
  const sid = randomBytes(24).toString("base64url");
  const long = new Date(Date.now() - ABSOLUTE_MS);
  await db().session.deleteMany({ where: { accountId: account, createdAt: { lt: long } } });
  await db().session.create({ data: { id: sid, accountId: account, version: ver } });
  return { sub: account, ver, sid };
}

/**
 * Says who a cookie is, now: the row must be there and fresh, the account enabled and of the same version.
 * @param claims what the cookie carries, unchecked
 * @param use whether this is a use by the person, which keeps the session alive (a live view's polling is none)
 * @param now milliseconds
 */
export async function actorOf(claims: unknown, use: boolean, now = Date.now()): Promise<Actor | null> {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) return null;
  const { sub, ver, sid } = parsed.data;
  const session = await db().session.findUnique({ where: { id: sid }, include: { account: true } });
  if (!session || session.accountId !== sub || session.version !== ver) return null;
  const { account } = session;
  if (account.sessionVersion !== ver || account.disabledAt || !account.passwordHash) return null;
  if (now - session.createdAt.getTime() > ABSOLUTE_MS || now - session.lastSeenAt.getTime() > IDLE_MS) return null;
  if (use && now - session.lastSeenAt.getTime() > NOTED_EVERY_MS)
    await db().session.updateMany({ where: { id: sid }, data: { lastSeenAt: new Date(now) } });
  return { id: account.id, name: account.name, role: account.role, session: sid };
}

/** Ends one session (sign out); nothing happens when it has ended already. */
export async function endSession(session: string): Promise<void> {
  await db().session.deleteMany({ where: { id: session } });
}
