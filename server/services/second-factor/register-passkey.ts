import { generateRegistrationOptions, verifyRegistrationResponse } from "@simplewebauthn/server";
import { KnastError } from "../../contract/errors.ts";
import type { NewPasskeyAnswer } from "../../contract/second-factor.ts";
import { assertProved, noteProof } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { isChallenge, makeChallenge, useChallenge } from "./challenges.ts";
import { firstCodes } from "./recovery-codes.ts";
import { relyingParty } from "./relying-party.ts";
import { tellChanged } from "./tell-changed.ts";

/** More than anybody carries about. */
const MOST = 20;

/** What the browser hands to the authenticator for a new passkey. @throws KnastError prove_first, invalid, too_many */
export async function beginPasskey(ctx: Ctx) {
  await assertProved(ctx);
  const party = relyingParty(ctx.origin);
  const keys = await db().passkey.findMany({ where: { accountId: ctx.actor.id } });
  if (keys.length >= MOST) throw new KnastError("too_many", { message: `${MOST} passkeys are the most.` });
  return generateRegistrationOptions({
    rpName: "knasthorst",
    rpID: party.id,
    userName: ctx.actor.name,
    userID: new Uint8Array(Buffer.from(ctx.actor.id)),
    challenge: makeChallenge("register", ctx.actor.session),
    attestationType: "none",
    excludeCredentials: keys.map((key) => ({ id: key.id })),
    // Discoverable where the authenticator can, so that it signs in without a name.
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
  });
}

/**
 * Keeps a new passkey. @returns recovery codes, to be shown once, when there were none
 * @throws KnastError prove_first; invalid for an answer that is not right; exists for a passkey that is kept already
 */
export function addPasskey(ctx: Ctx, form: { name: string; answer: NewPasskeyAnswer }): Promise<{ codes: string[] }> {
  return audited(ctx, "second-factor.passkey-add", {}, async () => {
    await assertProved(ctx);
    const party = relyingParty(ctx.origin);
    let challenge = "";
    const result = await verifyRegistrationResponse({
      response: form.answer as Parameters<typeof verifyRegistrationResponse>[0]["response"],
      expectedChallenge: (given) => isChallenge("register", ctx.actor.session, (challenge = given)),
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
    }).catch(() => null);
    if (!result?.verified || !(await useChallenge("register", challenge)))
      throw new KnastError("invalid", { message: "The authenticator's answer is not right, or came too late." });
    const { id, publicKey, counter } = result.registrationInfo.credential;
    const transports = (form.answer.response.transports ?? []).join(",");
    const row = { id, accountId: ctx.actor.id, name: form.name, publicKey, counter: BigInt(counter), transports };
    await db()
      .$transaction(async (on) => {
        await on.passkey.create({ data: row });
        await tellChanged(ctx.actor.id, `the passkey ${form.name} was added`, on);
      })
      .catch((cause: { code?: string }) => {
        if (cause.code !== "P2002") throw cause;
        throw new KnastError("exists", { message: "This passkey is kept already." });
      });
    await noteProof(ctx, { others: false });
    return { codes: await firstCodes(ctx.actor.id) };
  });
}
