import { cookies, headers } from "next/headers";
import { customFetch } from "next-auth";
import type { OIDCConfig } from "next-auth/providers";
import { SignOnRefusal } from "@/server/contract/sign-on.ts";
import { cookieNameFor, secureCookies } from "@/server/services/accounts/read-session.ts";
import { beginSession, type Claims as SessionClaims } from "@/server/services/accounts/sessions.ts";
import { DEVICE_MS, deviceCookieName, meetDevice } from "@/server/services/sign-in/known-devices.ts";
import { alsoSet } from "@/server/services/sign-on/also-set.ts";
import { INTENT_SECONDS, type Intent, keepIntent, readIntent } from "@/server/services/sign-on/intent.ts";
import { landSignOn } from "@/server/services/sign-on/land-sign-on.ts";
import type { SignOnSettings } from "@/server/services/sign-on/sign-on-settings.ts";
import { visitorOf } from "./visitor.ts";

/** The provider's id, part of the address that it sends people back to: /api/auth/callback/sign-on */
export const SIGN_ON = "sign-on";
const DEADLINE_MS = 10_000;

// Lax, as these alone must come back with a navigation from the provider's site; the session's cookie stays Strict.
const lax = () =>
  ({ httpOnly: true, sameSite: "lax", path: "/", secure: secureCookies(), maxAge: INTENT_SECONDS }) as const;
const nameOf = (what: string) => cookieNameFor(`-way-${what}`);
const intentCookie = () => nameOf("intent");

/** Cookies of next-auth's checks, named after this copy as the session's is. */
export const signOnCookies = () => ({
  pkceCodeVerifier: { name: nameOf("pkce"), options: lax() },
  state: { name: nameOf("state"), options: lax() },
  nonce: { name: nameOf("nonce"), options: lax() },
});

type Claims = { iss?: unknown; sub?: unknown; preferred_username?: unknown };

/** Authorization code with PKCE (RFC 7636), state and nonce; the id token is checked by next-auth (issuer, audience, times). */
export function signOnProvider({ issuer, clientId, clientSecret, name }: SignOnSettings): OIDCConfig<Claims> {
  return {
    id: SIGN_ON,
    type: "oidc",
    name,
    issuer,
    clientId,
    clientSecret,
    checks: ["pkce", "state", "nonce"],
    authorization: { params: { scope: "openid profile" } },
    profile: ({ sub }) => ({ id: String(sub) }),
    // A provider that hangs, or sends elsewhere, holds up nobody for long.
    [customFetch]: (input: RequestInfo | URL, init?: RequestInit) =>
      fetch(input, { ...init, redirect: "error", signal: AbortSignal.timeout(DEADLINE_MS) }),
  } as OIDCConfig<Claims>;
}

/** Keeps what somebody wants in his browser until he is back. */
export async function takeIntent(intent: Intent, state: string): Promise<void> {
  (await cookies()).set(intentCookie(), keepIntent(intent, state), lax());
}

/** @returns the session of somebody with these checked claims, or the page that he is sent to without one */
export async function landHere(state: string | null, claims: Claims): Promise<SessionClaims | string> {
  const [kept, incoming] = await Promise.all([cookies(), headers()]);
  const visitor = visitorOf(incoming);
  const intent = readIntent(kept.get(intentCookie())?.value, state);
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  const proven = {
    issuer: text(claims.iss),
    subject: text(claims.sub),
    wishedName: text(claims.preferred_username),
  };
  const landed = await landSignOn(visitor, proven, intent);
  if (landed === "linked") return "/signed-in?then=linked";
  if ("refused" in landed) return `/sign-in?sign-on=${landed.refused}`;
  const userAgent = incoming.get("user-agent") ?? "";
  const session = await beginSession(landed.account, { userAgent, source: visitor.source });
  const device = await meetDevice(visitor, landed.account, {
    userAgent,
    device: (account) => kept.get(deviceCookieName(account))?.value ?? null,
  });
  alsoSet.getStore()?.push(cookieLine(deviceCookieName(landed.account.name), device, "Strict", DEVICE_MS / 1000));
  return session;
}

const cookieLine = (name: string, value: string, sameSite: "Lax" | "Strict", seconds: number): string =>
  `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=${sameSite}${secureCookies() ? "; Secure" : ""}`;

/** The header that takes the intent away: whatever came of it, it was good for this one way. */
export const forgetIntent = (): string => cookieLine(intentCookie(), "", "Lax", 0);

const WAYS = new Set(["/signed-in?then=linked", ...SignOnRefusal.options.map((why) => `/sign-in?sign-on=${why}`)]);

/** @returns the page for a wish of next-auth's: one of ours, word for word, else the one after a sign-in */
export const ownWay = (url: string): string => (WAYS.has(url) ? url : "/signed-in");

/** What went wrong between the panel and the provider; a wrong password is in the audit already. */
export function logSignOn(error: Error): void {
  if (error.name === "CredentialsSignin") return;
  const cause = (error.cause as { err?: Error } | undefined)?.err ?? error.cause;
  const because = cause instanceof Error ? cause.message : "";
  console.error("sign-on", JSON.stringify([error.name, error.message.slice(0, 300), because.slice(0, 300)]));
}
