import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { secret } from "./accounts/read-session.ts";

const VERSION = "v1";

/** A key of its own for each purpose, from the secret file (RFC 5869). */
export const keyFor = (purpose: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret(), "", `knast ${purpose}`, 32));

/**
 * Seals a text for the database (AES-256-GCM): a stolen copy of the database alone doesn't give it away.
 * @param owner bound into the seal, so that a row's value is worth nothing in another one's
 */
export function seal(purpose: string, owner: string, text: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyFor(purpose), iv).setAAD(Buffer.from(owner));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return [VERSION, iv, cipher.getAuthTag(), sealed]
    .map((part) => (typeof part === "string" ? part : part.toString("base64url")))
    .join(".");
}

/** @returns the text; null when it was sealed with another secret, for another owner or purpose, or was touched */
export function unseal(purpose: string, owner: string, sealed: string): string | null {
  const [version, ...parts] = sealed.split(".");
  const [iv, tag, body] = parts.map((part) => Buffer.from(part, "base64url"));
  if (version !== VERSION || !iv || !tag || !body || iv.length !== 12 || tag.length !== 16) return null;
  try {
    const decipher = createDecipheriv("aes-256-gcm", keyFor(purpose), iv).setAAD(Buffer.from(owner)).setAuthTag(tag);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}
