import { createHmac, randomBytes } from "node:crypto";

const PREFIX = "whsec_";

/** @returns a secret as the Standard Webhooks specification writes it: `whsec_` and 32 random bytes in base64 */
export const newWebhookSecret = (): string => PREFIX + randomBytes(32).toString("base64");

/**
 * The headers by which a receiver knows that a body is ours, is whole and is not an old one sent again (Standard Webhooks 1.0:
 * HMAC-SHA256 of `id.timestamp.body`, base64, marked v1).
 * @param id the same for each attempt of one delivery
 * @param seconds of this attempt, Unix time
 */
export function signedHeaders(secret: string, id: string, seconds: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  const signature = createHmac("sha256", key).update(`${id}.${seconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": `v1,${signature}` };
}
