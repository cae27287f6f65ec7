import { generateAuthenticationOptions, verifyAuthenticationResponse } from "@simplewebauthn/server";
import type { PasskeyAnswer } from "../../contract/second-factor.ts";
import { db } from "../db.ts";
import { type ChallengeKind, isChallenge, makeChallenge, useChallenge } from "./challenges.ts";
import { relyingParty } from "./relying-party.ts";

/** What is asked for: `subject` as in makeChallenge(); `verified`: the authenticator must have checked its person (PIN, finger). */
type Asked = { kind: ChallengeKind; subject: string; origin: string; verified: boolean };

/**
 * What the browser hands to the authenticator.
 * @param account whose passkeys may answer; null: any that the authenticator knows for this panel
 */
export async function passkeyOptions({ kind, subject, origin, verified }: Asked, account: string | null) {
  const keys = account === null ? [] : await db().passkey.findMany({ where: { accountId: account } });
  return generateAuthenticationOptions({
    rpID: relyingParty(origin).id,
    challenge: makeChallenge(kind, subject),
    userVerification: verified ? "required" : "preferred",
    allowCredentials: keys.map((key) => ({ id: key.id, transports: key.transports.split(",").filter(Boolean) })),
  });
}

/**
 * Checks an authenticator's answer: origin, RP ID, challenge, signature and counter; its challenge is used up.
 * @param account whose passkey it must be; null: whoever's it is
 * @returns the account's id; null for whatever is not right
 */
export async function verifyPasskey(
  { kind, subject, origin, verified }: Asked,
  account: string | null,
  answer: PasskeyAnswer,
): Promise<string | null> {
  const party = relyingParty(origin);
  const key = await db().passkey.findUnique({ where: { id: answer.id } });
  if (!key || (account !== null && key.accountId !== account)) return null;
  let challenge = "";
  const result = await verifyAuthenticationResponse({
    response: answer as Parameters<typeof verifyAuthenticationResponse>[0]["response"],
    expectedChallenge: (given) => isChallenge(kind, subject, (challenge = given)),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: verified,
    credential: { id: key.id, publicKey: new Uint8Array(key.publicKey), counter: Number(key.counter) },
  }).catch(() => null); // the library says by exceptions what does not fit
  if (!result?.verified || !(await useChallenge(kind, challenge))) return null;
  // A copy of the authenticator counts on its own: of two who come from the same count one is refused.
  const { count } = await db().passkey.updateMany({
    where: { id: key.id, counter: key.counter },
    data: { counter: BigInt(result.authenticationInfo.newCounter), lastUsedAt: new Date() },
  });
  return count === 1 ? key.accountId : null;
}
