import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getToken } from "next-auth/jwt";
import type { Actor } from "../context.ts";
import { env } from "../env.ts";
import { type Who, whoIs } from "./sessions.ts";

const shared = globalThis as { knastSecret?: string };

/** The key that signs and encrypts cookies; knast-web makes it at its first start. */
export function secret(): string {
  return (shared.knastSecret ??= readFileSync(join(env().dir, "secret"), "utf8").trim());
}

export const secureCookies = (): boolean => env().origin?.startsWith("https:") ?? false;

/**
 * A cookie's name with a mark of the copy, as two copies on one host share their cookies whatever their ports. The part stands
 * before the mark: next-auth takes each cookie whose name begins with the session's for a piece of the session.
 */
export function cookieNameFor(part: string): string {
  const mark = createHash("sha256").update(`cookie ${secret()}`).digest("hex").slice(0, 8);
  return `${secureCookies() ? "__Host-" : ""}knast${part}-${mark}`;
}

/** The name of the session's cookie. */
export const cookieName = (): string => cookieNameFor("");

/**
 * Reads the session of a request, checked against the database.
 * @param headers with the cookie
 * @param use see whoIs()
 */
export async function readSession(headers: { cookie?: string | undefined }, use: boolean): Promise<Actor | null> {
  const who = await readWho(headers, use);
  return who && !who.settling ? who.actor : null;
}

/** The same, also for one who has yet to set up a second factor: for the page and the actions by which he does. */
export async function readWho(headers: { cookie?: string | undefined }, use: boolean): Promise<Who | null> {
  if (!headers.cookie || headers.cookie.length > 16_384) return null;
  const token = await getToken({
    req: { headers: { cookie: headers.cookie } },
    secret: secret(),
    cookieName: cookieName(),
    salt: cookieName(),
    secureCookie: secureCookies(),
  });
  return token && whoIs(token, use);
}
