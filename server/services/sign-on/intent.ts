import { createHash } from "node:crypto";
import { z } from "zod";
import { Claims } from "../accounts/sessions.ts";
import { seal, unseal } from "../seal.ts";

/** How long somebody may take at the provider. */
export const INTENT_SECONDS = 15 * 60;

/** What somebody wanted when he went to the provider. It comes back in a cookie of ours, as the session's own is Strict. */
export const Intent = z.discriminatedUnion("want", [
  z.strictObject({ want: z.literal("sign-in") }),
  z.strictObject({ want: z.literal("welcome"), token: z.string().max(100) }),
  z.strictObject({ want: z.literal("link"), claims: Claims }),
]);
export type Intent = z.infer<typeof Intent>;

const PURPOSE = "sign-on";
const Kept = z.strictObject({ intent: Intent, until: z.number() });
const markOf = (state: string): string => createHash("sha256").update(state).digest("base64url");

/** @returns the cookie's value, good for this one way to the provider, which `state` names (RFC 6749, 10.12) */
export function keepIntent(intent: Intent, state: string, now = Date.now()): string {
  return seal(PURPOSE, markOf(state), JSON.stringify({ intent, until: now + INTENT_SECONDS * 1000 }));
}

/** @returns the intent; null when it is another way's, too old, missing or not ours */
export function readIntent(cookie: string | undefined, state: string | null, now = Date.now()): Intent | null {
  if (!cookie || !state || cookie.length > 4096) return null;
  const kept = unseal(PURPOSE, markOf(state), cookie);
  if (kept === null) return null;
  const { intent, until } = Kept.parse(JSON.parse(kept));
  return until > now ? intent : null;
}
