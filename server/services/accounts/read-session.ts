import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getToken } from "next-auth/jwt";
import type { Actor } from "../context.ts";
import { env } from "../env.ts";
import { actorOf } from "./sessions.ts";

const shared = globalThis as { knastSecret?: string };

/** The key that signs and encrypts cookies; knast-web makes it at its first start. */
export function secret(): string {
  return (shared.knastSecret ??= readFileSync(join(env().dir, "secret"), "utf8").trim());
}

export const secureCookies = (): boolean => env().origin?.startsWith("https:") ?? false;

/** The cookie's name; it holds a mark of the copy, as two copies on one host share their cookies whatever their ports. */
export function cookieName(): string {
  const mark = createHash("sha256").update(`cookie ${secret()}`).digest("hex").slice(0, 8);
  return `${secureCookies() ? "__Host-" : ""}knast-${mark}`;
}

/**
 * Reads the session of a request, checked against the database.
 * @param headers with the cookie
 * @param use see actorOf()
 */
export async function readSession(headers: { cookie?: string | undefined }, use: boolean): Promise<Actor | null> {
  if (!headers.cookie || headers.cookie.length > 16_384) return null;
  const token = await getToken({
    req: { headers: { cookie: headers.cookie } },
    secret: secret(),
    cookieName: cookieName(),
    salt: cookieName(),
    secureCookie: secureCookies(),
  });
  return token && actorOf(token, use);
}
