import { randomBytes } from "node:crypto";
import type { z } from "zod";
import { KnastError } from "../../contract/errors.ts";
import { GrantRight } from "../../contract/grants.ts";
import { type MadeToken, TOKEN_PREFIX, type TokenForm, TOKENS_MAX } from "../../contract/token.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { assertProved } from "../accounts/prove.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { getJailFor } from "../jails/get-jail-for.ts";
import { listTokens } from "./list-tokens.ts";
import { hashOfToken } from "./read-token.ts";

const DAY_MS = 24 * 3_600_000;

/**
 * Makes a token of the actor's own account; its secret is in this answer and nowhere else. Only who signed in may: a token that
 * could make tokens would outlive its own end.
 * @throws KnastError forbidden for a token, and for a friend who wants an admin's; not_found for a jail; too_many
 */
export function makeToken(ctx: Ctx, form: z.output<typeof TokenForm>): Promise<MadeToken> {
  return audited(ctx, "token.make", {}, async () => {
    if (ctx.actor.scope) throw new KnastError("forbidden");
    if (form.admin) assertAdmin(ctx);
    // It outlives the session, so a stolen session must not make one.
    await assertProved(ctx);
    const jails = form.jails && (await idsOf(ctx, form.jails));
    const secret = TOKEN_PREFIX + randomBytes(32).toString("base64url");
    const account = await db().account.findUniqueOrThrow({ where: { id: ctx.actor.id } });
    if ((await db().apiToken.count({ where: { accountId: account.id } })) >= TOKENS_MAX)
      throw new KnastError("too_many", { message: `You have ${TOKENS_MAX} tokens. End one first.` });
    const { id } = await db().apiToken.create({
      data: {
        accountId: account.id,
        name: form.name,
        tokenHash: hashOfToken(secret),
        hint: secret.slice(0, TOKEN_PREFIX.length + 4),
        rights: form.admin ? ["admin", ...GrantRight.options].join() : form.rights.join(),
        jails: jails && JSON.stringify(jails),
        version: account.sessionVersion,
        expiresAt: new Date(Date.now() + form.days * DAY_MS),
      },
    });
    const token = (await listTokens(ctx)).find((each) => each.id === id);
    if (!token) throw new KnastError("internal", { cause: new Error("a new token is not listed") });
    return { token, secret };
  });
}

/** By id, so that a jail made anew under the name is not reached with it. */
async function idsOf(ctx: Ctx, names: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const name of names) {
    const { id } = await getJailFor(ctx, name, "see");
    if (!id) throw new KnastError("foreign");
    ids.add(id);
  }
  return [...ids];
}
