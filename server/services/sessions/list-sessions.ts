import { createHash } from "node:crypto";
import type { SessionView } from "../../contract/second-factor.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { describeDevice } from "./describe-device.ts";
import { readSessionLimits } from "./session-limits.ts";

/** A name for a session that says nothing of its cookie. */
export const sessionMark = (id: string): string => createHash("sha256").update(id).digest("hex").slice(0, 16);

/** The actor's sessions that are open, the last used first. */
export async function listSessions(ctx: Ctx, now = Date.now()): Promise<SessionView[]> {
  const { idleMinutes, longestHours } = await readSessionLimits();
  const { sessionVersion } = await db().account.findUniqueOrThrow({ where: { id: ctx.actor.id } });
  const rows = await db().session.findMany({
    where: {
      accountId: ctx.actor.id,
      version: sessionVersion,
      createdAt: { gte: new Date(now - longestHours * 3_600_000) },
      lastSeenAt: { gte: new Date(now - idleMinutes * 60_000) },
    },
    orderBy: { lastSeenAt: "desc" },
  });
  return rows.map((row) => ({
    id: sessionMark(row.id),
    device: describeDevice(row.userAgent),
    source: row.source,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    current: row.id === ctx.actor.session,
  }));
}
