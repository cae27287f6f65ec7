import { KnastError } from "../../contract/errors.ts";
import { assertAdmin } from "../accounts/assert-admin.ts";
import { findAccount } from "../accounts/find-account.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { sessionMark } from "./list-sessions.ts";

/** Ends one of the actor's sessions; its next request is refused, its sockets close within seconds. @throws KnastError not_found */
export function endOneSession(ctx: Ctx, form: { id: string }): Promise<void> {
  return audited(ctx, "session.end", {}, async () => {
    const accountId = ctx.actor.id;
    const rows = await db().session.findMany({ where: { accountId }, select: { id: true } });
    const his = rows.find((row) => sessionMark(row.id) === form.id);
    if (!his) throw new KnastError("not_found");
    await db().session.deleteMany({ where: { id: his.id, accountId } });
  });
}

/** Ends all of the actor's sessions but this one. */
export function endOtherSessions(ctx: Ctx): Promise<void> {
  return audited(ctx, "session.end-others", {}, async () => {
    const { id: accountId, session } = ctx.actor;
    await db().session.deleteMany({ where: { accountId, id: { not: session } } });
    await db().pendingSignIn.deleteMany({ where: { accountId } });
  });
}

/** Ends all sessions of an account, its own person's included. Admin only. @throws KnastError not_found */
export function endSessionsOf(ctx: Ctx, form: { account: string }): Promise<void> {
  return audited(ctx, "session.end-all-of", { account: form.account }, async () => {
    assertAdmin(ctx);
    const { id } = await findAccount(form.account);
    await db().$transaction([
      db().account.update({ where: { id }, data: { sessionVersion: { increment: 1 } } }),
      db().session.deleteMany({ where: { accountId: id } }),
      db().pendingSignIn.deleteMany({ where: { accountId: id } }),
    ]);
  });
}
