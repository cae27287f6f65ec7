import { KnastError } from "../../contract/errors.ts";
import type { NoticeFacts } from "../../contract/notices.ts";
import { isAdmin } from "../accounts/assert-admin.ts";
import { audited } from "../audit/audited.ts";
import type { Ctx } from "../context.ts";
import { db } from "../db.ts";
import { notify } from "../notices/notify.ts";

/**
 * Removes a key: one's own, anybody's for the admin. Who is in by it is cut off with the next check; his shells go on.
 * @throws KnastError not_found, also for a key of somebody else; forbidden for a token that is no admin's
 */
export function removeSshKey(ctx: Ctx, form: { key: string }): Promise<void> {
  return audited(ctx, "ssh-key.remove", {}, async () => {
    const { actor } = ctx;
    // Who has stolen a token must not lock its person out.
    if (actor.scope && !isAdmin(actor)) throw new KnastError("forbidden");
    const his = isAdmin(actor) ? {} : { accountId: actor.id };
    await db().$transaction(async (on) => {
      const key = await on.sshKey.findFirst({ where: { id: form.key, ...his } });
      // Two at once: one of them has removed it, and says so.
      if (!key || (await on.sshKey.deleteMany({ where: { id: key.id } })).count === 0)
        throw new KnastError("not_found");
      const { accountId, name, fingerprint } = key;
      // Where the admin sits is not told to others.
      const who: NoticeFacts = accountId === actor.id ? { source: ctx.source } : { by: actor.name };
      await notify(
        { accounts: [accountId], kind: "ssh-keys-changed", facts: { removed: name, fingerprint, ...who } },
        on,
      );
    });
  });
}
