import { createHash, createHmac, randomBytes } from "node:crypto";
import { cookieNameFor } from "../accounts/read-session.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { notify } from "../notices/notify.ts";
import { keyFor } from "../seal.ts";
import { describeDevice } from "../sessions/describe-device.ts";
import type { Browser } from "./enter.ts";

/** A device that was not seen for half a year is a stranger again. */
export const DEVICE_MS = 180 * 24 * 3_600_000;
const MOST = 20;
const NOTED_EVERY_MS = 3_600_000;

const hashOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** The cookie in which a browser keeps that an account has signed in there; each account has its own, and its name doesn't tell which. */
export function deviceCookieName(account: string): string {
  const mark = createHmac("sha256", keyFor("device")).update(account).digest("hex").slice(0, 12);
  return cookieNameFor(`-device-${mark}`);
}

/** @returns the hash of the device if it is a known one of this account, else null */
export async function knownDevice(account: string, token: string | null, now = Date.now()): Promise<string | null> {
  if (!token || token.length > 100) return null;
  const tokenHash = hashOf(token);
  const device = await db().knownDevice.findUnique({ where: { tokenHash }, include: { account: true } });
  if (device?.account.name !== account || now - device.lastSeenAt.getTime() > DEVICE_MS) return null;
  return tokenHash;
}

/**
 * Notes a sign-in and the browser that it came from; a browser that the account has not signed in with is told to its person,
 * but for the account's very first one. @returns the token for its cookie
 */
export async function meetDevice(
  { source }: Pick<Visitor, "source">,
  { id, name }: { id: string; name: string },
  browser: Browser,
): Promise<string> {
  const token = browser.device(name);
  const known = await knownDevice(name, token);
  const { lastSignInAt } = await db().account.findUniqueOrThrow({ where: { id } });
  await db().account.update({ where: { id }, data: { lastSignInAt: new Date() } });
  if (known === null && lastSignInAt !== null)
    await notify({
      accounts: [id],
      kind: "new-device",
      facts: { device: describeDevice(browser.userAgent), source },
    });
  return rememberDevice(id, known, token);
}

async function rememberDevice(accountId: string, known: string | null, token: string | null): Promise<string> {
  if (known !== null && token !== null) {
    const old = { lt: new Date(Date.now() - NOTED_EVERY_MS) };
    await db().knownDevice.updateMany({
      where: { tokenHash: known, lastSeenAt: old },
      data: { lastSeenAt: new Date() },
    });
    return token;
  }
  const made = randomBytes(32).toString("base64url");
  await db().knownDevice.create({ data: { tokenHash: hashOf(made), accountId } });
  const all = await db().knownDevice.findMany({ where: { accountId }, orderBy: { lastSeenAt: "desc" }, skip: MOST });
  if (all.length > 0)
    await db().knownDevice.deleteMany({ where: { tokenHash: { in: all.map((each) => each.tokenHash) } } });
  return made;
}
