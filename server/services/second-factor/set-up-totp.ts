import QRCode from "qrcode";
import { KnastError } from "../../contract/errors.ts";
import { assertProved, noteProof } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { firstCodes } from "./recovery-codes.ts";
import { tellChanged } from "./tell-changed.ts";
import { newTotpSecret, sealTotp, stepOf, totpUri, unsealTotp } from "./totp.ts";

const wrong = (message: string) =>
  new KnastError("invalid", { message, problems: [{ field: "code", code: "invalid", message }] });

/**
 * Makes a secret for the authenticator; it counts for nothing until a code of it has confirmed it.
 * @returns the secret in base32 and a QR code as SVG @throws KnastError prove_first; exists while there is one
 */
export function beginTotp(ctx: Ctx): Promise<{ secret: string; svg: string }> {
  return audited(ctx, "second-factor.totp-begin", {}, async () => {
    await assertProved(ctx);
    const secret = newTotpSecret();
    const where = { id: ctx.actor.id, totpConfirmedAt: null };
    const data = { totpSecret: sealTotp(ctx.actor.id, secret), totpLastStep: null };
    if ((await db().account.updateMany({ where, data })).count === 0)
      throw new KnastError("exists", { message: "There is an authenticator already. Remove it first." });
    const uri = totpUri(secret, ctx.actor.name, new URL(ctx.origin).host);
    return { secret, svg: await QRCode.toString(uri, { type: "svg", margin: 2, errorCorrectionLevel: "M" }) };
  });
}

/**
 * Confirms the authenticator by its first code, which is used up by that.
 * @returns recovery codes, to be shown once, when there were none @throws KnastError prove_first; invalid at the field code
 */
export function confirmTotp(ctx: Ctx, form: { code: string }, now = Date.now()): Promise<{ codes: string[] }> {
  return audited(ctx, "second-factor.totp-confirm", {}, async () => {
    await assertProved(ctx);
    const { totpSecret } = await db().account.findUniqueOrThrow({ where: { id: ctx.actor.id } });
    const secret = totpSecret && unsealTotp(ctx.actor.id, totpSecret);
    if (!secret) throw wrong("Begin anew: the secret is gone.");
    const step = stepOf(secret, form.code, now);
    if (step === null) throw wrong("This is not the code of now. Is the clock of your device right?");
    // Two at once, or another secret meanwhile: only the one that was looked at is confirmed.
    await db().$transaction(async (on) => {
      const { count } = await on.account.updateMany({
        where: { id: ctx.actor.id, totpSecret, totpConfirmedAt: null },
        data: { totpConfirmedAt: new Date(now), totpLastStep: step },
      });
      if (count === 0) throw wrong("Begin anew: the secret was changed meanwhile.");
      await tellChanged(ctx.actor.id, "an authenticator was added", on);
    });
    await noteProof(ctx, { others: false });
    return { codes: await firstCodes(ctx.actor.id) };
  });
}
