import { createHash } from "node:crypto";
import { KnastError } from "../../contract/errors.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { seal, unseal } from "../seal.ts";

const KEPT_MS = 24 * 3_600_000;
/** Answers hold one-time links: the database alone does not tell them. */
const PURPOSE = "api answers";

/** Answers kept for one account. */
const KEPT = 5000;
/** 1 to 64 characters, as knastd takes them, with or without the quotes of a structured header. */
const KEY = /^(?:([A-Za-z0-9_-]{1,64})|"([A-Za-z0-9_-]{1,64})")$/;

export type Kept = { status: number; body: string };

// knast-web is two bundles in one process; a row without an answer whose call is not here was cut off by a restart.
const shared = globalThis as { knastCallsUnderWay?: Map<string, string> };
const underWay = () => (shared.knastCallsUnderWay ??= new Map());

/** @returns the key in the header Idempotency-Key, null without one. @throws KnastError invalid */
export function readKey(header: string | null): string | null {
  if (header === null) return null;
  const match = KEY.exec(header);
  if (!match) {
    const message = "An idempotency key has 1 to 64 of A-Z, a-z, 0-9, _ and -.";
    throw new KnastError("invalid", { message, problems: [{ field: "Idempotency-Key", code: "invalid", message }] });
  }
  return (match[1] ?? match[2])!;
}

/** Keys are an account's own: @returns the one under which knastd starts a job once only */
export const daemonKey = (account: string, key: string): string =>
  createHash("sha256").update(`${account}\0${key}`).digest("hex");

/**
 * Does something once for each key of an account, for a day, and across restarts: whoever asks again gets the same answer.
 * What failed has made nothing and may be tried again. A token with other rights does not get what another one was told.
 * @param request everything that makes it the same request
 * @throws KnastError key_reused for another request, under_way while the first is at work, and what `act` throws
 */
export async function once(
  ctx: Ctx,
  key: string,
  request: readonly unknown[],
  act: () => Promise<Kept>,
): Promise<Kept & { again: boolean }> {
  const accountId = ctx.actor.id;
  const { rights, jails, admin } = ctx.actor.scope ?? {};
  const requestHash = createHash("sha256")
    .update(JSON.stringify([request, rights, jails, admin]))
    .digest("hex");
  const place = `${accountId} ${key}`;
  const other = underWay().get(place);
  if (other !== undefined) throw new KnastError(other === requestHash ? "under_way" : "key_reused");
  underWay().set(place, requestHash);
  try {
    const where = { accountId_key: { accountId, key } };
    await prune(accountId);
    const row = await db().idempotentCall.findUnique({ where });
    if (row && row.requestHash !== requestHash) throw new KnastError("key_reused");
    if (row?.status && row.body !== null) {
      const body = unseal(PURPOSE, place, row.body);
      if (body === null) throw new KnastError("internal", { cause: new Error("a kept answer can't be opened") });
      return { status: row.status, body, again: true };
    }
    if (!row) await db().idempotentCall.create({ data: { accountId, key, requestHash } });
    const kept = await act().catch(async (error: unknown) => {
      await db().idempotentCall.deleteMany({ where: { accountId, key } });
      throw error;
    });
    await db().idempotentCall.update({ where, data: { status: kept.status, body: seal(PURPOSE, place, kept.body) } });
    return { ...kept, again: false };
  } finally {
    underWay().delete(place);
  }
}

async function prune(accountId: string): Promise<void> {
  await db().idempotentCall.deleteMany({ where: { createdAt: { lt: new Date(Date.now() - KEPT_MS) } } });
  if ((await db().idempotentCall.count({ where: { accountId } })) >= KEPT) throw new KnastError("too_many");
}
