import { verifyPassword } from "../accounts/verify-password.ts";
import type { Visitor } from "../context.ts";
import { type Browser, enterOrAsk, type Entry } from "./enter.ts";
import { knownDevice } from "./known-devices.ts";

/** The first step: name and password. @throws KnastError as verifyPassword() */
export async function signInByPassword(visitor: Visitor, form: unknown, browser: Browser): Promise<Entry> {
  const account = await verifyPassword(visitor, form, {
    device: (name) => knownDevice(name, browser.device(name)),
  });
  return enterOrAsk(visitor, account, browser);
}
