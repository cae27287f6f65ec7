import type { Ctx } from "../context.ts";
import { db } from "../db.ts";

/** Marks one of the actor's own notices as read, or all of them; another's stays as it is, and nobody is told that it exists. */
export async function markRead({ actor }: Ctx, form: { notice: string | null }): Promise<void> {
  await db().notice.updateMany({
    where: { accountId: actor.id, readAt: null, ...(form.notice ? { id: form.notice } : {}) },
    data: { readAt: new Date() },
  });
}
