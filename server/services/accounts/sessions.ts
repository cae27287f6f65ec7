import { randomBytes } from "node:crypto";
import { z } from "zod";
import { USUAL_SESSION_LIMITS } from "../../contract/second-factor.ts";
import { KnastError } from "../../contract/errors.ts";
import type { Actor } from "../context.ts";
import { type AccountRecord, db, type Transaction } from "../db.ts";
import { mustHave, readPolicy } from "../second-factor/policy.ts";
import { readSessionLimits } from "../sessions/session-limits.ts";

export const IDLE_MS = USUAL_SESSION_LIMITS.idleMinutes * 60_000;
export const ABSOLUTE_MS = USUAL_SESSION_LIMITS.longestHours * 3_600_000;
/** The cookie lasts as long as any setting may let a session last; the row in the database decides. */
export const COOKIE_MS = 24 * 3_600_000;
/** Uses within this time of the last noted one are not written again. */
const NOTED_EVERY_MS = 60_000;

/** What the signed cookie carries: the account, its session version at sign-in, and the session's row. */
export const Claims = z.object({ sub: z.string().min(1), ver: z.int(), sid: z.string().min(1) });
export type Claims = z.infer<typeof Claims>;

/** Where a session was begun from, for the list of sessions. */
export type Browser = { userAgent: string; source: string };

/** An account as it was when its person proved himself: who was in under a password that is no more does not get in. */
export type Checked = Pick<AccountRecord, "id" | "passwordHash" | "sessionVersion">;
/** What a Checked and its name are read by. */
export const PERSON = { id: true, name: true, passwordHash: true, sessionVersion: true } as const;

/** @throws KnastError unauthenticated when the account got a new password, was disabled or put out since it was checked */
export async function assertUnchanged(on: Transaction, { id, passwordHash, sessionVersion }: Checked): Promise<void> {
  const where = { id, passwordHash, sessionVersion, disabledAt: null };
  if ((await on.account.count({ where })) === 0)
    throw new KnastError("unauthenticated", { message: "The account was changed meanwhile. Begin the sign-in anew." });
}

/**
 * Begins a session for an account that has just proved itself by all that it must.
 * @param account as it was checked; by its id alone: as it is now
 * @throws KnastError as assertUnchanged()
 */
export async function beginSession(
  account: Checked | string,
  { userAgent, source }: Browser = { userAgent: "", source: "" },
): Promise<Claims> {
  const checked =
    typeof account === "string" ? await db().account.findUniqueOrThrow({ where: { id: account } }) : account;
  const { id: accountId, sessionVersion: version } = checked;
  const sid = randomBytes(24).toString("base64url");
  const long = new Date(Date.now() - COOKIE_MS);
  const seen = { userAgent: userAgent.slice(0, 400), source: source.slice(0, 64), provedAt: new Date() };
  await db().$transaction(async (on) => {
    await assertUnchanged(on, checked);
    await on.session.deleteMany({ where: { accountId, createdAt: { lt: long } } });
    await on.session.create({ data: { id: sid, accountId, version, ...seen } });
  });
  return { sub: accountId, ver: version, sid };
}

/** `settling`: the account has to set up a second factor before it may do anything else. */
export type Who = { actor: Actor; settling: boolean };

/**
 * Says who a cookie is, now: the row must be there and fresh, the account enabled and of the same version.
 * @param claims what the cookie carries, unchecked
 * @param use whether this is a use by the person, which keeps the session alive (a live view's polling is none)
 * @param now milliseconds
 */
export async function whoIs(claims: unknown, use: boolean, now = Date.now()): Promise<Who | null> {
  const parsed = Claims.safeParse(claims);
  if (!parsed.success) return null;
  const { sub, ver, sid } = parsed.data;
  const include = { account: { include: { _count: { select: { passkeys: true } } } } } as const;
  const session = await db().session.findUnique({ where: { id: sid }, include });
  if (!session || session.accountId !== sub || session.version !== ver) return null;
  const { account } = session;
  if (account.sessionVersion !== ver || !mayAct(account, now)) return null;
  const limits = await readSessionLimits();
  if (now - session.createdAt.getTime() > limits.longestHours * 3_600_000) return null;
  if (now - session.lastSeenAt.getTime() > limits.idleMinutes * 60_000) return null;
  if (use && now - session.lastSeenAt.getTime() > NOTED_EVERY_MS)
    await db().session.updateMany({ where: { id: sid }, data: { lastSeenAt: new Date(now) } });
  const settling = await mustSettle(account);
  return { actor: { id: account.id, name: account.name, role: account.role, session: sid }, settling };
}

/** Whether an account has to set up a second factor before it may do anything else. */
export async function mustSettle(account: AccountRecord & { _count: { passkeys: number } }): Promise<boolean> {
  const has = account.totpConfirmedAt !== null || account._count.passkeys > 0;
  return !has && mustHave(account.role, await readPolicy());
}

/**
 * The door of pages, actions, APIs and sockets: whoever has yet to set up the second factor that he must have is nobody here.
 * Parameters as in whoIs().
 */
export async function actorOf(claims: unknown, use: boolean, now = Date.now()): Promise<Actor | null> {
  const who = await whoIs(claims, use, now);
  return who && !who.settling ? who.actor : null;
}

/** Whether an account is one that acts at all: not disabled, not at its end, not merely invited. */
export const mayAct = (account: AccountRecord, now = Date.now()): boolean =>
  !account.disabledAt && account.passwordHash !== null && (!account.endsAt || account.endsAt.getTime() > now);

/** Ends one session (sign out); nothing happens when it has ended already. */
export async function endSession(session: string): Promise<void> {
  await db().session.deleteMany({ where: { id: session } });
}

/** @returns the claims of an actor's own session, for what he begins in it and ends elsewhere */
export async function claimsOf({ id, session }: Actor): Promise<Claims> {
  const { version } = await db().session.findUniqueOrThrow({ where: { id: session, accountId: id } });
  return { sub: id, ver: version, sid: session };
}
