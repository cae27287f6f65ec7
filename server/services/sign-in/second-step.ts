import { KnastError } from "../../contract/errors.ts";
import type { SecondStepForm, Ways } from "../../contract/second-factor.ts";
import { signInLimits } from "../accounts/sign-in-limits.ts";
import { audited } from "../audit/audited.ts";
import type { Visitor } from "../context.ts";
import { noPasskeysAt } from "../second-factor/relying-party.ts";
import { secondFactorOf } from "../second-factor/second-factor-of.ts";
import { takeSecondStep } from "../second-factor/take-second-step.ts";
import { passkeyOptions } from "../second-factor/verify-passkey.ts";
import { type Browser, enter, type Entry } from "./enter.ts";
import { knownDevice } from "./known-devices.ts";
import { countTry, endPending, lookAtPending, pendingHash } from "./pending.ts";

const over = () => new KnastError("unauthenticated", { message: "This took too long. Begin the sign-in anew." });

/** By what the one who waits may go on, null when nobody does. */
export async function secondStepWays(visitor: Visitor, token: string | null): Promise<Ways | null> {
  const account = await lookAtPending(token);
  if (!account) return null;
  const { totp, passkey, recovery } = await secondFactorOf(account.id);
  return { totp, recovery, passkey: passkey && noPasskeysAt(visitor.origin) === null };
}

const asked = (visitor: Visitor, token: string) =>
  ({ kind: "second", subject: pendingHash(token), origin: visitor.origin, verified: false }) as const;

/** What the browser hands to the authenticator. @throws KnastError unauthenticated, invalid */
export async function secondStepPasskey(visitor: Visitor, token: string | null) {
  const account = await lookAtPending(token);
  if (!account || !token) throw over();
  return passkeyOptions(asked(visitor, token), account.id);
}

/**
 * The second step: a code, a recovery code or a passkey. Codes are counted for this sign-in and for the account, a passkey
 * for the sign-in only, as it can't be guessed.
 * @throws KnastError invalid, too_many; unauthenticated when the sign-in must begin anew
 */
export async function takeStep(
  visitor: Visitor,
  token: string | null,
  form: SecondStepForm,
  browser: Browser,
): Promise<Entry> {
  const account = await lookAtPending(token);
  return audited(visitor, "sign-in.second-step", account ? { account: account.name } : {}, async () => {
    if (!account || !token) throw over();
    const guessable = !("passkey" in form);
    const device = await knownDevice(account.name, browser.device(account.name));
    const one = { kind: "second", account: account.name, source: visitor.source, device } as const;
    if (guessable) await signInLimits().attempt(one);
    if (!(await countTry(token))) throw over();
    if (!(await takeSecondStep(account.id, form, asked(visitor, token))))
      throw new KnastError("invalid", { message: "This is not right. A code works once; wait for the next one." });
    if (!(await endPending(token))) throw over();
    if (guessable) await signInLimits().succeeded(one);
    return enter(visitor, account, browser);
  });
}
