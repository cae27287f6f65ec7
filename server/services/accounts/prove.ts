import { KnastError } from "../../contract/errors.ts";
import type { ProveForm, Ways } from "../../contract/second-factor.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { noPasskeysAt } from "../second-factor/relying-party.ts";
import { secondFactorOf } from "../second-factor/second-factor-of.ts";
import { takeSecondStep } from "../second-factor/take-second-step.ts";
import { passkeyOptions } from "../second-factor/verify-passkey.ts";
import { verifyHash } from "./password-hash.ts";
import { signInLimits } from "./sign-in-limits.ts";

/** How long a proof holds; a sign-in is one. */
export const PROOF_MS = 5 * 60_000;

/**
 * To be called before what can't be undone or what would keep a thief of the session inside.
 * @throws KnastError prove_first unless the person has proved himself in this session within five minutes; forbidden for a
 * token of the API, as nobody sits there to ask, unless it was made (which asks for a proof) for all that its admin may
 */
export async function assertProved(ctx: Ctx, now = Date.now()): Promise<void> {
  if (ctx.actor.scope) {
    if (ctx.actor.scope.admin) return;
    throw new KnastError("forbidden", { message: "A token can't do this: sign in and do it in the panel." });
  }
  const session = await db().session.findUnique({ where: { id: ctx.actor.session } });
  const since = session?.accountId === ctx.actor.id ? session.provedAt?.getTime() : undefined;
  if (since === undefined || now - since > PROOF_MS) throw new KnastError("prove_first");
}

/** Notes a proof in this session. `others: false` forgets it in the account's other ones, as what they proved by is not all any more. */
export async function noteProof(ctx: Ctx, { others = true } = {}): Promise<void> {
  const { id: accountId, session } = ctx.actor;
  if (!others) await db().session.updateMany({ where: { accountId, id: { not: session } }, data: { provedAt: null } });
  await db().session.updateMany({ where: { id: session, accountId }, data: { provedAt: new Date() } });
}

/** By what the actor proves himself: by his second factor if he has one, else by his password. `passkey` is for the authenticator. */
export async function proveWays(ctx: Ctx) {
  const { any, ...has } = await secondFactorOf(ctx.actor.id);
  const here = has.passkey && noPasskeysAt(ctx.origin) === null;
  const ways: Ways = { ...has, passkey: here };
  const asked = { kind: "prove", subject: ctx.actor.session, origin: ctx.origin, verified: false } as const;
  return { password: !any, ways, passkey: here ? await passkeyOptions(asked, ctx.actor.id) : null };
}

/**
 * The actor proves again that it is him. Tries are counted and slowed down like those of a sign-in.
 * @throws KnastError invalid, too_many
 */
export function prove(ctx: Ctx, form: ProveForm): Promise<void> {
  return audited(ctx, "prove", {}, async () => {
    if (ctx.actor.scope) throw new KnastError("forbidden");
    const limits = signInLimits();
    const one = { kind: "prove", account: ctx.actor.name, source: ctx.source, device: null } as const;
    if (!("passkey" in form)) await limits.attempt(one);
    if (!(await right(ctx, form))) throw new KnastError("invalid", { message: "This is not right. Try again." });
    if (!("passkey" in form)) await limits.succeeded(one);
    await noteProof(ctx);
  });
}

async function right(ctx: Ctx, form: ProveForm): Promise<boolean> {
  const asked = { kind: "prove", subject: ctx.actor.session, origin: ctx.origin } as const;
  if (!("password" in form)) return takeSecondStep(ctx.actor.id, form, asked);
  const account = await db().account.findUniqueOrThrow({ where: { id: ctx.actor.id } });
  return (await verifyHash(account.passwordHash, form.password)) && !(await secondFactorOf(account.id)).any;
}
