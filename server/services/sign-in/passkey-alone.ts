import { KnastError } from "../../contract/errors.ts";
import type { PasskeyAnswer } from "../../contract/second-factor.ts";
import { holdTries } from "../accounts/hold-tries.ts";
import { mayAct } from "../accounts/sessions.ts";
import { audited } from "../audit/audited.ts";
import { isAbout } from "../audit/current-act.ts";
import type { Visitor } from "../context.ts";
import { db } from "../db.ts";
import { passkeyOptions, verifyPasskey } from "../second-factor/verify-passkey.ts";
import { type Browser, enter, type Entry } from "./enter.ts";

// The authenticator checks its person itself (PIN, finger), so that possession and knowledge are both shown.
const asked = (visitor: Visitor) => ({ kind: "sign-in", subject: "", origin: visitor.origin, verified: true }) as const;

/** What the browser hands to the authenticator; the same for everybody, as nobody has said who he is. @throws KnastError invalid */
export const passkeyAloneOptions = (visitor: Visitor) => passkeyOptions(asked(visitor), null);

/**
 * Signs in by a passkey alone: no name, no password.
 * @throws KnastError invalid, in one sentence whatever was wrong; too_many from one network
 */
export function signInByPasskey(visitor: Visitor, form: { passkey: PasskeyAnswer }, browser: Browser): Promise<Entry> {
  return audited(visitor, "sign-in.passkey", {}, async () => {
    holdTries(visitor);
    const id = await verifyPasskey(asked(visitor), null, form.passkey);
    const account = id === null ? null : await db().account.findUnique({ where: { id } });
    if (!account || !mayAct(account)) throw new KnastError("invalid", { message: "This passkey is not known here." });
    isAbout(account.name);
    return enter(visitor, account, browser);
  });
}
