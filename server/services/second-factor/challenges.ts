import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { db } from "../db.ts";
import { keyFor } from "../seal.ts";

export type ChallengeKind = "register" | "sign-in" | "second" | "prove";
const LIFE_MS = 5 * 60_000;

const mark = (kind: ChallengeKind, subject: string, head: Buffer) =>
  createHmac("sha256", keyFor("challenge")).update(`${kind}\0${subject}\0`).update(head).digest();

/**
 * Draws what an authenticator signs. Nothing is kept of it: time and purpose are in it and signed, so that strangers who ask
 * for many fill no table. Once used it is remembered until it would have expired.
 * @param subject whose it is: an account, a session, a pending sign-in; empty when nobody is known yet
 */
export function makeChallenge(kind: ChallengeKind, subject: string, now = Date.now()): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(24);
  randomBytes(16).copy(head);
  head.writeBigUInt64BE(BigInt(now + LIFE_MS), 16);
  return new Uint8Array(Buffer.concat([head, mark(kind, subject, head)]));
}

/** Whether a challenge (base64url) is one of ours for this purpose and not too old; using it is another question. */
export function isChallenge(kind: ChallengeKind, subject: string, challenge: string, now = Date.now()): boolean {
  const bytes = Buffer.from(challenge, "base64url");
  if (bytes.length !== 56 || bytes.toString("base64url") !== challenge) return false;
  const head = bytes.subarray(0, 24);
  return timingSafeEqual(bytes.subarray(24), mark(kind, subject, head)) && head.readBigUInt64BE(16) > BigInt(now);
}

/** Uses a challenge up: true for exactly one of those who come with it. */
export async function useChallenge(kind: ChallengeKind, challenge: string, now = Date.now()): Promise<boolean> {
  await db().challenge.deleteMany({ where: { expiresAt: { lt: new Date(now) } } });
  const id = createHash("sha256").update(challenge).digest("hex");
  try {
    await db().challenge.create({ data: { id, kind, challenge: "", expiresAt: new Date(now + LIFE_MS) } });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code === "P2002") return false;
    throw error;
  }
}
