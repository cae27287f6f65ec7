import { createHash, randomBytes } from "node:crypto";
import type { OneTimeLink } from "../../contract/panel.ts";
import type { Db } from "../db.ts";
import { db } from "../db.ts";

export type LinkPurpose = { kind: "setup" } | { kind: "password"; account: string };
type Transaction = Parameters<Parameters<Db["$transaction"]>[0]>[0];

const LIFE_MS = { setup: 15 * 60_000, password: 3 * 24 * 3_600_000 };
const PAGE = { setup: "set-up", password: "welcome" };

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/**
 * Makes a link with a token of 256 random bits, of which only the hash is kept. Older links for the same
 * purpose end, so that there is never more than one.
 */
export async function makeLink(purpose: LinkPurpose, origin: string): Promise<OneTimeLink> {
  const token = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + LIFE_MS[purpose.kind]);
  const accountId = purpose.kind === "password" ? purpose.account : null;
  await db().$transaction([
    db().link.deleteMany({ where: { kind: purpose.kind, accountId } }),
    db().link.create({ data: { tokenHash: hashOf(token), kind: purpose.kind, accountId, expiresAt } }),
  ]);
  return { url: `${origin}/${PAGE[purpose.kind]}/${token}`, expiresAt: expiresAt.toISOString() };
}

/** @returns the link of a token while it is good: its account's id and name, null for the set-up link; undefined otherwise */
export async function lookAtLink(kind: LinkPurpose["kind"], token: string, now = new Date()) {
  const link = await db().link.findUnique({ where: { tokenHash: hashOf(token) }, include: { account: true } });
  if (!link || link.kind !== kind || link.expiresAt <= now || link.account?.disabledAt) return undefined;
  return { account: link.account && { id: link.account.id, name: link.account.name } };
}

/** Uses a link up: true for exactly one of those who come with it, as the database deletes a row only once. */
export async function useLink(transaction: Transaction, kind: LinkPurpose["kind"], token: string): Promise<boolean> {
  const where = { tokenHash: hashOf(token), kind, expiresAt: { gt: new Date() } };
  return (await transaction.link.deleteMany({ where })).count === 1;
}
